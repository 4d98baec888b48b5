/// One key of a config: what it is called, where it stands, what it may be, what holds without it, and the words that explain it.
///
/// The names that an object may have, the check of a value, the default, the entry of the schema that editors use and the line of the
/// reference are made from it. What depends on several keys is told by whoever reads them.
public struct ConfigKey: Sendable {
    /// Path of the object that the key stands in; empty at the top level, and for an object that may stand in several places.
    public let section: String
    public let name: String
    let kind: Kind
    /// For editors: a sentence or two with their full stops; empty where the name and the definition behind it are enough.
    let help: String
    let standard: Standard
    /// Where meaning and default come from; empty where they are this program's own.
    let source: String
    /// What is allowed, for error messages, in place of the kind's words.
    let refusal: String?
    /// What else an error message says of a value that is refused.
    let hint: String?
    /// The reference's words for `help`, which an editor shows in a small window.
    let meaning: String?
    /// The reference's words for what is allowed, in place of those that follow from the schema.
    let allowed: String?

    init(
        _ section: String, _ name: String, _ kind: Kind, _ help: String = "", standard: Standard = .nothing, source: String = "",
        refusal: String? = nil, hint: String? = nil, meaning: String? = nil, allowed: String? = nil
    ) {
        self.section = section
        self.name = name
        self.kind = kind
        self.help = help
        self.standard = standard
        self.source = source
        self.refusal = refusal
        self.hint = hint
        self.meaning = meaning
        self.allowed = allowed
    }

    /// Where the key stands, from the top: `data.corpus`.
    public var path: String { section.isEmpty ? name : "\(section).\(name)" }

    /// Whether it says nothing to the program.
    public var isComment: Bool { if case .comment = kind { true } else { false } }

    public var isRequired: Bool { if case .required = standard { true } else { false } }

    /// What means the same as to leave the key out, where that can be written down; of a key with one possible value, that value.
    public var defaultValue: JSONValue? {
        switch (standard, kind) {
        case (.value(let value), _), (_, .constant(let value)): value
        default: nil
        }
    }

    /// Help and default in the schema's words.
    var description: String { "\(help) Default: \(standard.text ?? "none")." }

    /// What names may be made of, in the reference's words.
    static let names = "letters, digits, `-`, `_`, `.`; in a model's object no preset's name for another shape"
}
