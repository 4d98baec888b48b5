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

    /// Appends the ids of well-formed UTF-8 text to `ids`.
    ///
    /// - Throws: `DataError`.
    func encode(_ text: UnsafeRawBufferPointer, into ids: inout [Int32]) throws

    /// The ids, and for each the offset in `text` behind the bytes it stands for.
    ///
    /// - Throws: `DataError`.
    func encodeWithEnds(_ text: UnsafeRawBufferPointer) throws -> (ids: [Int32], ends: [Int])

    /// The text of `ids`; special ids have none. Bytes that make no character become U+FFFD.
    ///
    /// - Throws: `DataError` for an id outside the vocabulary.
    func decode(_ ids: [Int32]) throws -> String
}

extension Tokenizer {
    public func encode(_ text: String) throws -> [Int32] {
        var text = text
        var ids: [Int32] = []
        try text.withUTF8 { try encode(UnsafeRawBufferPointer($0), into: &ids) }
        return ids
    }
}
