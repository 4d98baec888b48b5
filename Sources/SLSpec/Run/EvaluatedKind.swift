/// What a text is to runs that are measured on it besides the validation part.
public enum EvaluatedKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// What nothing is chosen by, measured once at the end.
    case test
    /// A corpus of another source.
    case heldOut = "held_out"

    /// For messages, before "text".
    public var words: String {
        switch self {
        case .test: "test"
        case .heldOut: "held-out"
        }
    }
}
