/// The noncentral t distribution: of (Z + δ) / √(χ²/ν), with Z normal. What the power of a t-test is made of.
package enum NoncentralT {
    /// P(T ≤ t), as the mean of Φ(t·s − δ) over the estimated scale s: no series, so that no δ makes it lose digits.
    ///
    /// - Parameter shift: δ, the true difference in its own standard errors.
    /// - Returns: `nil` unless there are degrees of freedom and t and δ are finite.
    package static func cumulative(_ t: Double, freedom: Double, shift: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, t.isFinite, shift.isFinite else { return nil }
        // Φ rises about s = δ/t, over a few 1/t.
        let rise = t == 0 ? [] : stride(from: -9.0, through: 9, by: 1.5).map { (shift + $0) / t }
        return min(1, max(0, EstimatedScale.mean(freedom: freedom, edges: rise) { StandardNormal.cumulative(t * $0 - shift) }))
    }
}
