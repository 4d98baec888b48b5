import Foundation

/// The largest of several |t| that compare rivals with one reference: equally many observations of each, one estimated deviation.
///
/// The rivals' differences share the reference and so are correlated with 1/2. Given s, and the reference's own error z, they are
/// independent:
///
///     P(max |T| ≤ c) = E_s ∫ φ(z) [Φ(z + √2·c·s) − Φ(z − √2·c·s)]ᵐ dz
///
/// Source: Dunnett 1955, A multiple comparison procedure for comparing several treatments with a control, J. Amer. Statist. Assoc. 50,
/// 1096–1121; two-sided points: Dunnett 1964, Biometrics 20, 482–491.
package enum DunnettT {
    /// P(max |T| > c) over `rivals` of them. `nil` without rivals or degrees of freedom.
    package static func upperTail(_ c: Double, rivals: Int, freedom: Double) -> Double? {
        guard rivals >= 1, freedom > 0, freedom.isFinite, !c.isNaN else { return nil }
        if c <= 0 { return 1 }
        // Of one rival the integral has a name, and its small values all their digits.
        if rivals == 1 { return StudentT.twoSided(c, freedom: freedom) }
        if c.isInfinite { return 0 }
        let width = 2.0.squareRoot() * c
        let rise = stride(from: 1.5, through: 9, by: 1.5).map { $0 / width }
        return min(1, max(0, 1 - EstimatedScale.mean(freedom: freedom, edges: rise) { inner(width * $0, rivals) }))
    }

    /// What |t| exceeds with the given chance somewhere among the rivals, if none differs.
    package static func criticalValue(level: Double, rivals: Int, freedom: Double) -> Double? {
        guard level > 0, level < 1, rivals >= 1, freedom > 0, freedom.isFinite else { return nil }
        if rivals == 1 { return StudentT.quantile(1 - level / 2, freedom: freedom) }
        return Bisection.crossing { (upperTail($0, rivals: rivals, freedom: freedom) ?? 0) <= level }
    }

    /// Equal steps: for such integrands, that fall as e^(−z²/2) on both sides, their error falls faster than any power of the step.
    private static func inner(_ width: Double, _ rivals: Int) -> Double {
        let step = 0.125
        func value(_ z: Double) -> Double {
            StandardNormal.density(z) * pow(StandardNormal.cumulative(z + width) - StandardNormal.cumulative(z - width), Double(rivals))
        }
        return step * (value(0) + 2 * (1...72).reduce(0) { $0 + value(Double($1) * step) })
    }
}
