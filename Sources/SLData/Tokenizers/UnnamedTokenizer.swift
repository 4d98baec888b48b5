import Foundation
import SLDigest
import SLRandom
import SLSpec

/// Stands for whatever made ids that were found as such: nothing but their number is known.
struct UnnamedTokenizer: Tokenizer {
    let vocabularySize: Int
    let sha256: String
    let fnv1a: UInt64

    /// - Parameter vocabularySize: ids are below this; the model's, since no file says it.
    init(vocabularySize: Int) {
        let rule = Data("none: \(vocabularySize) ids".utf8)
        self.vocabularySize = vocabularySize
        sha256 = SHA256.hexDigest(of: rule)
        fnv1a = FNV1a.hash(rule.span)
    }

    var name: String { DataSpec.noTokenizer }
    var endOfSequence: Int32 { -1 }
    var padding: Int32? { nil }
    var unknown: Int32? { nil }

    func encode(_ text: Span<UInt8>, into ids: inout [Int32]) throws { throw unable }

    func spell(_ text: Span<UInt8>) throws -> SpelledTokens { throw unable }

    func decode(_ ids: [Int32]) throws -> String { throw unable }

    private var unable: DataError {
        DataError(file: name, problem: "nobody says which tokenizer made these tokens", fix: "name it in data.tokenizer")
    }
}
