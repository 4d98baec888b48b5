import SLSpec

/// Turns text into ids and back. Encoding adds no special ids: where documents end is the packing's business.
public protocol Tokenizer: Sendable {
    /// As named in a config, a path by its last part: `sentencepiece:4096`, `bytes`, `spiece.model`.
    var name: String { get }
    /// Of the model file, or of the rule where there is none.
    var sha256: String { get }
    /// The same bytes' FNV-1a hash, which goes into the token files' headers.
    var fnv1a: UInt64 { get }
    /// Ids are below this.
    var vocabularySize: Int { get }
    /// Closes every document.
    var endOfSequence: Int32 { get }
    /// Fills rows up; `nil` when the vocabulary has none.
    var padding: Int32? { get }

    /// Stands for text that the vocabulary has no piece for; `nil` when that never happens.
    var unknown: Int32? { get }

    /// Appends the ids of well-formed UTF-8 text to `ids`.
    ///
    /// - Throws: `DataError`.
    func encode(_ text: Span<UInt8>, into ids: inout [Int32]) throws

    /// The same ids, each with what it stands for. Slower.
    ///
    /// - Throws: `DataError`.
    func spell(_ text: Span<UInt8>) throws -> SpelledTokens

    /// The text of `ids`; special ids have none. Bytes that make no character become U+FFFD.
    ///
    /// - Throws: `DataError` for an id outside the vocabulary.
    func decode(_ ids: [Int32]) throws -> String
}

extension Tokenizer {
    public func encode(_ text: String) throws -> [Int32] {
        var ids: [Int32] = []
        try encode(text.utf8.span, into: &ids)
        return ids
    }

    public func spell(_ text: String) throws -> SpelledTokens { try spell(text.utf8.span) }
}

/// The ids of a text, and what of the text each stands for.
public struct SpelledTokens: Sendable, Hashable {
    public var ids: [Int32]
    /// For each id the offset in the text behind the bytes it was made from.
    public var ends: [Int]
    /// For each id how many bytes of the text it gives back: those that it spells as they stand there. What a normaliser
    /// drops or replaces, and what the vocabulary has no piece for, no id gives back.
    public var bytes: [Int]
}
