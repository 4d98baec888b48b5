/// Schema parts: one value's type and range, and the shapes that recur.
extension ConfigSchema {
    /// One value of an option, with its help and default.
    static func value(_ option: OptionDescriptor) -> JSONValue { object([help(option)] + domain(option.domain)) }

    /// One value, or a list that is swept.
    static func sweepable(_ option: OptionDescriptor) -> JSONValue {
        let one = object(domain(option.domain))
        return object([help(option), ("anyOf", .array([one, list(of: one)]))])
    }

    private static func help(_ option: OptionDescriptor) -> (String, JSONValue) {
        ("description", .string("\(option.help) Default: \(option.defaultDescription)."))
    }

    static func domain(_ domain: OptionDescriptor.Domain) -> [(String, JSONValue)] {
        func upper(_ bound: Int) -> [(String, JSONValue)] { [("maximum", .integer(min(bound, Int(Int32.max))))] }
        switch domain {
        case .integer(let range): return [("type", .string("integer")), ("minimum", .integer(range.lowerBound))] + upper(range.upperBound)
        case .rank: return [("type", .string("integer")), ("minimum", .integer(1))]
        case .rankOrNone: return [("type", strings(["integer", "null"])), ("minimum", .integer(1))]
        case .real(let range):
            let top: [(String, JSONValue)] = range.upperBound < 1e300 ? [("maximum", .real(range.upperBound))] : []
            return [("type", .string("number")), ("minimum", .real(range.lowerBound))] + top
        case .positiveReal(let bound):
            return [("type", .string("number")), ("exclusiveMinimum", .integer(0))] + (bound.isFinite ? [("maximum", .real(bound))] : [])
        case .choice(let names): return [("enum", strings(names))]
        case .numbers(let numbers): return [("enum", .array(numbers.map { .integer($0) }))]
        case .boolean: return [("type", .string("boolean"))]
        case .optionalInteger(let range):
            return [("type", strings(["integer", "null"])), ("minimum", .integer(range.lowerBound))] + upper(range.upperBound)
        case .optionalPositiveReal: return [("type", strings(["number", "null"])), ("exclusiveMinimum", .integer(0))]
        case .optimizer: return [("anyOf", .array([reference("optimizer"), object([("type", .string("null"))])]))]
        }
    }

    static var comments: (String, JSONValue) { ("patternProperties", object([("^x-", object([])), ("^description$", object([]))])) }

    static func closed(_ properties: [(String, JSONValue)]) -> JSONValue {
        object([("type", .string("object")), ("properties", object(properties)), comments, ("additionalProperties", .bool(false))])
    }

    static func list(of items: JSONValue, _ words: String? = nil) -> JSONValue {
        let list: [(String, JSONValue)] = [("type", .string("array")), ("items", items), ("minItems", .integer(1))]
        return object((words.map { [("description", JSONValue.string($0))] } ?? []) + list)
    }

    static func reference(_ name: String) -> JSONValue { object([("$ref", .string("#/$defs/\(name)"))]) }
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    static func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(members.map { .init(key: $0.0, value: $0.1) }) }
}
