/// Reads claims strictly: what is not known, missing or impossible is reported with its key path, all of it together.
struct ClaimsDecoder {
    let reader: ConfigReader
    /// `nil` to take any names of methods and keys.
    let catalog: Catalog?

    func claims(_ tree: JSONValue) -> [Claim] {
        guard let members = reader.members(tree, at: "") else { return [] }
        reader.refuseUnknown(members, known: Claims.topKeys, at: "")
        guard case .array(let items)? = tree["claims"], !items.isEmpty else {
            reader.report("claims", tree["claims"].map { "\($0.text) given" } ?? "missing", allowed: "a list of claims that is not empty")
            return []
        }
        var places: [String: Int] = [:]
        return items.enumerated().compactMap { index, item in
            let path = "claims[\(index)]"
            let claim = claim(item, at: path)
            if let id = claim?.id, let first = places.updateValue(index, forKey: id) {
                reader.report("\(path).id", "\"\(id)\" is that of claims[\(first)], too", allowed: "an id of its own")
            }
            return claim
        }
    }

    private func claim(_ value: JSONValue, at path: String) -> Claim? {
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: Claims.claimKeys, at: path)
        let id = required("id", of: value, at: path) { reader.name($0, at: $1) }
        let paper = required("paper", of: value, at: path) { reader.text($0, at: $1) }
        let source = required("source", of: value, at: path) { reader.text($0, at: $1) }
        let place = required("place", of: value, at: path) { reader.text($0, at: $1) }
        let evidence = required("read", of: value, at: path) { choice($0, Claim.Evidence.self, at: $1) }
        let words = required("claim", of: value, at: path) { reader.text($0, at: $1) }
        let note = value["note"].flatMap { reader.text($0, at: "\(path).note") }
        let tests = required("expect", of: value, at: path) { self.tests($0, at: $1) }
        guard let id, let paper, let source, let place, let evidence, let words, let tests else { return nil }
        return Claim(id: id, paper: paper, source: source, place: place, evidence: evidence, words: words, tests: tests, note: note)
    }

    private func tests(_ value: JSONValue, at path: String) -> [ClaimTest]? {
        guard case .array(let items) = value else {
            reader.report(path, "\(value.text) given", allowed: "a list of comparisons; an empty one for a claim that no comparison of rows can show")
            return nil
        }
        let tests = items.enumerated().map { test($0.element, at: "\(path)[\($0.offset)]") }
        let read = tests.compactMap(\.self)
        return read.count == tests.count ? read : nil
    }

    private func test(_ value: JSONValue, at path: String) -> ClaimTest? {
        guard let members = reader.members(value, at: path) else { return nil }
        reader.refuseUnknown(members, known: Claims.testKeys, at: path)
        let quantity = required("quantity", of: value, at: path) { choice($0, ClaimTest.Quantity.self, at: $1) }
        let row = required("row", of: value, at: path) { self.row($0, at: $1) }
        let relation = required("relation", of: value, at: path) { choice($0, ClaimTest.Relation.self, at: $1) }
        let against = value["against"].flatMap { self.row($0, at: "\(path).against") }
        let margin = value["margin"].map { self.margin($0, at: "\(path).margin") } ?? 0
        let sizes = value["sizes"].map { self.names($0, at: "\(path).sizes") } ?? []
        guard let quantity, let row, let relation, let margin, let sizes else { return nil }
        if quantity == .gradientRank {
            if value["against"] != nil { reader.report("\(path).against", "given", allowed: "nothing: this quantity is compared with its own beginning") }
        } else if value["against"] == nil {
            reader.report("\(path).against", "missing", allowed: "a row like {\"method\": \"full_rank\"}")
        }
        // Within nothing on either side no two measurements are.
        if relation == .alike, margin == 0 { reader.report("\(path).margin", "0 for alike", allowed: "a number above 0") }
        return ClaimTest(quantity, row, relation, against, margin: margin, sizes: sizes)
    }

    // MARK: Values

    private func required<Value>(_ key: String, of value: JSONValue, at path: String, _ read: (JSONValue, String) -> Value?) -> Value? {
        guard let given = value[key] else {
            reader.report(path, "'\(key)' is missing", allowed: "an object with \(key)")
            return nil
        }
        return read(given, "\(path).\(key)")
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(_ value: JSONValue, _: Choice.Type, at path: String) -> Choice? where Choice.RawValue == String {
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        reader.report(
            path, "\(value.text) given", allowed: "one of " + names.map { "\"\($0)\"" }.joined(separator: ", "), hint: NearestName.choice(value, among: names))
        return nil
    }

    private func margin(_ value: JSONValue, at path: String) -> Double? {
        if let number = value.option?.real, number.isFinite, number >= 0 { return number }
        reader.report(path, "\(value.text) given", allowed: "a number from 0")
        return nil
    }

    private func names(_ value: JSONValue, at path: String) -> [String]? {
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report(path, "\(value.text) given", allowed: "a list of names of models")
            return nil
        }
        let names = items.enumerated().map { reader.name($0.element, at: "\(path)[\($0.offset)]") }
        let read = names.compactMap(\.self)
        return read.count == names.count ? read : nil
    }

    // MARK: Rows

    private func row(_ value: JSONValue, at path: String) -> ClaimRow? {
        guard let members = reader.members(value, at: path) else { return nil }
        guard let methods = required("method", of: value, at: path, { methods($0, at: $1) }) else { return nil }
        if let catalog {
            let options = catalog.methods.filter { methods.contains($0.name) }.flatMap { $0.options.map(\.name) }
            reader.refuseUnknown(members, known: (["method", "match"] + Self.trainingKeys + options), at: path)
        }
        var match: MatchQuantity?
        var conditions: [ClaimRow.Condition] = []
        for member in members where member.key != "method" && member.key != "description" && !member.key.hasPrefix("x-") {
            let place = "\(path).\(member.key)"
            if member.key == "match" {
                guard let quantity = choice(member.value, MatchQuantity.self, at: place) else { return nil }
                match = quantity
                continue
            }
            guard let condition = condition(member, at: place) else { return nil }
            conditions.append(condition)
        }
        return ClaimRow(methods, conditions, match: match)
    }

    private func condition(_ member: JSONValue.Member, at path: String) -> ClaimRow.Condition? {
        if case .object(let members) = member.value, members.count == 1, members[0].key == "above", let bound = members[0].value.option?.real {
            return .init(member.key, above: bound)
        }
        var wanted = [member.value]
        if case .array(let items) = member.value { wanted = items }
        let values = wanted.compactMap { $0.option?.canonical }
        if !values.isEmpty, values.count == wanted.count { return .init(member.key, values) }
        reader.report(path, "\(member.value.text) given", allowed: "a value, a list of values, or {\"above\": number}")
        return nil
    }

    /// Keys of a training that tell rows of one method apart.
    private static let trainingKeys =
        TrainingSpec.keys + MemoryOptions.CodingKeys.allCases.map(\.rawValue) + ["activations"]

    private func methods(_ value: JSONValue, at path: String) -> [String]? {
        var items = [value]
        if case .array(let list) = value { items = list }
        guard !items.isEmpty else {
            reader.report(path, "an empty list", allowed: "a method, or a list of methods")
            return nil
        }
        let known = catalog?.methods.map(\.name)
        let names = items.map { item -> String? in
            guard let name = reader.text(item, at: path) else { return nil }
            guard let known, !known.contains(name) else { return name }
            reader.report(path, "\"\(name)\" is no method", allowed: known.sorted().joined(separator: ", "), hint: NearestName.choice(item, among: known))
            return nil
        }
        let read = names.compactMap(\.self)
        return read.count == names.count ? read : nil
    }
}
