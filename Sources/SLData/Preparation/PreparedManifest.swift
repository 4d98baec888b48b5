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
        /// Of the file that holds the bytes of every id; `nil` where there is none.
        var bytesSHA256: String?
        /// Ids in the file, padding included.
        var tokens: Int
        var paddingTokens: Int
        var documents: Int
        /// UTF-8 bytes of the text that became tokens.
        var textBytes: Int
        /// Ids that are predicted when all rows are read.
        var targetTokens: Int
        /// Of the text bytes, those that no id gives back (see `SpelledTokens`); `nil`, as what follows, for tokens without their text.
        var droppedBytes: Int?
        /// Ids that stand for text without a piece, and the bytes of that text.
        var unknownTokens: Int?
        var unknownBytes: Int?

        enum CodingKeys: String, CodingKey {
            case sha256, tokens, documents
            case bytesSHA256 = "bytes_sha256"
            case paddingTokens = "padding_tokens"
            case textBytes = "text_bytes"
            case targetTokens = "target_tokens"
            case droppedBytes = "dropped_bytes"
            case unknownTokens = "unknown_tokens"
            case unknownBytes = "unknown_bytes"
        }

        /// The part as a run's record tells of it.
        var facts: DataRecord.Part {
            DataRecord.Part(tokens: tokens - paddingTokens, bytes: textBytes, droppedBytes: droppedBytes, unknownTokens: unknownTokens)
        }

        /// Share of the text, in tokens or in bytes, whichever is more, that the tokenizer has no piece for. One unknown id may
        /// stand for a whole sentence, and a rare mark may take many.
        var unknownShare: Double {
            max(
                Double(unknownTokens ?? 0) / Double(max(tokens - paddingTokens, 1)), Double(unknownBytes ?? 0) / Double(max(textBytes, 1)))
        }
    }

    static let formatVersion = 2
    static let fileName = "prepare.json"
    static let trainName = "train.bin"
    static let validationName = "valid.bin"
    /// In the layout of token files: for every id of the validation part how many bytes of text it gives back.
    static let validationBytesName = "valid-bytes.bin"

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
    /// Validation records, or passages of a text, and those of them that stand in the training part too; `nil` where there is no text.
    var validationRecords: Int?
    var sharedRecords: Int?
    /// Their ids in the validation file: from one offset up to another.
    var sharedTokens: [[Int]]?
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
        case validationRecords = "validation_records"
        case sharedRecords = "shared_records"
        case sharedTokens = "shared_tokens"
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
