/// A file in a corpus's folder that is no part of the corpus.
struct UnreadFile: Sendable, Hashable {
    /// Relative to the folder.
    let name: String
    let reason: String
}

extension [UnreadFile] {
    private static let most = 5

    /// A sentence for people: how many, and which with what reason.
    func sentence(in place: String) -> String? {
        guard !isEmpty else { return nil }
        let named = prefix(Self.most).map { "\($0.name) (\($0.reason))" }.joined(separator: ", ")
        let rest = count > Self.most ? ", and \(count - Self.most) more" : ""
        return "\(place): \(count) \(count == 1 ? "entry is" : "entries are") not read: \(named)\(rest)"
    }
}
