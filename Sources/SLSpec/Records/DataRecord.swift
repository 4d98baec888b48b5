/// What the text of a run is like, as counted when its data was prepared: what figures of losses rest on.
public struct DataRecord: Sendable, Hashable, Codable {
    /// One part of a corpus: what was there, and what its tokens lost of it.
    public struct Part: Sendable, Hashable, Codable {
        public var tokens: Int
        /// Of the text, as UTF-8.
        public var bytes: Int
        /// Bytes that decoding the tokens does not give back; `nil` where nobody counted.
        public var droppedBytes: Int?
        /// Tokens that stand for text the tokenizer has no piece for; `nil` where nobody counted.
        public var unknownTokens: Int?

        public init(tokens: Int, bytes: Int, droppedBytes: Int? = nil, unknownTokens: Int? = nil) {
            self.tokens = tokens
            self.bytes = bytes
            self.droppedBytes = droppedBytes
            self.unknownTokens = unknownTokens
        }

        /// Share of the text that its tokens lost.
        public var droppedShare: Double? { bytes > 0 ? droppedBytes.map { Double($0) / Double(bytes) } : nil }
        public var unknownShare: Double? { tokens > 0 ? unknownTokens.map { Double($0) / Double(tokens) } : nil }

        enum CodingKeys: String, CodingKey {
            case tokens, bytes
            case droppedBytes = "dropped_bytes"
            case unknownTokens = "unknown_tokens"
        }
    }

    /// A text that the run is measured on besides the validation part.
    public struct Text: Sendable, Hashable, Codable {
        public var kind: EvaluatedKind
        /// For people; unique among those of its kind in a run.
        public var corpus: String
        public var sha256: String
        public var part: Part
        /// Its records (passages, of a text), and those at least half of which stands word for word in the training part too; `nil`
        /// where there is no text.
        public var records: Int?
        public var sharedRecords: Int?
        /// Evaluated targets in those.
        public var sharedTargets: Int?
        /// Losses of the evaluated targets, in nats a token, under the unigram and the bigram model of the training part.
        public var unigramLoss: Double?
        public var bigramLoss: Double?

        public init(
            kind: EvaluatedKind, corpus: String, sha256: String, part: Part, records: Int? = nil, sharedRecords: Int? = nil,
            sharedTargets: Int? = nil, unigramLoss: Double? = nil, bigramLoss: Double? = nil
        ) {
            self.kind = kind
            self.corpus = corpus
            self.sha256 = sha256
            self.part = part
            self.records = records
            self.sharedRecords = sharedRecords
            self.sharedTargets = sharedTargets
            self.unigramLoss = unigramLoss
            self.bigramLoss = bigramLoss
        }

        enum CodingKeys: String, CodingKey {
            case kind, corpus, sha256, part, records
            case sharedRecords = "shared_records"
            case sharedTargets = "shared_targets"
            case unigramLoss = "unigram_loss"
            case bigramLoss = "bigram_loss"
        }
    }

    public var training: Part
    public var validation: Part
    /// Validation records (passages, of a text) at least half of which stands word for word in the training part too; `nil`
    /// where nobody looked.
    public var sharedRecords: Int?
    /// Of how many validation records those are.
    public var validationRecords: Int?
    /// Evaluated targets in those records: the evaluation set may be a small part of the validation part.
    public var sharedTargets: Int?
    /// Records that could not be read and were skipped, as the config allows.
    public var skippedRecords: Int?
    /// How often the run's training goes over the training part.
    public var trainingPasses: Double?
    /// Losses of the evaluated targets, in nats a token, under the unigram and the bigram model of the training part.
    public var unigramLoss: Double?
    public var bigramLoss: Double?
    /// What else the run is measured on; `nil` for nothing.
    public var texts: [Text]?

    public init(
        training: Part, validation: Part, sharedRecords: Int? = nil, validationRecords: Int? = nil, sharedTargets: Int? = nil,
        skippedRecords: Int? = nil, trainingPasses: Double? = nil, unigramLoss: Double? = nil, bigramLoss: Double? = nil,
        texts: [Text]? = nil
    ) {
        self.texts = texts
        self.training = training
        self.validation = validation
        self.sharedRecords = sharedRecords
        self.validationRecords = validationRecords
        self.sharedTargets = sharedTargets
        self.skippedRecords = skippedRecords
        self.trainingPasses = trainingPasses
        self.unigramLoss = unigramLoss
        self.bigramLoss = bigramLoss
    }

    enum CodingKeys: String, CodingKey {
        case training, validation, texts
        case sharedRecords = "shared_records"
        case validationRecords = "validation_records"
        case sharedTargets = "shared_targets"
        case skippedRecords = "skipped_records"
        case trainingPasses = "training_passes"
        case unigramLoss = "unigram_loss"
        case bigramLoss = "bigram_loss"
    }
}
