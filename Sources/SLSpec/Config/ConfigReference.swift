/// What every key of a config means, as markdown, made from the schema that editors use and so from the definitions that decode it.
public enum ConfigReference {
    public static func markdown(catalog: Catalog) -> String {
        let schema = ConfigSchema.schema(catalog)
        let definitions = schema["$defs"] ?? .null
        var parts = [introduction, "## Keys", table(schema, prefix: "", skipping: ["$schema", "description"])]
        for (section, words) in sections {
            parts.append("### `\(section)`")
            if !words.isEmpty { parts.append(words) }
            parts.append(table(definitions[section] ?? .null, prefix: section + ".", definitions))
        }
        parts += ["### Optimizers and parameter groups", components(catalog), "### A model's object", modelWords, table(definitions["shape"] ?? .null, prefix: ""), "## Sweeping and overriding", sweeping]
        return parts.joined(separator: "\n\n") + "\n"
    }

    // MARK: Tables

    private static func table(_ object: JSONValue, prefix: String, _ definitions: JSONValue = .null, skipping: Set<String> = []) -> String {
        guard case .object(let properties)? = object["properties"] else { return "" }
        let required = names(object["required"])
        let rows = properties.filter { !skipping.contains($0.key) }.map { property in
            let key = prefix + property.key
            var property = property
            if case .string(let place)? = property.value["$ref"], let referred = definitions[String(place.split(separator: "/").last ?? "")],
                referred["description"] != nil
            {
                property.value = referred
            }
            let (meaning, standard) = words(property.value["description"])
            let otherwise = required.contains(property.key) ? "required" : standard ?? property.value["default"]?.text ?? defaults[key] ?? ""
            if let range = meaning.split(separator: "; without effect", omittingEmptySubsequences: false).first, range.count < meaning.count {
                return "| `\(key)` | read and without effect | \(range) | |"
            }
            let standing = property.value["const"] != nil ? "what this model is; nothing else is possible" : meaning
            return "| `\(key)` | \(meanings[key] ?? standing) | \(allowed[key] ?? range(property.value)) | \(otherwise) |"
        }
        return (["| key | meaning | allowed | default |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// A schema's description without the sentence that names the default, and that default.
    private static func words(_ description: JSONValue?) -> (meaning: String, standard: String?) {
        guard case .string(let text)? = description else { return ("", nil) }
        let parts = text.split(separator: "Default: ", maxSplits: 1).map { String($0).trimmingSuffix([".", " "]) }
        return (parts.first ?? "", parts.count > 1 ? parts[1] : nil)
    }

    private static func names(_ list: JSONValue?) -> [String] {
        guard case .array(let items)? = list else { return [] }
        return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    private static func range(_ value: JSONValue) -> String {
        if case .array(let choices)? = value["enum"] { return choices.map { "`\(bare($0))`" }.joined(separator: ", ") }
        if let constant = value["const"] { return "`\(bare(constant))`" }
        if value["$ref"] != nil { return "an object with the keys below" }
        let types = names(value["type"]) + [value["type"]].compactMap { if case .string(let name)? = $0 { name } else { nil } }
        let words = types.map { type in
            switch type {
            case "integer": "a whole number" + bounds(value)
            case "number": "a number" + bounds(value)
            case "string": "a text"
            case "boolean": "`true`, `false`"
            case "array": "a list"
            case "object": "an object"
            default: type
            }
        }
        return words.joined(separator: " or ")
    }

    private static func bounds(_ value: JSONValue) -> String {
        // The decoder's own bound of a count says nothing to a reader.
        let most = value["maximum"].flatMap { $0 == .integer(Int(Int32.max)) ? nil : number($0) }
        if let least = value["minimum"].map(number) { return most.map { " from \(least) to \($0)" } ?? " from \(least)" }
        if let above = value["exclusiveMinimum"].map(number) { return " above \(above)" + (most.map { ", at most \($0)" } ?? "") }
        return ""
    }

    /// 1 for 1.0.
    private static func number(_ value: JSONValue) -> String { value.text.hasSuffix(".0") ? String(value.text.dropLast(2)) : value.text }

    private static func bare(_ value: JSONValue) -> String { if case .string(let text) = value { text } else { value.text } }
}

extension String {
    fileprivate func trimmingSuffix(_ characters: Set<Character>) -> String {
        var text = self[...]
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
