/// One entry of `methods`: a method with its swept values.
struct MethodEntry {
    let descriptor: MethodDescriptor
    let path: String
    /// What varies by itself, in written order: choices of one key, or of several that go in step.
    let axes: [[[String: OptionValue]]]
    /// Rows that its models are to be as large as; empty for the models themselves.
    var matches: [SweepDecoder.MatchRequest] = []
    /// What is tried for it: in place of the shared grid of a tuning, or beside the shared coordinates of a search; empty for those alone.
    var tune: [GivenCoordinate] = []

    /// The budgets of the shared ladder, which vary fastest; one empty choice without one.
    var ladder: [[String: OptionValue]] = [[:]]
    /// Its own in place of the sweep's; `nil` for these.
    var seeds: [UInt64]?

    /// Every choice of values; the last axis varies fastest.
    var combinations: [[String: OptionValue]] { Self.crossed(axes + [ladder]) }

    /// The same with the last budget of the ladder alone: what does not depend on a budget is asked of one.
    var combinationsOfOneBudget: [[String: OptionValue]] { Self.crossed(axes + [Array(ladder.suffix(1))]) }

    private static func crossed(_ axes: [[[String: OptionValue]]]) -> [[String: OptionValue]] {
        axes.reduce([[:]]) { partial, axis in
            partial.flatMap { chosen in axis.map { chosen.merging($0) { $1 } } }
        }
    }

    func sweeps(_ key: String) -> Bool { axes.contains { $0.count > 1 && $0.first?[key] != nil } }

    /// How many those are, without making them.
    var combinationCount: Double { axes.reduce(Double(ladder.count)) { $0 * Double($1.count) } }
}

extension SweepDecoder {
    /// Entries of known methods; the reader knows of the rest.
    func methods(_ value: JSONValue?) -> [MethodEntry] {
        let names = catalog.methods.map(\.name)
        guard let value else {
            reader.report(
                TopKeys.methods.path, "missing", allowed: "a list of methods, e.g. [\"full_rank\", {\"method\": \"sltrain\", \"rank\": [64, 128]}]")
            return []
        }
        guard case .array(let items) = value, !items.isEmpty else {
            reader.report(TopKeys.methods.path, "\(value.text) given", allowed: "a list of methods: " + names.joined(separator: ", "))
            return []
        }
        return items.enumerated().compactMap { entry($0.element, at: "\(TopKeys.methods.path)[\($0.offset)]") }
    }

    func entry(_ item: JSONValue, at path: String) -> MethodEntry? {
        let names = catalog.methods.map(\.name)
        var members: [JSONValue.Member] = []
        var named: JSONValue? = item
        if case .object(let given) = item {
            members = given
            named = item["method"]
        }
        guard case .string(let name)? = named else {
            reader.report(
                path, named == nil ? "an entry without \"method\"" : "\(item.text) given",
                allowed: "one of " + names.joined(separator: ", "))
            return nil
        }
        guard let descriptor = catalog.methods.first(where: { $0.name == name.replacing("-", with: "_") }) else {
            reader.report(
                path, "unknown method '\(name)'", allowed: names.joined(separator: ", "),
                hint: NearestName.of(name, among: names).map { "did you mean '\($0)'?" })
            return nil
        }
        let known = descriptor.options + TrainingKeys.all
        let own = (path.hasPrefix(TopKeys.include.path) ? Self.includeKeys : []) + (descriptor.layoutOptions.isEmpty ? [] : Self.layoutKeys)
        reader.refuseUnknown(members, known: ["method", "zip", "tune", Self.matchKey, TopKeys.seeds.name] + Self.componentKeys + own + Self.keys(of: known), at: path) { key in
            authorsName(key, known) ?? otherMethods(key, not: descriptor) ?? home(of: key, not: TopKeys.methods.name)
        }
        var swept: [Swept] = []
        let groups = MethodOptionGroup.all(of: descriptor.options)
        for member in members {
            if let group = groups.first(where: { $0.name == member.key }) { swept += self.group(member.value, group, at: "\(path).\(member.key)") }
            if Self.componentKeys.contains(member.key) { swept += component(member, at: "\(path).\(member.key)") }
            if own.contains(member.key), Self.layoutKeys.contains(member.key) { swept += layout(member, descriptor, at: "\(path).\(member.key)") }
            guard let option = known.first(where: { $0.name == member.key && $0.group == nil }) else { continue }
            if option.domain == .optimizer {
                swept += optimizerOption(option, member.value, at: "\(path).\(member.key)")
                continue
            }
            let values = values(member.value, option, at: "\(path).\(member.key)")
            if !values.isEmpty { swept.append((member.key, values.map { [member.key: $0] })) }
        }
        refuseTwoWarmups(Set(swept.map(\.key)), at: path)
        refuseTwoBudgets(Set(swept.map(\.key)), at: path)
        let zipped = item["zip"].map { zip($0, swept, at: "\(path).zip") } ?? []
        let tune = item["tune"].map { coordinates($0, descriptor, swept: swept.filter { $0.choices.count > 1 }.map(\.key), at: "\(path).tune") } ?? []
        let matches = item[Self.matchKey].map { self.matches($0, at: "\(path).\(Self.matchKey)") } ?? []
        // Where the list is none, nothing runs: what stands in its place is never seen.
        let seeds = item[TopKeys.seeds].map { self.seeds($0, at: "\(path).\(TopKeys.seeds.name)", otherwise: []) }
        return MethodEntry(descriptor: descriptor, path: path, axes: axes(swept, zipped), matches: matches, tune: tune, seeds: seeds)
    }

    /// Lists that go in step become one axis, in the place of the first.
    private func axes(_ swept: [Swept], _ zipped: [String]) -> [[[String: OptionValue]]] {
        swept.compactMap { key, choices in
            guard zipped.contains(key) else { return choices }
            guard key == swept.first(where: { zipped.contains($0.key) })?.key else { return nil }
            let members = swept.filter { zipped.contains($0.key) }
            return choices.indices.map { index in members.reduce(into: [:]) { $0.merge($1.choices[index]) { first, _ in first } } }
        }
    }

    /// The keys of `zip`; none when they can't go in step, which the reader knows then.
    private func zip(_ value: JSONValue, _ swept: [Swept], at path: String) -> [String] {
        let lists = swept.filter { $0.choices.count > 1 }.map(\.key)
        let allowed = "two or more keys of this object whose lists are equally long" + (lists.isEmpty ? "" : ": " + lists.joined(separator: ", "))
        guard case .array(let items) = value, items.count > 1 else {
            reader.report(path, "\(value.text) given", allowed: allowed)
            return []
        }
        var keys: [String] = []
        for (index, item) in items.enumerated() {
            guard case .string(let key) = item, swept.contains(where: { $0.key == key }), !keys.contains(key) else {
                reader.report("\(path)[\(index)]", "\(item.text) given", allowed: allowed, hint: NearestName.choice(item, among: swept.map(\.key)))
                return []
            }
            keys.append(key)
        }
        let counts = keys.compactMap { key in swept.first { $0.key == key }?.choices.count }
        guard Set(counts).count == 1 else {
            reader.report(path, "lists of \(counts.map(String.init).joined(separator: ", ")) values", allowed: allowed)
            return []
        }
        return keys
    }

    /// One value, or every value of a list.
    func values(_ value: JSONValue, _ option: OptionDescriptor, at place: String) -> [OptionValue] {
        values(value, in: option.domain, at: place)
    }

    /// The same for a domain alone.
    func values(_ value: JSONValue, in domain: OptionDescriptor.Domain, at place: String) -> [OptionValue] {
        guard case .array(let choices) = value else { return reader.option(value, in: domain, at: place).map { [$0] } ?? [] }
        if choices.isEmpty { reader.report(place, "an empty list", allowed: domain.allowed + ", or a list of such values") }
        return choices.enumerated().compactMap { reader.option($0.element, in: domain, at: "\(place)[\($0.offset)]") }
    }

    func refuseTwoWarmups(_ keys: Set<String>, at path: String) {
        if keys.contains("warmup_steps"), keys.contains("warmup_ratio") {
            reader.report(reader.join(path, "warmup_ratio"), "given beside warmup_steps", allowed: "one of the two")
        }
    }
}
