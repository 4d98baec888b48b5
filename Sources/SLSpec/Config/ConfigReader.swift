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
        let source = overridden.contains { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") } ? "--set" : file
        let issue = ConfigIssue(file: source, keyPath: path, problem: problem, allowed: allowed, hint: hint)
        if !issues.contains(issue) { issues.append(issue) }
    }

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

    /// A value that must lie in an option's domain; reports and returns `nil` if it does not.
    func option(_ value: JSONValue, _ descriptor: OptionDescriptor, at path: String) -> OptionValue? {
        guard let option = value.option, descriptor.accepts(option) else {
            report(path, "\(value.text) given", allowed: descriptor.allowed)
            return nil
        }
        return option
    }

    func text(_ value: JSONValue, at path: String) -> String? {
        if case .string(let text) = value, !text.isEmpty { return text }
        report(path, "\(value.text) is \(value.kind)", allowed: "a text that is not empty")
        return nil
    }
}

extension OptionDescriptor {
    /// Whether a value lies in the option's domain; a rank's upper bound depends on the model and is checked apart.
    public func accepts(_ value: OptionValue) -> Bool {
        switch domain {
        case .integer(let range): isNumber(value) && value.integer.map(range.contains) ?? false
        case .rank: isNumber(value) && (value.integer ?? 0) >= 1
        case .real(let range): isNumber(value) && value.real.map(range.contains) ?? false
        case .positiveReal(let upper): isNumber(value) && value.real.map { $0 > 0 && $0 <= upper } ?? false
        case .choice(let names): value.text.map(names.contains) ?? false
        case .boolean: value.bool != nil
        case .optionalInteger(let range): value == .null || (isNumber(value) && value.integer.map(range.contains) ?? false)
        case .optionalPositiveReal: value == .null || (isNumber(value) && (value.real ?? 0) > 0)
        }
    }

    private func isNumber(_ value: OptionValue) -> Bool {
        switch value {
        case .integer: true
        case .real(let number): number.isFinite
        default: false
        }
    }
}
