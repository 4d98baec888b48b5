import Foundation
import SLDigest
import SLRandom
import SLSpec

/// A token per byte: no file, no training, nothing lost. Padding 0, end of sequence 1, unknown 2, byte b = 3 + b.
public struct ByteTokenizer: Tokenizer {
    private static let rule = "bytes: pad 0, eos 1, unk 2, byte b = 3 + b"
    private static let firstByte: Int32 = 3

    public let sha256: String
    public let fnv1a: UInt64

    public init() {
        sha256 = SHA256.hexDigest(of: Data(Self.rule.utf8))
        fnv1a = FNV1a.hash(Self.rule.utf8.span)
    }

    public var name: String { "bytes" }
    public var vocabularySize: Int { 259 }
    public var endOfSequence: Int32 { 1 }
    public var padding: Int32? { 0 }
    /// Every byte has an id.
    public var unknown: Int32? { nil }

    public func encode(_ text: Span<UInt8>, into ids: inout [Int32]) {
        ids.reserveCapacity(ids.count + text.count)
        for index in text.indices { ids.append(Self.firstByte + Int32(text[index])) }
    }

    public func spell(_ text: Span<UInt8>) -> SpelledTokens {
        var ids: [Int32] = []
        encode(text, into: &ids)
        return SpelledTokens(ids: ids, ends: Array(1..<(text.count + 1)), bytes: [Int](repeating: 1, count: text.count))
    }

    public func decode(_ ids: [Int32]) throws -> String {
        var bytes: [UInt8] = []
        for id in ids {
            guard id >= 0, id < Int32(vocabularySize) else {
                throw DataError(file: name, problem: "id \(id) is outside the vocabulary of \(vocabularySize)")
            }
            if id >= Self.firstByte { bytes.append(UInt8(id - Self.firstByte)) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
