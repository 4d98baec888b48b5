/// An activation scheme under flat dotted keys: `activations`, `activations.groups.v_proj`, `activations.scale`.
enum ActivationKeys {
    static let name = "activations"
    static let schemeKey = "scheme"
    static let groupsKey = "groups"
    private static let groupsPrefix = "\(name).\(groupsKey)."
    static let scaleKey = "\(name).scale"

    static let group = OptionDescriptor(
        name: groupsKey, domain: .optionalInteger(1...Int(Int32.max)),
        help: "Sub-tokens of the role's input; a divisor of its width, null for the default. Other roles read their exact inputs.",
        authorsName: "num_groups", source: "scripts of github.com/roymiles/VeLoRA @1a7074f",
        defaultDescription: "v_proj 64 and down_proj 86 at 60m, 64 and 64 at 130m, else the divisor nearest to 64 for these roles",
        defaultValue: { _ in .null })
    static let scale = OptionDescriptor(
        name: "scale", domain: .positiveReal(upTo: .infinity), help: "Multiple of the gradients that are made of what stands for an input.",
        authorsName: "velora_scale", source: "scripts of github.com/roymiles/VeLoRA @1a7074f (its README prints 1 for 60m)",
        published: ["60m": 1.5], otherwise: "1", rule: { .real(ActivationSpec.standardScale($0)) })

    static func groups(_ role: LinearRole) -> String { groupsPrefix + role.moduleName }

    static func flat(_ spec: ActivationSpec) -> [String: OptionValue] {
        var flat: [String: OptionValue] = [name: .text(spec.scheme), scaleKey: .real(spec.scale)]
        for (role, count) in spec.groups { flat[groups(role)] = .integer(count) }
        return flat
    }

    /// - Parameter model: fills in what is not said; `nil` for a spec in which everything is.
    static func spec(_ flat: [String: OptionValue], model: ModelShape? = nil) -> ActivationSpec? {
        guard let scheme = flat[name]?.text else { return nil }
        let named = LinearRole.allCases.filter { flat[groups($0)] != nil }
        let roles = named.isEmpty && model != nil ? ActivationSpec.standardRoles : named
        var counts: [LinearRole: Int] = [:]
        for role in roles { counts[role] = flat[groups(role)]?.integer ?? model.map { ActivationSpec.standardGroups(role, $0) } }
        let scale = flat[scaleKey]?.real ?? model.map(ActivationSpec.standardScale) ?? 1
        return ActivationSpec(scheme, groups: counts, scale: scale)
    }
}
