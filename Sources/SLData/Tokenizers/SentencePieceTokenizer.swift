import CSentencePiece
import Foundation
import SLDigest
import SLRandom
import SLSpec
import SLSystem

/// A SentencePiece model of any kind (unigram, BPE), as T5, LLaMA and Mistral publish them.
///
/// Safe, and sendable, though it holds a C++ object: that object lives as long as this one and never leaves it, is never changed
/// after loading, and the library's encoding and decoding are constant methods.
@safe public final class SentencePieceTokenizer: Tokenizer, @unchecked Sendable {
    public let name: String
    public let sha256: String
    public let fnv1a: UInt64
    public let vocabularySize: Int
    public let endOfSequence: Int32
    public let padding: Int32?
    /// Opens a text; `nil` when the model has no such piece. Runs do not use it.
    public let beginOfSequence: Int32?
    public let unknown: Int32?
    /// What every id spells.
    let spelling: PieceSpelling
    let model: OpaquePointer
    let place: String
    /// Ids of the bytes of U+2581, in a model that gives all else back.
    ///
    /// The library writes a blank as U+2581, so that a U+2581 in the text would come back as a blank. Through bytes it stays
    /// what it is. A model that loses text by its own rules is left to them: its ids are then those of its other users.
    private(set) var blankMark: [Int32]?

    /// Loads a `.model` file.
    ///
    /// - Throws: `DataError` when there is none, or it isn't a SentencePiece model with an end-of-sequence piece.
    public convenience init(file: String, name: String? = nil) throws {
        let url = URL(fileURLWithPath: (try? HomeFolder.expanded(file)) ?? file)
        let bytes = try DataError.contents(
            of: url.path, as: file, missing: "no such tokenizer",
            fix: "name 'bytes', 'sentencepiece:N', or the path of a SentencePiece .model file")
        try self.init(model: Data(bytes), name: name ?? url.lastPathComponent, place: file)
    }

    /// What is hashed and what is loaded are the same bytes.
    init(model bytes: Data, name: String, place: String) throws(DataError) {
        var reason: UnsafeMutablePointer<CChar>?
        defer { unsafe slspm_release(reason) }
        let loaded = unsafe bytes.isEmpty ? nil : bytes.withUnsafeBytes { unsafe slspm_load_bytes($0.baseAddress, $0.count, &reason) }
        guard let loaded = unsafe loaded else {
            let detail = unsafe reason.map { unsafe SentencePieceMessage.clean($0) } ?? ""
            throw DataError(
                file: place,
                problem: bytes.isEmpty ? "the file is empty" : "not a SentencePiece model" + (detail.isEmpty ? "" : ": \(detail)"))
        }
        let size = unsafe Int(slspm_vocabulary_size(loaded))
        let end = unsafe slspm_eos_id(loaded)
        guard end >= 0, Int(end) < size else {
            unsafe slspm_free(loaded)
            throw DataError(file: place, problem: "the SentencePiece model has no end-of-sequence piece, which closes documents")
        }
        unsafe model = loaded
        vocabularySize = size
        endOfSequence = end
        let pad = unsafe slspm_pad_id(loaded)
        padding = pad >= 0 ? pad : nil
        let begin = unsafe slspm_bos_id(loaded)
        beginOfSequence = begin >= 0 ? begin : nil
        let unk = unsafe slspm_unk_id(loaded)
        unknown = unk >= 0 ? unk : nil
        self.name = name
        self.place = place
        guard let spelling = unsafe PieceSpelling(loaded, count: size) else {
            unsafe slspm_free(loaded)
            throw DataError(file: place, problem: "the pieces of the SentencePiece model can't be read")
        }
        self.spelling = spelling
        sha256 = SHA256.hexDigest(of: bytes)
        fnv1a = FNV1a.hash(bytes.span)
        let mark = PieceSpelling.blankMark.map { unsafe slspm_byte_id(loaded, $0) }
        if mark.allSatisfy({ $0 >= 0 }), (try? decode(encode(Self.probe))) == Self.probe { blankMark = mark }
    }

    /// What normalisers and vocabularies lose: blanks at the ends and in runs, tabs, line ends, marks, forms of letters.
    private static let probe = "  a\t b\r\n\n c\u{301}\u{e9} \u{fb01}\u{ff21}\u{2460}\u{200b}\u{a0}\u{16a0}  "

    deinit { unsafe slspm_free(model) }

    public func decode(_ ids: [Int32]) throws -> String {
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            unsafe slspm_release(text)
            unsafe slspm_release(reason)
        }
        guard unsafe slspm_decode(model, ids, ids.count, &text, &count, &reason) else { throw unsafe failure("can't decode", reason) }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    }

    func failure(_ what: String, _ reason: UnsafeMutablePointer<CChar>?) -> DataError {
        unsafe DataError(file: place, problem: "\(what): \(reason.map { unsafe SentencePieceMessage.clean($0) } ?? "out of memory")")
    }
}

/// The library's messages begin with a source line and a condition in brackets; people need what follows.
enum SentencePieceMessage {
    static func clean(_ message: UnsafeMutablePointer<CChar>) -> String {
        let text = unsafe String(cString: message)
        guard let end = text.range(of: "] ", options: .backwards) else { return text }
        return String(text[end.upperBound...]).trimmingCharacters(in: .whitespaces)
    }
}
