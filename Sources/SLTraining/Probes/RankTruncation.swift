import SLModel
import SLNumerics
public import SLSpec

/// How many singular values each linear keeps when a share of all of them is taken away.
///
/// Non-uniform: every matrix's singular values are brought to 0…1, σ̂ = (σ − σ_min) / (σ_max − σ_min), and one threshold for all matrices takes away those
/// below it. Source: Jaiswal et al. 2024, WeLore, arXiv:2407.11239, §3; the range as in the authors' `adaptive_rank_pruning`, whose thresholds
/// are a table for two models: here the threshold is the one that takes away the share exactly. Every matrix keeps at least one.
public struct RankTruncation: Sendable, Hashable {
    /// Of all singular values, taken away.
    public var share: Double
    /// On σ̂; `nil` for a uniform truncation, in which every matrix loses the same share.
    public var threshold: Double?
    /// Of every linear, in the model's order.
    public var ranks: [Int]

    package init(share: Double, threshold: Double?, ranks: [Int]) { (self.share, self.threshold, self.ranks) = (share, threshold, ranks) }

    /// - Parameter values: of every matrix, descending.
    public static func nonUniform(_ values: [[Double]], share: Double) -> RankTruncation {
        let scaled = values.map(normalized)
        let all = scaled.flatMap(\.self).sorted()
        let removed = min(all.count, Int((share * Double(all.count)).rounded()))
        let threshold = removed == 0 ? 0 : removed < all.count ? all[removed] : .infinity
        return RankTruncation(share: share, threshold: threshold, ranks: scaled.map { list in max(1, list.count { $0 >= threshold }) })
    }

    public static func uniform(_ values: [[Double]], share: Double) -> RankTruncation {
        RankTruncation(share: share, threshold: nil, ranks: values.map { max(1, $0.count - Int((share * Double($0.count)).rounded())) })
    }

    /// A matrix whose singular values are all equal can't lose any rank before the others.
    private static func normalized(_ values: [Double]) -> [Double] {
        guard let largest = values.first, let smallest = values.last, largest > smallest else { return values.map { _ in 1 } }
        return values.map { ($0 - smallest) / (largest - smallest) }
    }

    /// Parameters of the linears when each is kept as two factors where those are smaller.
    public func parameters(_ modules: [LinearModule]) -> Int {
        zip(modules, ranks).reduce(0) { $0 + min($1.0.outFeatures * $1.0.inFeatures, $1.1 * ($1.0.outFeatures + $1.0.inFeatures)) }
    }
}
