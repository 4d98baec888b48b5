/// What text a run reads and how it becomes tokens, as asked for in a config.
public struct DataSpec: Sendable, Hashable, Codable {
    public enum Packing: String, Sendable, Hashable, Codable, CaseIterable {
        /// Documents joined by end-of-sequence and cut into rows.
        case concat
        /// One document a row, cut or padded; padding is masked out of the loss. The published recipe.
        case truncate
    }

    /// `sotu`, `core`, one source of it (`core:moby-dick`), `synthetic`, or a path: a `.txt` file, `.jsonl` or `.json`, each also `.gz` or `.zst`, prepared tokens (`.bin`), or a
    /// folder of one of these.
    public var corpus: String
    /// `sentencepiece:N`, `bytes`, or the path of a SentencePiece `.model`; `none` for prepared tokens of which nobody says more.
    public var tokenizer: String
    public var packing: Packing
    /// Validation text of its own, in any of the corpus formats; without it a fixed part of the corpus is held out.
    public var validation: String?
    /// Text that nothing is chosen by and that a finished model is measured on once: ``heldOutTest`` for a second fixed part of the
    /// corpus, or text of its own; `nil` for none.
    public var test: String?
    /// Files and folders of the corpus's folder that are no part of it, by their names in it.
    public var exclude: [String]
    /// More passes over the training text than this are refused. Decides no figure of a run.
    public var maxPasses: Double
    /// Corpora of other sources that models are measured on beside the validation part. In a config they stand among the keys of
    /// `evaluation`.
    public var heldOut: [String]
    /// Whether text may be used that the tokenizer largely has no pieces for.
    public var allowsUnknown: Bool

    /// As many records of JSON lines may be left out, and counted, because they can't be read; `Int.max` for any number.
    public var skipMalformed: Int

    /// The tokenizer for ids that are there already.
    public static let noTokenizer = "none"
    /// What `test` is where a part of the corpus is held out for it.
    public static let heldOutTest = "held_out"
    /// Up to four passes a repeated text was found to be worth almost as much as new text (Muennighoff et al. 2023, arXiv:2305.16264,
    /// abstract).
    public static let standardMaxPasses = 4.0

    public init(
        corpus: String = "sotu", tokenizer: String = "sentencepiece:32000", packing: Packing = .concat, validation: String? = nil,
        skipMalformed: Int = 0, allowsUnknown: Bool = false, test: String? = nil, exclude: [String] = [],
        maxPasses: Double = standardMaxPasses, heldOut: [String] = []
    ) {
        self.allowsUnknown = allowsUnknown
        self.test = test
        self.exclude = exclude
        self.maxPasses = maxPasses
        self.heldOut = heldOut
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
            allowsUnknown: try values.decodeIfPresent(Bool.self, forKey: .allowsUnknown) ?? false,
            test: try values.decodeIfPresent(String.self, forKey: .test),
            exclude: try values.decodeIfPresent([String].self, forKey: .exclude) ?? [],
            maxPasses: try values.decodeIfPresent(Double.self, forKey: .maxPasses) ?? Self.standardMaxPasses,
            heldOut: try values.decodeIfPresent([String].self, forKey: .heldOut) ?? [])
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case corpus, tokenizer, packing, validation, test, exclude
        case maxPasses = "max_passes"
        case skipMalformed = "skip_malformed"
        case allowsUnknown = "allow_unknown"
        case heldOut = "held_out"
    }
}

/// Text besides the validation part that models are measured on, by content.
public struct TextIdentity: Sendable, Hashable, Codable {
    /// For people.
    public var name: String
    /// Of the text, or of the ids where there is no text.
    public var sha256: String
    public var tokens: Int

    public init(name: String, sha256: String, tokens: Int) {
        self.name = name
        self.sha256 = sha256
        self.tokens = tokens
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
    /// What finished models are tested on; `nil` for nothing.
    public var test: TextIdentity?
    /// The corpora of other sources; `nil` for none.
    public var heldOut: [TextIdentity]?

    public init(
        name: String, packing: DataSpec.Packing, corpusSHA256: String, tokenizer: String, tokenizerSHA256: String,
        vocabularySize: Int, trainTokens: Int, validationTokens: Int, trainRows: Int? = nil, trainTargets: Int? = nil,
        test: TextIdentity? = nil, heldOut: [TextIdentity]? = nil
    ) {
        self.test = test
        self.heldOut = heldOut
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
        case name, packing, tokenizer, test
        case heldOut = "held_out"
        case trainRows = "train_rows"
        case trainTargets = "train_targets"
        case corpusSHA256 = "corpus_sha256"
        case tokenizerSHA256 = "tokenizer_sha256"
        case vocabularySize = "vocabulary_size"
        case trainTokens = "train_tokens"
        case validationTokens = "validation_tokens"
    }
}
