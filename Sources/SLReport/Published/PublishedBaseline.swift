/// Full-rank Adam or AdamW on LLaMA-60M and C4, as one publication prints it.
public struct PublishedBaseline: Sendable, Hashable {
    /// What the publication proposes.
    public var name: String
    /// Validation perplexity.
    public var perplexity: Double
    public var source: String
    /// Training tokens as the source counts them; `nil` where it does not say.
    public var tokens: Int?
    /// What was read: the publication, a page of its authors, or what others wrote down of it.
    public var evidence: String
    /// Whether it is a publication, and not a rerun that somebody reported.
    public var isPublication = true
}

extension PublishedBaseline {
    /// By ascending perplexity. They differ in learning rate, tokens, padding, and in how the validation loss is averaged: that is the point.
    public static let all: [PublishedBaseline] = [
        .init(
            name: "POET", perplexity: 26.68, source: "Qiu et al. 2025, arXiv:2506.08001, table of Sphere-AI-Lab/poet's README (AdamW)", tokens: nil,
            evidence: "the authors' README"),
        .init(
            name: "SARA", perplexity: 27.71, source: "Zhang et al. 2025, arXiv:2502.05790, table of C4 results", tokens: nil,
            evidence: "a note on the paper"),
        .init(
            name: "SCALE", perplexity: 30.05, source: "Glentis et al. 2025, arXiv:2506.16659, table of OptimAI-Lab/Minimalist_LLM_Pretraining's README",
            tokens: 1_400_000_000, evidence: "the authors' README"),
        .init(
            name: "rerun of SLTrain's script", perplexity: 30.08, source: "github.com/andyjm3/SLTrain, issue 7 (11 000 updates, lr 3e-3)", tokens: nil,
            evidence: "the issue", isPublication: false),
        .init(
            name: "ANCRe", perplexity: 30.39, source: "Zhang et al. 2026, arXiv:2602.09009, table of the authors' README (FullPT)", tokens: nil,
            evidence: "the authors' README"),
        .init(name: "Magma", perplexity: 30.79, source: "Joo et al. 2026, arXiv:2602.15322, Table 1", tokens: nil, evidence: "a note on the paper"),
        .init(
            name: "CHTsL", perplexity: 33.21, source: "OpenReview jZplmg7Ad9 (ICLR 2026), main table, C4, dense", tokens: nil, evidence: "a note on the paper"),
        .init(name: "GaLore", perplexity: 34.06, source: "Zhao et al. 2024, arXiv:2403.03507, Table 2", tokens: 1_100_000_000, evidence: "the paper"),
        .init(
            name: "Stable-SPAM", perplexity: 34.09, source: "Huang et al. 2025, arXiv:2502.17055, Table 2", tokens: 1_100_000_000,
            evidence: "a copy of the paper's tables"),
    ]
}
