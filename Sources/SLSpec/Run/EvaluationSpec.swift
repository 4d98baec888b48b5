/// When and on what a run is evaluated.
public struct EvaluationSpec: Sendable, Hashable, Codable {
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Σ nll / Σ tokens over the evaluation set.
        case tokenWeighted = "token-weighted"
        /// The published loop: mean of batch means, divided by one batch too many (N+1). For comparison only.
        case galoreCompat = "galore-compat"
    }

    /// Updates between evaluations; 0 evaluates at the end only. The end is always evaluated.
    public var every: Int
    /// Size of the fixed evaluation set in target tokens, rounded up to whole rows; the whole validation split if smaller.
    public var tokens: Int
    public var mode: Mode
    /// Sequences a batch whose mean counts once under ``Mode/galoreCompat``, whatever the training's batches are; `nil` in
    /// the other mode, which has no batches, and in old records.
    public var batchSize: Int?

    public init(every: Int = 0, tokens: Int = 65_536, mode: Mode = .tokenWeighted, batchSize: Int? = nil) {
        self.batchSize = batchSize
        self.every = every
        self.tokens = tokens
        self.mode = mode
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case every, tokens, mode
        case batchSize = "batch_size"
    }
}
