import SLSpec

/// As much of JSON Schema 2020-12 as the config's schema uses. A keyword it does not know is a problem of its own.
struct SchemaChecker {
    let root: JSONValue

    func problems(_ value: JSONValue) -> [String] { problems(value, root, at: "$") }

    static func keys(of value: JSONValue?) -> [String] {
        guard case .object(let members)? = value else { return [] }
        return members.map(\.key)
    }

    private func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        guard case .object(let keywords) = schema else { return ["\(path): the schema is no object"] }
        return keywords.flatMap { keyword($0.key, $0.value, value, schema, at: path) }
    }

    private func keyword(_ name: String, _ wanted: JSONValue, _ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        func refuse(_ holds: Bool) -> [String] { holds ? [] : ["\(path): \(value.text) against \(name) \(wanted.text)"] }
        switch name {
        case "$schema", "title", "description", "default", "$defs", "then", "else": break
        case "$ref":
            guard case .string(let reference) = wanted, let target = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))] else {
                return ["\(path): a dangling reference \(wanted.text)"]
            }
            return problems(value, target, at: path)
        case "type": return refuse(list(wanted).contains { kinds(value).contains($0) })
        case "const": return refuse(value == wanted || (number(value) != nil && number(value) == number(wanted)))
        case "enum": return refuse(list(wanted).contains(value))
        case "pattern":
            return refuse(
                wanted == .string("\\.json$") && { if case .string(let text) = value { text.hasSuffix(".json") } else { true } }())
        case "minimum": return refuse(number(value).map { $0 >= number(wanted) ?? .infinity } ?? true)
        case "maximum": return refuse(number(value).map { $0 <= number(wanted) ?? -.infinity } ?? true)
        case "exclusiveMinimum": return refuse(number(value).map { $0 > number(wanted) ?? .infinity } ?? true)
        case "minProperties": if case .object(let members) = value { return refuse(Double(members.count) >= number(wanted) ?? .infinity) }
        case "minItems": if case .array(let items) = value { return refuse(Double(items.count) >= number(wanted) ?? .infinity) }
        case "items":
            if case .array(let items) = value {
                return items.enumerated().flatMap { problems($0.element, wanted, at: "\(path)[\($0.offset)]") }
            }
        case "required":
            if case .object = value {
                return refuse(list(wanted).allSatisfy { if case .string(let key) = $0 { value[key] != nil } else { false } })
            }
        case "anyOf": return refuse(list(wanted).contains { problems(value, $0, at: path).isEmpty })
        case "allOf": return list(wanted).flatMap { problems(value, $0, at: path) }
        case "if":
            let branch = problems(value, wanted, at: path).isEmpty ? schema["then"] : schema["else"]
            return branch.map { problems(value, $0, at: path) } ?? []
        case "properties":
            return members(value).flatMap { member in wanted[member.key].map { problems(member.value, $0, at: "\(path).\(member.key)") } ?? [] }
        case "patternProperties":
            guard case .object(let patterns) = wanted else { return ["\(path): patternProperties is no object"] }
            return members(value).flatMap { member in
                patterns.filter { matches(member.key, $0.key) }.flatMap { problems(member.value, $0.value, at: "\(path).\(member.key)") }
            }
        case "additionalProperties":
            guard wanted == .bool(false) else { return ["\(path): additionalProperties \(wanted.text) is not checked here"] }
            let patterns = Self.keys(of: schema["patternProperties"])
            return members(value).compactMap { member in
                let isKnown = schema["properties"]?[member.key] != nil || patterns.contains { matches(member.key, $0) }
                return isKnown ? nil : "\(path).\(member.key): not known"
            }
        default: return ["\(path): the keyword \(name) is not checked here"]
        }
        return []
    }

    private func members(_ value: JSONValue) -> [JSONValue.Member] { if case .object(let members) = value { members } else { [] } }

    private func matches(_ key: String, _ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return key.contains(expression)
    }

    private func list(_ value: JSONValue) -> [JSONValue] { if case .array(let values) = value { values } else { [value] } }

    private func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .real(let number): number
        default: nil
        }
    }

    private func kinds(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .null: [.string("null")]
        case .bool: [.string("boolean")]
        case .integer: [.string("integer"), .string("number")]
        case .real(let number): number == number.rounded() ? [.string("integer"), .string("number")] : [.string("number")]
        case .string: [.string("string")]
        case .array: [.string("array")]
        case .object: [.string("object")]
        }
    }
}
