/// Keys with grids: `tuning.coordinates`, and `tune` in a method's object.
extension SweepDecoder {
    /// What an object says may be changed, in written order.
    ///
    /// - Parameters:
    ///   - method: whose options may stand there too; `nil` for coordinates that every cell has.
    ///   - swept: keys that are swept already.
    func coordinates(_ value: JSONValue, _ method: MethodDescriptor?, swept: [String] = [], at path: String) -> [GivenCoordinate] {
        guard let members = reader.members(value, at: path) else { return [] }
        let tunable = (method?.options ?? []) + TrainingKeys.tunable
        let layoutKeys = method.map { $0.layoutOptions.isEmpty ? [] : Self.layoutKeys } ?? []
        reader.refuseUnknown(members, known: tunable.map(\.name) + Self.componentKeys + layoutKeys, at: path) { key in
            guard method == nil, catalog.methods.contains(where: { $0.option(named: key) != nil }) else { return nil }
            return "'\(key)' is an option of a method: write it inside the method's object, in \"tune\""
        }
        if members.isEmpty { reader.report(path, "nothing to try", allowed: "keys of the method with lists of values") }
        return members.flatMap { member -> [GivenCoordinate] in
            let place = "\(path).\(member.key)"
            var tried: [GivenCoordinate] = []
            if member.key == ComponentKeys.groups.name {
                tried = groupCoordinates(member.value, at: place)
            } else if Self.componentKeys.contains(member.key) {
                tried = lists(component(member, at: place), in: path)
            } else if let method, layoutKeys.contains(member.key) {
                tried = lists(layout(member, method, at: place), in: path)
            } else if let option = tunable.first(where: { $0.name == member.key }) {
                tried = coordinate(option.name, option.domain, member.value, at: place).map { [$0] } ?? []
            }
            for one in tried where swept.contains(one.key) {
                reader.report("\(path).\(one.key)", "is swept too", allowed: "one of the two", hint: "take the list out of the method's object")
            }
            return tried
        }
    }

    private func lists(_ swept: [Swept], in path: String) -> [GivenCoordinate] {
        swept.map { GivenCoordinate(key: $0.key, path: "\(path).\($0.key)", grid: .list($0.choices)) }
    }

    /// Numbers of a group may have ranges; the rest of it is read as everywhere.
    private func groupCoordinates(_ value: JSONValue, at path: String) -> [GivenCoordinate] {
        guard let groups = reader.members(value, at: path) else { return [] }
        return groups.flatMap { group -> [GivenCoordinate] in
            var ranges: [GivenCoordinate] = []
            var rest = group
            if let selector = ParameterSelector(group.key), case .object(let members) = group.value {
                let numbers = members.compactMap { member -> (option: OptionDescriptor, value: JSONValue)? in
                    guard case .object = member.value else { return nil }
                    return GroupKeys.numbers.first { $0.name == member.key }.map { ($0, member.value) }
                }
                ranges = numbers.compactMap { option, value in
                    coordinate("\(GroupKeys.prefix)\(selector.text).\(option.name)", option.domain, value, at: "\(path).\(group.key).\(option.name)")
                }
                let others = members.filter { member in !numbers.contains { $0.option.name == member.key } }
                if others.isEmpty, !numbers.isEmpty { return ranges }
                rest.value = .object(others)
            }
            let swept = component(.init(key: ComponentKeys.groups.name, value: .object([rest])), at: path)
            return ranges + swept.map { swept in
                let option = GroupKeys.numbers.first { swept.key.hasSuffix(".\($0.name)") }
                return GivenCoordinate(key: swept.key, path: path, grid: .list(swept.choices), domain: option?.domain)
            }
        }
    }

    private func coordinate(_ key: String, _ domain: OptionDescriptor.Domain, _ value: JSONValue, at place: String) -> GivenCoordinate? {
        guard case .object(let members) = value else {
            let values = values(value, in: domain, at: place)
            return values.isEmpty ? nil : GivenCoordinate(key: key, path: place, grid: .list(values.map { [key: $0] }), domain: domain)
        }
        return range(members, domain, at: place).map { GivenCoordinate(key: key, path: place, grid: $0, domain: domain) }
    }

    /// Values of a range are not counted in thousands.
    private static let mostValues = 64
    private static let rangeWords = "{\"from\": …, \"to\": …, \"factor\": …}, or {\"factor\": …} for multiples of the cell's own value"
    private static let ratio = OptionDescriptor.Domain.real(1...1e6)

    private func range(_ members: [JSONValue.Member], _ domain: OptionDescriptor.Domain, at place: String) -> GivenCoordinate.Grid? {
        let value = JSONValue.object(members)
        guard domain.isContinuable else {
            reader.report(place, "a range given", allowed: "a list of values: \(domain.allowed)")
            return nil
        }
        reader.refuseUnknown(members, known: ["from", "to", "factor", "each_way"], at: place)
        guard let given = value["factor"] else {
            reader.report(place, "a range without \"factor\"", allowed: Self.rangeWords)
            return nil
        }
        guard let factor = reader.option(given, in: Self.ratio, at: "\(place).factor", allowed: "a number above 1")?.real else { return nil }
        guard factor >= 1.001 else {
            reader.report("\(place).factor", "\(given.text) given", allowed: "a number above 1")
            return nil
        }
        guard value["from"] != nil || value["to"] != nil else {
            let most = Self.mostValues / 2
            let count = value["each_way"].map { reader.wholeNumber($0, 1...most, at: "\(place).each_way", allowed: "a whole number from 1 to \(most)") } ?? 1
            return count.map { .around(factor: factor, eachWay: $0) }
        }
        guard let first = value["from"], let last = value["to"], value["each_way"] == nil else {
            reader.report(place, "\(value.text) given", allowed: Self.rangeWords)
            return nil
        }
        guard let from = reader.option(first, in: domain, at: "\(place).from")?.real, let to = reader.option(last, in: domain, at: "\(place).to")?.real
        else { return nil }
        guard from > 0, to >= from, from * pow(factor, count: Self.mostValues) > to else {
            reader.report(place, "from \(first.text) to \(last.text) by \(given.text)", allowed: "from above 0, to no smaller, at most \(Self.mostValues) values")
            return nil
        }
        return .range(from: from, to: to, factor: factor)
    }

    private func pow(_ factor: Double, count: Int) -> Double { (0..<count).reduce(1) { power, _ in power * factor } }
}

extension OptionDescriptor.Domain {
    /// Whether numbers of it can be multiplied and are such again.
    var isContinuable: Bool {
        switch self {
        case .integer, .rank, .rankOrNone, .real, .positiveReal, .optionalInteger, .optionalPositiveReal: true
        case .choice, .numbers, .boolean, .optimizer: false
        }
    }
}
