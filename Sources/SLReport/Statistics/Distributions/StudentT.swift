import Foundation

/// Student's t distribution, to the precision of `Double`.
public enum StudentT {
    /// P(T ≤ t). `nil` for fewer than one degree of freedom or a t that is not a number.
    public static func cumulative(_ t: Double, degreesOfFreedom: Int) -> Double? {
        degreesOfFreedom >= 1 ? cumulative(t, freedom: Double(degreesOfFreedom)) : nil
    }

    /// The same for degrees of freedom that are no whole number, as Welch's are. `nil` unless they are above 0 and finite.
    package static func cumulative(_ t: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, !t.isNaN else { return nil }
        let tail = upperTail(abs(t), freedom)
        return t < 0 ? tail : 1 - tail
    }

    /// P(|T| ≥ |t|), with all its digits where it is small. `nil` as for ``cumulative(_:freedom:)``.
    package static func twoSided(_ t: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, !t.isNaN else { return nil }
        return min(1, 2 * upperTail(abs(t), freedom))
    }

    /// The t below which a share `probability` of the distribution lies. `nil` unless 0 < probability < 1 and there is
    /// at least one degree of freedom.
    ///
    /// - Parameter probability: 0.975 gives the half-width of the two-sided 95 % interval.
    public static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double? {
        degreesOfFreedom >= 1 ? quantile(probability, freedom: Double(degreesOfFreedom)) : nil
    }

    /// The same for any degrees of freedom above 0.
    package static func quantile(_ probability: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, probability > 0, probability < 1 else { return nil }
        let tail = min(probability, 1 - probability)
        if tail == 0.5 { return 0 }
        let high = Bisection.crossing { upperTail($0, freedom) <= tail }
        return probability < 0.5 ? -high : high
    }

    /// P(T > t) for t ≥ 0: half the regularised incomplete beta function at ν/(ν+t²).
    static func upperTail(_ t: Double, _ freedom: Double) -> Double {
        if t.isInfinite { return 0 }
        let square = t * t
        if square.isInfinite { return 0 }
        return 0.5 * IncompleteBeta.regularized(freedom / (freedom + square), complement: square / (freedom + square), freedom / 2, 0.5)
    }
}
