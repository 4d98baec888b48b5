/// Corpora that a config names and does not point to.
public enum CorpusName {
    /// `sotu` and `core` are fetched, `synthetic` is made.
    public static let whole = ["sotu", "core", "synthetic"]
    /// Before the name of one source of `core`: `core:moby-dick`.
    public static let partPrefix = "core:"

    public static func isPart(_ text: String) -> Bool { text.hasPrefix(partPrefix) && text.count > partPrefix.count }
    public static func isKnown(_ text: String) -> Bool { whole.contains(text) || isPart(text) }

    /// For messages.
    public static let accepted = "'sotu', 'core', 'core:SOURCE', 'synthetic'"
}
