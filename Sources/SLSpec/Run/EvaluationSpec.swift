/// When and on what a run is evaluated.
public struct EvaluationSpec: Sendable, Hashable, Codable {
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Σ nll / Σ tokens over the evaluation set.
        case tokenWeighted = "token-weighted"
        /// The published loop: mean of batch means, divided by one batch too many (N+1). For comparison only.
        case galoreCompat = "galore-compat"
    }

    /// Which rows of the validation part the fixed set has.
    public enum Rows: String, Sendable, Hashable, Codable, CaseIterable {
        case first
        /// As many, at equal distances over the whole part, so that every source of a corpus is among them.
        case spread
    }

    /// When corpora of other sources are evaluated.
    public enum HeldOutTime: String, Sendable, Hashable, Codable, CaseIterable {
        /// With every evaluation.
        case every
        case end
    }

    /// Updates between evaluations; 0 evaluates at the end only. The end is always evaluated.
    public var every: Int
    /// Size of the fixed evaluation set in target tokens, rounded up to whole rows; the whole validation split if smaller.
    public var tokens: Int
    public var mode: Mode
    /// Sequences a batch whose mean counts once under ``Mode/galoreCompat``, whatever the training's batches are; `nil` in
    /// the other mode, which has no batches, and in old records.
    public var batchSize: Int?
    /// `nil`, which is the same as `first`, so that specs made before there was a choice keep their identity.
    public var rows: Rows?
    /// Size of the test set in target tokens, spread over the test text; `nil` where nothing is tested.
    public var testTokens: Int?
    /// The same of each corpus of another source, and when it is evaluated; `nil` where there is none.
    public var heldOutTokens: Int?
    public var heldOutTime: HeldOutTime?

    /// A model is tested once, so that the set may be larger than the one it is validated on.
    public static let standardTestTokens = 262_144
    public static let standardHeldOutTokens = 32_768

    public init(
        every: Int = 0, tokens: Int = 65_536, mode: Mode = .tokenWeighted, batchSize: Int? = nil, rows: Rows? = nil, testTokens: Int? = nil,
        heldOutTokens: Int? = nil, heldOutTime: HeldOutTime? = nil
    ) {
        self.rows = rows
        self.testTokens = testTokens
        self.heldOutTokens = heldOutTokens
        self.heldOutTime = heldOutTime
        self.batchSize = batchSize
        self.every = every
        self.tokens = tokens
        self.mode = mode
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case every, tokens, mode
        case batchSize = "batch_size"
        case rows
        case testTokens = "test_tokens"
        case heldOutTokens = "held_out_tokens"
        case heldOutTime = "held_out_time"
    }
}
