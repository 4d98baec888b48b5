import CSentencePiece
import Foundation
import SLDigest
import SLSpec
import SLSystem

/// A SentencePiece model of any kind (unigram, BPE), as T5, LLaMA and Mistral publish them.
///
/// Sendable though it holds a C++ object: that object is never changed after loading, and the library's encoding and
/// decoding are constant methods.
public final class SentencePieceTokenizer: Tokenizer, @unchecked Sendable {
    public let name: String
    public let sha256: String
    public let fnv1a: UInt64
    public let vocabularySize: Int
    public let endOfSequence: Int32
    public let padding: Int32?
    /// Opens a text; `nil` when the model has no such piece. Runs do not use it.
    public let beginOfSequence: Int32?
    private let model: OpaquePointer
    private let place: String

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
        defer { slspm_release(reason) }
        let loaded = bytes.isEmpty ? nil : bytes.withUnsafeBytes { slspm_load_bytes($0.baseAddress, $0.count, &reason) }
        guard let loaded else {
            let detail = reason.map { SentencePieceMessage.clean($0) } ?? ""
            throw DataError(
                file: place,
                problem: bytes.isEmpty ? "the file is empty" : "not a SentencePiece model" + (detail.isEmpty ? "" : ": \(detail)"))
        }
        let size = Int(slspm_vocabulary_size(loaded))
        let end = slspm_eos_id(loaded)
        guard end >= 0, Int(end) < size else {
            slspm_free(loaded)
            throw DataError(file: place, problem: "the SentencePiece model has no end-of-sequence piece, which closes documents")
        }
        model = loaded
        vocabularySize = size
        endOfSequence = end
        let pad = slspm_pad_id(loaded)
        padding = pad >= 0 ? pad : nil
        let begin = slspm_bos_id(loaded)
        beginOfSequence = begin >= 0 ? begin : nil
        self.name = name
        self.place = place
        sha256 = SHA256.hexDigest(of: bytes)
        fnv1a = bytes.withUnsafeBytes(FNV1a.hash)
    }

    deinit { slspm_free(model) }

    public func encode(_ text: UnsafeRawBufferPointer, into ids: inout [Int32]) throws {
        var found: UnsafeMutablePointer<Int32>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(found)
            slspm_release(reason)
        }
        guard slspm_encode(model, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, &found, &count, &reason) else {
            throw failure("can't encode", reason)
        }
        ids.append(contentsOf: UnsafeBufferPointer(start: found, count: count))
    }

    public func encodeWithEnds(_ text: UnsafeRawBufferPointer) throws -> (ids: [Int32], ends: [Int]) {
        var found: UnsafeMutablePointer<Int32>?
        var ends: UnsafeMutablePointer<Int>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(found)
            slspm_release(ends)
            slspm_release(reason)
        }
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard slspm_encode_with_ends(model, start, text.count, &found, &ends, &count, &reason) else {
            throw failure("can't encode", reason)
        }
        return (Array(UnsafeBufferPointer(start: found, count: count)), Array(UnsafeBufferPointer(start: ends, count: count)))
    }

    public func decode(_ ids: [Int32]) throws -> String {
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        var reason: UnsafeMutablePointer<CChar>?
        defer {
            slspm_release(text)
            slspm_release(reason)
        }
        guard slspm_decode(model, ids, ids.count, &text, &count, &reason) else { throw failure("can't decode", reason) }
        return String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    }

    private func failure(_ what: String, _ reason: UnsafeMutablePointer<CChar>?) -> DataError {
        DataError(file: place, problem: "\(what): \(reason.map { SentencePieceMessage.clean($0) } ?? "out of memory")")
    }
}

/// The library's messages begin with a source line and a condition in brackets; people need what follows.
enum SentencePieceMessage {
    static func clean(_ message: UnsafeMutablePointer<CChar>) -> String {
        let text = String(cString: message)
        guard let end = text.range(of: "] ", options: .backwards) else { return text }
        return String(text[end.upperBound...]).trimmingCharacters(in: .whitespaces)
    }
}
