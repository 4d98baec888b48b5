/// What every key of a config means, as markdown, made from the tables that decode it.
public enum ConfigReference {
    public static func markdown(catalog: Catalog) -> String {
        var parts = [introduction, "## Keys", table(.top)]
        for section in ConfigSection.inner {
            parts.append("### `\(section.name)`")
            if !section.rules.isEmpty { parts.append(section.rules) }
            parts.append(table(section))
        }
        parts += ["### Optimizers and parameter groups", components(catalog), "### A model's object", ConfigSection.model.rules, table(.model)]
        parts += ["## Sweeping and overriding", sweeping]
        return parts.joined(separator: "\n\n") + "\n"
    }

    // MARK: Tables

    private static func table(_ section: ConfigSection) -> String {
        (["| key | meaning | allowed | default |", "|---|---|---|---|"] + section.keys.compactMap(row)).joined(separator: "\n")
    }

    /// A key's line; `nil` for a comment.
    private static func row(_ key: ConfigKey) -> String? {
        switch key.kind {
        case .comment: return nil
        case .carried(let kind): return "| `\(key.path)` | read and without effect | \(kind.rawValue) | |"
        default:
            let meaning = key.meaning ?? key.help.trimmingSuffix([".", " "])
            let allowed = key.allowed ?? range(ConfigSchema.entry(key))
            let standard = key.isRequired ? "required" : key.standard.text ?? ""
            return "| `\(key.path)` | \(meaning) | \(allowed) | \(standard) |"
        }
    }

    // MARK: What the schema allows, in words

    private static func names(_ list: JSONValue?) -> [String] {
        guard case .array(let items)? = list else { return [] }
        return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    private static func range(_ value: JSONValue) -> String {
        if case .array(let choices)? = value["enum"] { return choices.map { "`\(bare($0))`" }.joined(separator: ", ") }
        if let constant = value["const"] { return "`\(bare(constant))`" }
        if value["$ref"] != nil { return "an object with the keys below" }
        if case .array(let ways)? = value["anyOf"], let one = ways.first { return range(one) + ", or a list of such values" }
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
