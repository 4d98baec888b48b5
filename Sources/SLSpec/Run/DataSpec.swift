/// What text a run reads and how it becomes tokens, as asked for in a config.
public struct DataSpec: Sendable, Hashable, Codable {
    public enum Packing: String, Sendable, Hashable, Codable, CaseIterable {
        /// Documents joined by end-of-sequence and cut into rows.
        case concat
        /// One document a row, cut or padded; padding is masked out of the loss. The published recipe.
        case truncate
    }

    /// `sotu`, `synthetic`, or a path: a `.txt` file or a folder of them, `.jsonl`, `.json.gz`, `.jsonl.gz`.
    public var corpus: String
    /// `sentencepiece:N`, `bytes`, or the path of a SentencePiece `.model`.
    public var tokenizer: String
    public var packing: Packing
    /// Validation text of its own, in any of the corpus formats; without it a fixed part of the corpus is held out.
    public var validation: String?

    public init(corpus: String = "sotu", tokenizer: String = "sentencepiece:32000", packing: Packing = .concat, validation: String? = nil) {
        self.corpus = corpus
        self.tokenizer = tokenizer
        self.packing = packing
        self.validation = validation
    }

    public enum CodingKeys: String, CodingKey, CaseIterable { case corpus, tokenizer, packing, validation }
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

    public init(
        name: String, packing: DataSpec.Packing, corpusSHA256: String, tokenizer: String, tokenizerSHA256: String,
        vocabularySize: Int, trainTokens: Int, validationTokens: Int
    ) {
        self.name = name
        self.packing = packing
        self.corpusSHA256 = corpusSHA256
        self.tokenizer = tokenizer
        self.tokenizerSHA256 = tokenizerSHA256
        self.vocabularySize = vocabularySize
        self.trainTokens = trainTokens
        self.validationTokens = validationTokens
    }

    enum CodingKeys: String, CodingKey {
        case name, packing, tokenizer
        case corpusSHA256 = "corpus_sha256"
        case tokenizerSHA256 = "tokenizer_sha256"
        case vocabularySize = "vocabulary_size"
        case trainTokens = "train_tokens"
        case validationTokens = "validation_tokens"
    }
}
