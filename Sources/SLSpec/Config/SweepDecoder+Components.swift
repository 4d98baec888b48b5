/// Keys with keys of their own: `optimizer`, `groups`, `activations`. They become flat dotted keys, each of which can be swept.
extension SweepDecoder {
    static let componentKeys = ComponentKeys.all.map(\.name)

    /// Whether a flat key is one of a component's.
    static func isComponentKey(_ key: String) -> Bool { componentKeys.contains { key == $0 || key.hasPrefix($0 + ".") } }

    /// What varies by itself: a key, and its choices as flat values.
    typealias Swept = (key: String, choices: [[String: OptionValue]])

    func component(_ member: JSONValue.Member, at path: String) -> [Swept] {
        switch member.key {
        case ComponentKeys.optimizer.name:
            let choices = optimizers(member.value, under: member.key, at: path)
            return choices.isEmpty ? [] : [(member.key, choices)]
        case ComponentKeys.activations.name:
            let choices = activations(member.value, at: path)
            return choices.isEmpty ? [] : [(member.key, choices)]
        default: return groups(member.value, at: path)
        }
    }

    /// An option of a method that names an optimizer.
    func optimizerOption(_ option: OptionDescriptor, _ value: JSONValue, at path: String) -> [Swept] {
        var items = [value]
        if case .array(let list) = value { items = list }
        let choices = items.enumerated().flatMap { index, item in
            item == .null ? [[option.name: .null]] : optimizers(item, under: option.name, at: items.count > 1 ? "\(path)[\(index)]" : path)
        }
        for choice in choices where choice[option.name] == .text(OptimizerSpec.eightBitAdamW) {
            reader.report(path, "\(OptimizerSpec.eightBitAdamW) is AdamW with 8-bit states", allowed: OptimizerSpec.standard, hint: "give states \"8bit\"")
        }
        return choices.isEmpty ? [] : [(option.name, choices)]
    }

    // MARK: Optimizers

    /// Every choice of one optimizer, or of each of a list.
    private func optimizers(_ value: JSONValue, under key: String, at path: String) -> [[String: OptionValue]] {
        switch value {
        case .array(let items):
            if items.isEmpty { reader.report(path, "an empty list", allowed: allowedOptimizers) }
            return items.enumerated().flatMap { optimizer($0.element, under: key, at: "\(path)[\($0.offset)]") }
        default: return optimizer(value, under: key, at: path)
        }
    }

    private var optimizerNames: [String] { catalog.optimizers.map(\.name) + [OptimizerSpec.eightBitAdamW] }
    private var allowedOptimizers: String {
        "one of " + optimizerNames.map { "\"\($0)\"" }.joined(separator: ", ") + ", or an object {\"name\": …} with its options"
    }

    private func optimizer(_ value: JSONValue, under key: String, at path: String) -> [[String: OptionValue]] {
        var members: [JSONValue.Member] = []
        var named: JSONValue? = value
        if case .object(let given) = value { (members, named) = (given, value["name"]) }
        guard case .string(let spelled)? = named else {
            reader.report(path, named == nil ? "an optimizer without \"name\"" : "\(value.text) given", allowed: allowedOptimizers)
            return []
        }
        let name = spelled.replacing("-", with: "_")
        if name == OptimizerSpec.eightBitAdamW, members.count <= 1 { return [[key: .text(name)]] }
        guard let known = catalog.optimizers.first(where: { $0.name == (name == OptimizerSpec.eightBitAdamW ? OptimizerSpec.standard : name) }) else {
            reader.report(path, "\(JSONValue.string(spelled).text) given", allowed: allowedOptimizers, hint: NearestName.choice(.string(spelled), among: optimizerNames))
            return []
        }
        reader.refuseUnknown(members, known: ["name"] + known.options.map(\.name), at: path) {
            authorsName($0, known.options) ?? otherOptimizers($0, not: known)
        }
        return members.reduce([[key: .text(name)]]) { choices, member in
            guard let option = known.option(named: member.key) else { return choices }
            let values = self.values(member.value, option, at: "\(path).\(member.key)")
            return choices.flatMap { choice in values.map { choice.merging(["\(key).\(option.name)": $0]) { $1 } } }
        }
    }

    private func otherOptimizers(_ key: String, not descriptor: OptimizerDescriptor) -> String? {
        let takers = catalog.optimizers.filter { $0.name != descriptor.name && $0.option(named: key) != nil }.map(\.name)
        return takers.isEmpty ? nil : "'\(key)' is an option of \(takers.joined(separator: ", ")); \(descriptor.name) has no use for it"
    }

    // MARK: Groups

    private static let allowedSelectors =
        ParameterSelector.names.joined(separator: ", ") + ", or a pattern of tensor names with a '*', e.g. model.layers.0.*"
    private static let groupKeys = GroupKeys.numbers.map(\.name) + ["optimizer"]

    private func groups(_ value: JSONValue, at path: String) -> [Swept] {
        guard let members = reader.members(value, at: path) else { return [] }
        return members.filter { !$0.key.hasPrefix("x-") && $0.key != "description" }.flatMap { member -> [Swept] in
            let place = "\(path).\(member.key)"
            guard let selector = ParameterSelector(member.key) else {
                let hint = NearestName.of(member.key, among: ParameterSelector.names).map { "did you mean '\($0)'?" }
                reader.report(place, "no group '\(member.key)'", allowed: Self.allowedSelectors, hint: hint)
                return []
            }
            guard let own = reader.members(member.value, at: place) else { return [] }
            reader.refuseUnknown(own, known: Self.groupKeys, at: place)
            if own.isEmpty { reader.report(place, "an empty group", allowed: Self.groupKeys.joined(separator: ", ")) }
            return own.compactMap { key -> Swept? in
                let flat = "\(GroupKeys.prefix)\(selector.text).\(key.key)"
                if key.key == "optimizer" {
                    let choices = optimizers(key.value, under: flat, at: "\(place).optimizer")
                    return choices.isEmpty ? nil : (flat, choices)
                }
                guard let option = GroupKeys.numbers.first(where: { $0.name == key.key }) else { return nil }
                let values = self.values(key.value, option, at: "\(place).\(key.key)")
                return values.isEmpty ? nil : (flat, values.map { [flat: $0] })
            }
        }
    }

    // MARK: Merging

    /// What an object says over what it is laid on: its optimizer replaces the other with all its options, and so does its activation scheme.
    static func merge(_ own: [String: OptionValue], over base: [String: OptionValue]) -> [String: OptionValue] {
        let replaced = own.keys.filter { $0 == "optimizer" || $0 == ActivationKeys.name || ($0.hasPrefix(GroupKeys.prefix) && $0.hasSuffix(".optimizer")) }
        let kept = base.filter { key, _ in !replaced.contains { key.hasPrefix($0 + ".") } }
        return kept.merging(own) { $1 }
    }
}
