/// Schema parts of the keys that stand in tables.
extension ConfigSchema {
    /// What a section's object may hold: its keys and no others.
    static func definition(_ section: ConfigSection) -> (String, JSONValue) {
        guard case .object(var members) = closed(section.keys.map(property)) else { return (section.name, .null) }
        if section.keys.contains(where: \.isRequired) { members.append(.init(key: "required", value: required(section))) }
        return (section.name, .object(members))
    }

    static func required(_ section: ConfigSection) -> JSONValue { strings(section.keys.filter(\.isRequired).map(\.name)) }

    static func property(_ key: ConfigKey) -> (String, JSONValue) { (key.name, entry(key)) }

    /// What one key may hold, and its help.
    static func entry(_ key: ConfigKey) -> JSONValue {
        let words: (String, JSONValue) = ("description", .string(key.description))
        let help: (String, JSONValue) = ("description", .string(key.help))
        switch key.kind {
        case .value(let domain): return object([words] + self.domain(domain))
        case .values(let domain): return list(of: object([words] + self.domain(domain)))
        case .valueOrList(let domain):
            let one = object(self.domain(domain))
            return object([words, ("anyOf", .array([one, list(of: one)]))])
        case .count(let range): return object([("type", .string("integer")), ("minimum", .integer(range.lowerBound)), words])
        case .flagOrCount: return object([("type", strings(["boolean", "integer"])), ("minimum", .integer(0)), words])
        case .texts: return object([("type", .string("array")), ("items", object([("type", .string("string"))])), words])
        case .seeds: return seeds(otherwise: key.standardSeeds)
        case .text, .name, .path: return object([("type", .string("string")), words])
        case .optionalPath: return object([("type", strings(["string", "null"])), help])
        case .constant(let value): return object([("const", value)])
        case .optionalConstant(let value): return object([("enum", .array([value, .null]))])
        case .types(let names): return object([("type", strings(names))])
        case .carried(let kind): return object([("description", .string("\(kind.rawValue); without effect"))])
        case .rope:
            let keys = object(RopeKeys.all.map(property))
            return object([
                ("type", strings(["object", "null"])), help, ("properties", keys), comments, ("additionalProperties", .bool(false)),
            ])
        case .models: return object([help, ("anyOf", .array([reference("model"), list(of: reference("model"))]))])
        case .methods: return list(of: reference("method"), key.help)
        case .exclusions: return list(of: object([("type", .string("object")), ("minProperties", .integer(1))]), key.help)
        case .inclusions: return list(of: object([("type", .string("object")), ("required", strings(["method"]))]), key.help)
        case .definition: return reference(key.name)
        case .comment: return object([("type", .string("string")), help])
        }
    }

    private static func seeds(otherwise: [UInt64]) -> JSONValue {
        let standard = otherwise.map { JSONValue.integer(Int(clamping: $0)) }
        return object(seedList + [("default", .array(standard))])
    }

    private static var seedList: [(String, JSONValue)] {
        [("type", .string("array")), ("items", object([("type", .string("integer")), ("minimum", .integer(0))])), ("minItems", .integer(1))]
    }

    /// Of a method's object.
    static var ownSeeds: JSONValue {
        object([("description", .string("Seeds of this entry alone. Default: the sweep's."))] + seedList)
    }
}
