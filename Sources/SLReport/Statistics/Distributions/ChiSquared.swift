/// The χ² distribution, to the precision of `Double`.
package enum ChiSquared {
    /// P(X ≤ x). `nil` unless there are degrees of freedom and x is a number.
    package static func cumulative(_ x: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, !x.isNaN else { return nil }
        return x <= 0 ? 0 : GammaFunction.regularized(freedom / 2, x / 2).lower
    }

    /// P(X > x).
    package static func upperTail(_ x: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, !x.isNaN else { return nil }
        return x <= 0 ? 1 : GammaFunction.regularized(freedom / 2, x / 2).upper
    }

    /// The x below which a share `probability` of the distribution lies. `nil` unless 0 < probability < 1.
    package static func quantile(_ probability: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, probability > 0, probability < 1 else { return nil }
        return Bisection.crossing { GammaFunction.regularized(freedom / 2, $0 / 2).lower >= probability }
    }

    /// The x above which a share `tail` lies: exact for shares too small to be taken from 1.
    package static func upperQuantile(_ tail: Double, freedom: Double) -> Double? {
        guard freedom > 0, freedom.isFinite, tail > 0, tail < 1 else { return nil }
        return Bisection.crossing { GammaFunction.regularized(freedom / 2, $0 / 2).upper <= tail }
    }
}
