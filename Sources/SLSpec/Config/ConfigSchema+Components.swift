/// Schema parts of keys with keys of their own: optimizers and parameter groups.
extension ConfigSchema {
    /// `optimizer`, `optimizer_NAME` and `groups`, each also as a list that is swept.
    static func components(_ catalog: Catalog) -> [(String, JSONValue)] {
        let names = catalog.optimizers.map(\.name) + [OptimizerSpec.eightBitAdamW]
        let named = object([("enum", strings(names))])
        let branches = catalog.optimizers.map { optimizer in
            let name = object([("name", object([("enum", strings(spellings(optimizer)))]))])
            return object([
                ("if", object([("properties", name), ("required", strings(["name"]))])), ("then", reference("optimizer_\(optimizer.name)")),
            ])
        }
        let spelled = object([
            ("type", .string("object")), ("required", strings(["name"])), ("properties", object([("name", named)])), ("allOf", .array(branches)),
        ])
        let one = object([("if", object([("type", .string("string"))])), ("then", named), ("else", spelled)])
        let optimizer = object([
            ("description", .string(ComponentKeys.optimizer.description)), ("if", object([("type", .string("array"))])), ("then", list(of: one)), ("else", one),
        ])
        let group = closed(GroupKeys.numbers.map { ($0.name, sweepable($0)) } + [("optimizer", reference("optimizer"))])
        let groups = object([
            ("description", .string(ComponentKeys.groups.description)), ("type", .string("object")),
            ("properties", object(ParameterSelector.names.map { ($0, reference("group")) })),
            (
                "patternProperties",
                object([("^x-", object([])), ("^description$", object([])), ("[*.]", reference("group"))])
            ),
            ("additionalProperties", .bool(false)),
        ])
        return [(ComponentKeys.optimizer.name, optimizer), ("group", group), (ComponentKeys.groups.name, groups), (ComponentKeys.activations.name, activations)]
            + catalog.optimizers.map { optimizer in
                ("optimizer_\(optimizer.name)", closed([("name", object([("enum", strings(spellings(optimizer)))]))] + optimizer.options.map { ($0.name, sweepable($0)) }))
            }
    }

    /// A scheme, `null`, or a list of these.
    private static var activations: JSONValue {
        let name = object([("enum", .array(ActivationSpec.schemes.map { .string($0) } + [.null]))])
        let roles = closed(LinearRole.allCases.map { ($0.moduleName, sweepable(ActivationKeys.group)) })
        guard case .object(var members) = closed([
            (ActivationKeys.schemeKey, object([("enum", strings(ActivationSpec.schemes))])), (ActivationKeys.groupsKey, roles),
            (ActivationKeys.scale.name, sweepable(ActivationKeys.scale)),
        ]) else { return .null }
        members.append(.init(key: "required", value: strings([ActivationKeys.schemeKey])))
        let one = object([("if", object([("type", .string("object"))])), ("then", .object(members)), ("else", name)])
        return object([
            ("description", .string(ComponentKeys.activations.description)), ("if", object([("type", .string("array"))])), ("then", list(of: one)), ("else", one),
        ])
    }

    private static func spellings(_ optimizer: OptimizerDescriptor) -> [String] {
        let own = optimizer.name.contains("_") ? [optimizer.name, optimizer.name.replacing("_", with: "-")] : [optimizer.name]
        return optimizer.name == OptimizerSpec.standard ? own + [OptimizerSpec.eightBitAdamW] : own
    }

    // MARK: Layouts

    /// What a linear of a method may have of its own; nothing for a method without such options.
    static func linear(_ method: MethodDescriptor) -> [(String, JSONValue)] {
        let options = method.layoutOptions
        return options.isEmpty ? [] : [("linear_\(method.name)", closed(options.map { ($0.name, sweepable($0)) }))]
    }

    /// `roles` and `layers`.
    static func layout(_ method: MethodDescriptor) -> [(String, JSONValue)] {
        guard !method.layoutOptions.isEmpty else { return [] }
        let one = reference("linear_\(method.name)")
        let layers = object([("^(0|[1-9][0-9]*)$", one), ("^x-", object([])), ("^description$", object([]))])
        return [
            (LayoutKeys.roles, closed(LinearRole.allCases.map { ($0.moduleName, one) })),
            (LayoutKeys.layers, object([("type", .string("object")), ("patternProperties", layers), ("additionalProperties", .bool(false))])),
        ]
    }

    static let componentReferences = ComponentKeys.all.map { property($0) }

    /// Options of a method that stand in an object of their own, or `null` for none.
    static func group(_ group: MethodOptionGroup) -> JSONValue {
        guard case .object(var members) = closed(group.options.map { ($0.keyInGroup, sweepable($0)) }) else { return .null }
        members = members.filter { $0.key != "type" }
        members.insert(.init(key: "type", value: strings(["object", "null"])), at: 0)
        if let first = group.mainOption { members.append(.init(key: "required", value: strings([first.keyInGroup]))) }
        return .object(members)
    }
}
