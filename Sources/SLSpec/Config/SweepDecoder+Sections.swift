/// Objects whose keys stand in a table.
extension SweepDecoder {
    /// The members of a section's object; reports another kind of value, and keys that are not in the table.
    ///
    /// - Parameter explain: what to say of an unknown key before anything else is thought of.
    func members(
        _ value: JSONValue, of section: ConfigSection, explain: (String) -> String? = { _ in nil }
    ) -> [JSONValue.Member]? {
        guard let members = reader.members(value, at: section.name) else { return nil }
        reader.refuseUnknown(members, known: section.names, at: section.name) { explain($0) ?? home(of: $0, not: section.name) }
        return members
    }

    /// What an object says of a key, checked, and paths as the program uses them; `nil` where it says nothing, or nothing that is allowed.
    func read(_ key: ConfigKey, in object: JSONValue) -> OptionValue? {
        guard let given = object[key], let value = reader.value(given, of: key, at: key.path) else { return nil }
        switch key.kind {
        case .path(let names), .optionalPath(let names):
            // Parts of a named corpus are named, too.
            let isCorpus = !Set(names).isDisjoint(with: CorpusName.whole)
            guard let text = value.text, !names.contains(text), !(isCorpus && CorpusName.isPart(text)) else { return value }
            return OptionValue.text(path(text, at: key.path))
        default: return value
        }
    }

    /// The values that an object says of a key with a list of them.
    func values(of key: ConfigKey, in object: JSONValue) -> [OptionValue] {
        guard case .values(let domain) = key.kind, let given = object[key] else { return [] }
        return values(given, in: domain, at: key.path)
    }

    /// What an object says of a key of seeds; the key's own where it says nothing.
    func seeds(_ key: ConfigKey, in object: JSONValue) -> [UInt64] {
        seeds(object[key], at: key.path, otherwise: key.standardSeeds)
    }

    func seeds(_ value: JSONValue?, at path: String, otherwise: [UInt64]) -> [UInt64] {
        guard let value else { return otherwise }
        guard case .array(let values) = value, !values.isEmpty else {
            reader.report(path, "\(value.text) given", allowed: "a list of whole numbers from 0, e.g. [1, 2, 3]")
            return otherwise
        }
        return values.enumerated().compactMap { index, value in
            reader.wholeNumber(value, 0...Int.max, at: "\(path)[\(index)]", allowed: "a whole number from 0").map { UInt64($0) }
        }
    }
}
