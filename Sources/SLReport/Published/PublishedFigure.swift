/// A number that a paper printed, with where it stands. It is never mixed with measured values.
public struct PublishedFigure: Sendable, Hashable {
    /// Snake-case method name, e.g. `full_rank`.
    public var method: String
    /// Preset name, e.g. `60m`.
    public var size: String
    public var rank: Int?
    /// Validation perplexity on C4 with the T5 tokenizer.
    public var perplexity: Double?
    /// Weights and optimizer state in the paper's own convention, in its G.
    public var memoryGB: Double?
    /// Training tokens of the published run.
    public var tokens: Int?
    /// Paper and table.
    public var source: String
    /// What a reader must know before using the number; empty when there is nothing.
    public var note: String
    /// `false` when the figure could not be checked against the paper itself; `note` says what it rests on.
    public var isVerified: Bool

    public init(
        method: String, size: String, rank: Int?, perplexity: Double?, memoryGB: Double?, tokens: Int?, source: String,
        note: String = "", isVerified: Bool = true
    ) {
        self.method = method
        self.size = size
        self.rank = rank
        self.perplexity = perplexity
        self.memoryGB = memoryGB
        self.tokens = tokens
        self.source = source
        self.note = note
        self.isVerified = isVerified
    }
}
