/// Fisher's F distribution, to the precision of `Double`.
package enum FisherF {
    /// P(F > f). `nil` unless both degrees of freedom are above 0 and f is a number.
    package static func upperTail(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double? {
        guard numerator > 0, denominator > 0, numerator.isFinite, denominator.isFinite, !f.isNaN else { return nil }
        if f <= 0 { return 1 }
        if f.isInfinite { return 0 }
        let sum = denominator + numerator * f
        return IncompleteBeta.regularized(denominator / sum, complement: numerator * f / sum, denominator / 2, numerator / 2)
    }
}
