import SLSpec

/// What `data.tokenizer` in a config asks for.
enum TokenizerChoice: Sendable, Hashable {
    case bytes
    case trained(vocabularySize: Int)
    case file(String)
    /// Ids that are there already, and nobody says what made them.
    case unnamed

    private static let prefix = "sentencepiece:"

    /// - Throws: `DataError` for `sentencepiece:` without a usable number.
    init(_ text: String) throws(DataError) {
        guard text != "bytes" else {
            self = .bytes
            return
        }
        guard text != DataSpec.noTokenizer else {
            self = .unnamed
            return
        }
        guard text == "sentencepiece" || text.hasPrefix(Self.prefix) else {
            self = .file(text)
            return
        }
        guard let size = Int(text.dropFirst(Self.prefix.count)), (16...1_000_000).contains(size) else {
            throw DataError(
                file: text, problem: "the vocabulary of a trained tokenizer is a number from 16 to 1000000", fix: "e.g. sentencepiece:32000"
            )
        }
        self = .trained(vocabularySize: size)
    }
}
