/// What text a run reads and how it becomes tokens, as asked for in a config.
public struct DataSpec: Sendable, Hashable, Codable {
    public enum Packing: String, Sendable, Hashable, Codable, CaseIterable {
        /// Documents joined by end-of-sequence and cut into rows.
        case concat
        /// One document a row, cut or padded; padding is masked out of the loss. The published recipe.
        case truncate
    }

    /// `sotu`, `synthetic`, or a path: a `.txt` file, `.jsonl` or `.json`, each also `.gz` or `.zst`, prepared tokens (`.bin`), or a
    /// folder of one of these.
    public var corpus: String
    /// `sentencepiece:N`, `bytes`, or the path of a SentencePiece `.model`; `none` for prepared tokens of which nobody says more.
    public var tokenizer: String
    public var packing: Packing
    /// Validation text of its own, in any of the corpus formats; without it a fixed part of the corpus is held out.
    public var validation: String?
    /// Whether text may be used that the tokenizer largely has no pieces for.
    public var allowsUnknown: Bool

    /// As many records of JSON lines may be left out, and counted, because they can't be read; `Int.max` for any number.
    public var skipMalformed: Int

    /// The tokenizer for ids that are there already.
    public static let noTokenizer = "none"

    public init(
        corpus: String = "sotu", tokenizer: String = "sentencepiece:32000", packing: Packing = .concat, validation: String? = nil,
        skipMalformed: Int = 0, allowsUnknown: Bool = false
    ) {
        self.allowsUnknown = allowsUnknown
        self.corpus = corpus
        self.tokenizer = tokenizer
        self.packing = packing
        self.validation = validation
        self.skipMalformed = skipMalformed
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            corpus: try values.decode(String.self, forKey: .corpus), tokenizer: try values.decode(String.self, forKey: .tokenizer),
            packing: try values.decode(Packing.self, forKey: .packing),
            validation: try values.decodeIfPresent(String.self, forKey: .validation),
            skipMalformed: try values.decodeIfPresent(Int.self, forKey: .skipMalformed) ?? 0,
            allowsUnknown: try values.decodeIfPresent(Bool.self, forKey: .allowsUnknown) ?? false)
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case corpus, tokenizer, packing, validation
        case skipMalformed = "skip_malformed"
        case allowsUnknown = "allow_unknown"
    }
}

/// What the data really was, by content: this and not the paths enters a run's identity.
public struct DataIdentity: Sendable, Hashable, Codable {
    /// A short name for people: `sotu`, `synthetic`, a file name.
    public var name: String
    public var packing: DataSpec.Packing
    public var corpusSHA256: String
    public var tokenizer: String
    public var tokenizerSHA256: String
    public var vocabularySize: Int
    public var trainTokens: Int
    public var validationTokens: Int
    /// Rows of the training part and the targets in them, where rows are padded; `nil` where every position is a target, and
    /// in old records. Both follow from the content.
    public var trainRows: Int?
    public var trainTargets: Int?

    public init(
        name: String, packing: DataSpec.Packing, corpusSHA256: String, tokenizer: String, tokenizerSHA256: String,
        vocabularySize: Int, trainTokens: Int, validationTokens: Int, trainRows: Int? = nil, trainTargets: Int? = nil
    ) {
        self.trainRows = trainRows
        self.trainTargets = trainTargets
        self.name = name
        self.packing = packing
        self.corpusSHA256 = corpusSHA256
        self.tokenizer = tokenizer
        self.tokenizerSHA256 = tokenizerSHA256
        self.vocabularySize = vocabularySize
        self.trainTokens = trainTokens
        self.validationTokens = validationTokens
    }

    /// Mean number of targets of a training row: all positions but those that pad a document's end.
    public func targetsPerRow(of sequenceLength: Int) -> Double {
        guard let trainRows, let trainTargets, trainRows > 0 else { return Double(sequenceLength) }
        return Double(trainTargets) / Double(trainRows)
    }

    enum CodingKeys: String, CodingKey {
        case name, packing, tokenizer
        case trainRows = "train_rows"
        case trainTargets = "train_targets"
        case corpusSHA256 = "corpus_sha256"
        case tokenizerSHA256 = "tokenizer_sha256"
        case vocabularySize = "vocabulary_size"
        case trainTokens = "train_tokens"
        case validationTokens = "validation_tokens"
    }
}
