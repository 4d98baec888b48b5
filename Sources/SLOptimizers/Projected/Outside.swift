import SLNumerics

/// What becomes of the part of a gradient that lies outside the subspace.
public enum Outside: Sendable, Hashable {
    /// Nothing. Source: GaLore, arXiv:2403.03507.
    case dropped
    /// It is added to the step, each channel as much longer or shorter as the inner rule made it inside:
    /// S = φ ⊙ (G − share·back(R)), φᵢ = ‖Nᵢ‖/(‖Rᵢ‖ + 1e-8). A share of 1 takes the projected part out (the paper's);
    /// the authors' code subtracts its scaled back-projection, so that some of the gradient inside stays.
    /// Source: Chen et al. 2024, Fira, arXiv:2410.01623, §4; code: fira 1.0.2, `fira_adamw.py`.
    case scaled(GradientScaling, share: Double)
    /// The whole gradient is the step, scaled so; nothing is projected back.
    /// Source: Zhu et al. 2024, APOLLO, arXiv:2412.05270, Algorithm 1; code: apollo-torch 1.0.3.
    case whole(GradientScaling)
    /// It is kept and added to the next gradient. Source: Modoranu et al. 2025, arXiv:2505.17967, Algorithm 2.
    case errorFeedback
    /// It stays in a momentum, and so does this share of what is inside: M ← M + g, the rule gets R = P(M), M ← M − (1 − share)·back(R).
    /// Source: Ahn et al. 2025, Dion, arXiv:2504.05295, Algorithm 1, which calls it error feedback.
    case momentum(kept: Double)

    /// The share of what is inside that is taken out of what is kept for the next gradient; `nil` where nothing is kept.
    var taken: Double? {
        switch self {
        case .dropped, .scaled, .whole: nil
        case .errorFeedback: 1
        case .momentum(let kept): 1 - kept
        }
    }

    /// Whether something of a gradient is kept and added to the next one.
    public var isFedBack: Bool { taken != nil }

    var scaling: GradientScaling? {
        switch self {
        case .dropped, .errorFeedback, .momentum: nil
        case .scaled(let scaling, _), .whole(let scaling): scaling
        }
    }

    func state(_ shape: SubspaceShape, _ storage: StorageChoice) -> [StateDeclaration] {
        switch self {
        case .dropped: []
        case .scaled, .whole: [StateDeclaration(name: "growth_norm", rows: 1, columns: 1)]
        case .errorFeedback:
            [
                StateDeclaration(
                    name: "error", rows: shape.rows, columns: shape.columns,
                    format: storage.moment(count: shape.rows * shape.columns, signed: true))
            ]
        case .momentum: [.momentum("momentum_buffer", rows: shape.rows, columns: shape.columns, storage: storage)]
        }
    }

    /// Lengths of the channels before and after the inner rule.
    func scratchCount(_ shape: SubspaceShape) -> Int { scaling == nil ? 0 : 2 * shape.channels }
}

/// How a gradient is scaled by what an inner rule does to its projection.
public struct GradientScaling: Sendable, Hashable {
    public enum Granularity: String, Sendable, Hashable, CaseIterable {
        /// A factor for each row (right projection) or column (left).
        case channel
        /// One factor for the tensor.
        case tensor
    }

    public var granularity: Granularity
    /// On the scaled gradient. Before or after the limiter is the same: that looks at ratios of lengths only.
    public var factor: Double
    /// The most by which the scaled gradient may grow from one update to the next; `nil` for no limit.
    public var growthLimit: Double?

    public init(_ granularity: Granularity = .channel, factor: Double = 1, growthLimit: Double? = 1.01) {
        self.granularity = granularity
        self.factor = factor
        self.growthLimit = growthLimit
    }

    /// By how much a gradient of this length is shortened after one of length `previous`.
    ///
    /// Source: Fira, arXiv:2410.01623, §4.3: max(z/(z′ + 1e-8), γ)/γ.
    func shortening(_ length: Double, after previous: Double) -> Double {
        guard let growthLimit else { return 1 }
        return max(length / (previous + 1e-8), growthLimit) / growthLimit
    }
}
