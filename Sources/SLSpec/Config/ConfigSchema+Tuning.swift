/// Schema parts of what a tuning tries.
extension ConfigSchema {
    /// `tuning.coordinates` and what it is made of, which a method's `tune` is made of too.
    static var tuning: [(String, JSONValue)] {
        [(TuningKeys.coordinates.name, closed(tunedTraining)), ("tuned_range", range), ("tuned_groups", groups)]
            + TrainingKeys.tunable.map { ("tuned_\($0.name)", gridded($0)) }
    }

    /// What every method may try.
    static var tunedTraining: [(String, JSONValue)] {
        TrainingKeys.tunable.map { ($0.name, reference("tuned_\($0.name)")) }
            + ComponentKeys.all.map { $0.name == ComponentKeys.groups.name ? ($0.name, reference("tuned_groups")) : property($0) }
    }

    /// A value, a list, or a range where numbers can be multiplied.
    static func gridded(_ option: OptionDescriptor) -> JSONValue {
        let one = object(domain(option.domain))
        let ranges = option.domain.isContinuable ? [reference("tuned_range")] : []
        return object([("description", .string(option.help)), ("anyOf", .array([one, list(of: one)] + ranges))])
    }

    /// Groups whose numbers may have ranges.
    private static var groups: JSONValue {
        let group = closed(GroupKeys.numbers.map { ($0.name, gridded($0)) } + [("optimizer", reference("optimizer"))])
        return object([
            ("description", .string(ComponentKeys.groups.help)), ("type", .string("object")),
            ("properties", object(ParameterSelector.names.map { ($0, group) })),
            ("patternProperties", object([("^x-", object([])), ("^description$", object([])), ("[*.]", group)])), ("additionalProperties", .bool(false)),
        ])
    }

    private static var range: JSONValue {
        let above = object([("type", .string("number")), ("exclusiveMinimum", .integer(0))])
        guard case .object(var members) = closed([
            ("from", above), ("to", above), ("factor", object([("type", .string("number")), ("exclusiveMinimum", .integer(1))])),
            ("each_way", object([("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(32))])),
        ]) else { return .null }
        members.append(.init(key: "required", value: strings(["factor"])))
        return .object(members)
    }
}
