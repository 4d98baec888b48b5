/// One thing wrong with a config, in the words a user needs: where, what was given, what is allowed, how to fix it.
public struct ConfigIssue: Sendable, Hashable {
    /// The file as the user named it, or `--set`.
    public var file: String
    /// Dotted path of the key, `methods[2].rank`; empty for the whole file.
    public var keyPath: String
    /// What is wrong, with the value that was given.
    public var problem: String
    /// What would be accepted.
    public var allowed: String?
    /// A suggestion: the nearest known key, another value.
    public var hint: String?

    public init(file: String, keyPath: String, problem: String, allowed: String? = nil, hint: String? = nil) {
        self.file = file
        self.keyPath = keyPath
        self.problem = problem
        self.allowed = allowed
        self.hint = hint
    }
}

extension ConfigIssue {
    /// `file: key.path: problem`, with what is allowed and how to fix it on lines of their own.
    public var rendered: String {
        let place = keyPath.isEmpty ? file : "\(file): \(keyPath)"
        var lines = ["\(place): \(problem)"]
        if let allowed { lines.append("  allowed: \(allowed)") }
        if let hint { lines.append("  hint: \(hint)") }
        return lines.joined(separator: "\n")
    }
}

/// Everything wrong with a config, reported together. Exit code 78.
public struct ConfigError: Error, Sendable {
    public var issues: [ConfigIssue]
    public init(_ issues: [ConfigIssue]) { self.issues = issues }
}
