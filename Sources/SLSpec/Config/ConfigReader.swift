/// Reads a config's tree and collects everything that is wrong with it.
final class ConfigReader {
    let file: String
    /// Key paths that came from `--set`: their problems name it instead of the file.
    let overridden: Set<String>
    private(set) var issues: [ConfigIssue] = []

    init(file: String, overridden: Set<String>) {
        self.file = file
        self.overridden = overridden
    }

    func report(_ path: String, _ problem: String, allowed: String? = nil, hint: String? = nil) {
        let source = isOverridden(path) ? "--set" : file
        let issue = ConfigIssue(file: source, keyPath: shortened(path), problem: shortened(problem), allowed: allowed, hint: hint)
        if !issues.contains(issue) { issues.append(issue) }
    }

    /// Whether the value stands on the command line.
    func isOverridden(_ path: String) -> Bool { overridden.contains { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") } }

    /// A whole number of a range; reports and returns `nil` for anything else.
    func wholeNumber(_ value: JSONValue, _ range: ClosedRange<Int>, at path: String, allowed: String) -> Int? {
        if let number = value.whole, range.contains(number) { return number }
        report(path, "\(value.text) given", allowed: allowed)
        return nil
    }

    /// A name of any length is a name that someone can write.
    private func shortened(_ text: String) -> String { text.count > 300 ? "\(text.prefix(299))…" : text }

    /// The members of an object; reports another kind of value.
    func members(_ value: JSONValue, at path: String) -> [JSONValue.Member]? {
        guard case .object(let members) = value else {
            report(path, "\(value.text) is \(value.kind)", allowed: "an object { … }")
            return nil
        }
        return members
    }

    /// Reports keys that are not known here. Keys `x-…` and `description` are comments everywhere.
    func refuseUnknown(_ members: [JSONValue.Member], known: [String], at path: String, explain: (String) -> String? = { _ in nil }) {
        for member in members where !known.contains(member.key) && !member.key.hasPrefix("x-") && member.key != "description" {
            let hint = explain(member.key) ?? NearestName.of(member.key, among: known).map { "did you mean '\($0)'?" }
            report(join(path, member.key), "unknown key '\(member.key)'", allowed: known.sorted().joined(separator: ", "), hint: hint)
        }
    }

    func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func report(_ path: String, _ error: JSONSyntaxError) {
        report(path, "line \(error.line), column \(error.column): \(error.problem)", allowed: "a JSON object")
    }

    /// Takes over what another reader found in another file.
    func adopt(_ other: ConfigReader) { issues += other.issues.filter { !issues.contains($0) } }

    /// A value that must lie in an option's domain; reports and returns `nil` if it does not.
    ///
    /// - Returns: in one spelling: 32 and 32.0 are the same value.
    func option(_ value: JSONValue, _ descriptor: OptionDescriptor, at path: String, hint: String? = nil) -> OptionValue? {
        option(value, in: descriptor.domain, at: path, hint: hint)
    }

    /// The same for a domain alone.
    ///
    /// - Parameter allowed: what an error message says is allowed, in place of the domain's words.
    func option(
        _ value: JSONValue, in domain: OptionDescriptor.Domain, at path: String, allowed: String? = nil, hint: String? = nil
    ) -> OptionValue? {
        guard let option = value.option?.canonical, domain.accepts(option) else {
            let nearest = NearestName.choice(value, among: domain.choices)
            report(path, "\(value.text) given", allowed: allowed ?? domain.allowed, hint: hint ?? nearest)
            return nil
        }
        if domain.isWhole, let number = option.integer, number > Int(Int32.max) {
            report(path, "\(number) given", allowed: "a whole number up to \(Int32.max)")
            return nil
        }
        return option
    }

    /// A name that stands in tables and file names.
    func name(_ value: JSONValue, at path: String) -> String? {
        guard let name = text(value, at: path) else { return nil }
        if name.allSatisfy(Self.isNameCharacter), !name.hasPrefix(".") { return name }
        report(path, "\(value.text) given", allowed: "letters, digits, '-', '_' and '.', the first no '.'")
        return nil
    }

    static func isNameCharacter(_ character: Character) -> Bool { character.isLetter || character.isNumber || "-_.".contains(character) }

    func text(_ value: JSONValue, at path: String) -> String? {
        if case .string(let text) = value, !text.isEmpty { return text }
        report(path, value == .string("") ? "an empty text" : "\(value.text) is \(value.kind)", allowed: "a text that is not empty")
        return nil
    }
}

extension OptionValue {
    /// Whole numbers as such, however they were written, so that equal values compare equal.
    var canonical: OptionValue {
        guard case .real(let value) = self, value.magnitude < 0x1p53, let whole = Int(exactly: value) else { return self }
        return .integer(whole)
    }
}
