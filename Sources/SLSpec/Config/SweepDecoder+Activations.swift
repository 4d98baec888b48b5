/// The key `activations`: a scheme's name, an object with its name and options, or `null` for exact inputs.
extension SweepDecoder {
    private static let allowedSchemes =
        ActivationSpec.schemes.map { "\"\($0)\"" }.joined(separator: ", ") + ", an object {\"scheme\": …} with its options, or null for exact inputs"

    /// Every choice of one scheme, or of each of a list.
    func activations(_ value: JSONValue, at path: String) -> [[String: OptionValue]] {
        guard case .array(let items) = value else { return scheme(value, at: path) }
        if items.isEmpty { reader.report(path, "an empty list", allowed: Self.allowedSchemes) }
        return items.enumerated().flatMap { scheme($0.element, at: "\(path)[\($0.offset)]") }
    }

    private func scheme(_ value: JSONValue, at path: String) -> [[String: OptionValue]] {
        let name = ActivationKeys.name
        if value == .null { return [[name: .null]] }
        var members: [JSONValue.Member] = []
        var named: JSONValue? = value
        if case .object(let given) = value { (members, named) = (given, value[ActivationKeys.schemeKey]) }
        guard case .string(let spelled)? = named, ActivationSpec.schemes.contains(spelled) else {
            reader.report(
                path, named == nil ? "an object without \"\(ActivationKeys.schemeKey)\"" : "\((named ?? value).text) given", allowed: Self.allowedSchemes,
                hint: named.flatMap { NearestName.choice($0, among: ActivationSpec.schemes) })
            return []
        }
        let known = [ActivationKeys.schemeKey, ActivationKeys.groupsKey, ActivationKeys.scale.name]
        reader.refuseUnknown(members, known: known, at: path) { authorsName($0, [ActivationKeys.group, ActivationKeys.scale]) }
        return members.reduce([[name: .text(spelled)]]) { choices, member in
            var axes: [[[String: OptionValue]]] = []
            switch member.key {
            case ActivationKeys.scale.name:
                axes = [values(member.value, ActivationKeys.scale, at: "\(path).\(member.key)").map { [ActivationKeys.scaleKey: $0] }]
            case ActivationKeys.groupsKey: axes = groupCounts(member.value, at: "\(path).\(member.key)")
            default: return choices
            }
            return axes.reduce(choices) { choices, axis in choices.flatMap { choice in axis.map { choice.merging($0) { $1 } } } }
        }
    }

    /// One axis a role.
    private func groupCounts(_ value: JSONValue, at path: String) -> [[[String: OptionValue]]] {
        guard let members = reader.members(value, at: path) else { return [] }
        let names = LinearRole.allCases.map(\.moduleName)
        reader.refuseUnknown(members, known: names, at: path)
        if members.isEmpty { reader.report(path, "no role", allowed: names.joined(separator: ", ")) }
        return members.compactMap { member in
            guard let role = LinearRole.allCases.first(where: { $0.moduleName == member.key }) else { return nil }
            return values(member.value, ActivationKeys.group, at: "\(path).\(member.key)").map { [ActivationKeys.groups(role): $0] }
        }
    }

    /// What of a scheme depends on the model.
    ///
    /// - Parameter place: the key path of the first given key of its arguments.
    func checkActivations(_ training: TrainingSpec, _ model: ModelShape, place: (String...) -> String) {
        guard let uneven = training.activations?.unevenRole(of: model) else { return }
        reader.report(
            "\(place(ActivationKeys.name)).\(ActivationKeys.groupsKey).\(uneven.role.moduleName)",
            "\(uneven.groups) groups do not divide \(uneven.width), the width of that input in model '\(model.name)'",
            allowed: "a divisor of \(uneven.width)")
    }
}
