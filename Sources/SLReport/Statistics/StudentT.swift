import Foundation

/// Student's t distribution, to the precision of `Double`.
public enum StudentT {
    /// P(T ≤ t). `nil` for fewer than one degree of freedom or a t that is not a number.
    public static func cumulative(_ t: Double, degreesOfFreedom: Int) -> Double? {
        guard degreesOfFreedom >= 1, !t.isNaN else { return nil }
        let tail = upperTail(abs(t), Double(degreesOfFreedom))
        return t < 0 ? tail : 1 - tail
    }

    /// The t below which a share `probability` of the distribution lies. `nil` unless 0 < probability < 1 and there is
    /// at least one degree of freedom.
    ///
    /// - Parameter probability: 0.975 gives the half-width of the two-sided 95 % interval.
    public static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double? {
        guard degreesOfFreedom >= 1, probability > 0, probability < 1 else { return nil }
        let tail = min(probability, 1 - probability)
        if tail == 0.5 { return 0 }
        let freedom = Double(degreesOfFreedom)
        var low = 0.0
        var high = 1.0
        while upperTail(high, freedom) > tail, high < 1e300 { (low, high) = (high, high * 2) }
        // Bisection down to neighbouring numbers: the tail is monotonous, and it is called once per table cell.
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if upperTail(middle, freedom) > tail { low = middle } else { high = middle }
        }
        return probability < 0.5 ? -high : high
    }

    /// P(T > t) for t ≥ 0: half the regularised incomplete beta function at ν/(ν+t²).
    private static func upperTail(_ t: Double, _ freedom: Double) -> Double {
        if t.isInfinite { return 0 }
        let square = t * t
        if square.isInfinite { return 0 }
        return 0.5 * IncompleteBeta.regularized(freedom / (freedom + square), complement: square / (freedom + square), freedom / 2, 0.5)
    }
}
