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
