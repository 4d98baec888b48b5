import Foundation
import SLSpec

/// What `prepare.json` beside the token files says: from what they were made, how, and what they should hold.
struct PreparedManifest: Sendable, Hashable, Codable {
    struct SourceFile: Sendable, Hashable, Codable {
        var file: String
        var bytes: Int
        var sha256: String
    }

    struct TokenizerEntry: Sendable, Hashable, Codable {
        var name: String
        var sha256: String
        var vocabularySize: Int

        enum CodingKeys: String, CodingKey {
            case name, sha256
            case vocabularySize = "vocabulary_size"
        }
    }

    struct Split: Sendable, Hashable, Codable {
        var sha256: String
        /// Ids in the file, padding included.
        var tokens: Int
        var paddingTokens: Int
        var documents: Int
        /// UTF-8 bytes of the text that became tokens.
        var textBytes: Int
        /// Ids that are predicted when all rows are read.
        var targetTokens: Int
        /// Of the text bytes, those that targets stand for.
        var targetBytes: Int

        enum CodingKeys: String, CodingKey {
            case sha256, tokens, documents
            case paddingTokens = "padding_tokens"
            case textBytes = "text_bytes"
            case targetTokens = "target_tokens"
            case targetBytes = "target_bytes"
        }
    }

    static let formatVersion = 1
    static let fileName = "prepare.json"
    static let trainName = "train.bin"
    static let validationName = "valid.bin"

    var formatVersion = Self.formatVersion
    var corpus: String
    var corpusSHA256: String
    var sources: [SourceFile]
    var validationSources: [SourceFile]?
    var tokenizer: TokenizerEntry
    var packing: DataSpec.Packing
    /// Given for `truncate` only: a stream can be cut into any rows.
    var sequenceLength: Int?
    var splitRule: String
    var train: Split
    var validation: Split
    /// Nats per token, where it is known.
    var entropyRate: Double?
    var passedOver: PassedOver?

    enum CodingKeys: String, CodingKey {
        case corpus, sources, tokenizer, packing, train, validation
        case formatVersion = "format_version"
        case corpusSHA256 = "corpus_sha256"
        case validationSources = "validation_sources"
        case sequenceLength = "sequence_length"
        case splitRule = "split_rule"
        case entropyRate = "entropy_rate_nats_per_token"
        case passedOver = "passed_over"
    }

    var encoded: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}
