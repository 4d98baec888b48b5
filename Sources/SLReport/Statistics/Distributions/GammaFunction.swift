import Foundation

/// The gamma function and its incomplete forms.
package enum GammaFunction {
    /// ln Γ(x) for x > 0.
    package static func logarithm(_ x: Double) -> Double {
        #if canImport(Darwin)
            return lgamma(x)
        #else
            return lgamma(x).0
        #endif
    }

    /// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, each with all its digits where it is small: the
    /// series below a + 1, the continued fraction (modified Lentz) above.
    ///
    /// - Parameters:
    ///   - a: above 0
    ///   - x: from 0
    package static func regularized(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
        if x <= 0 { return (0, 1) }
        if x.isInfinite { return (1, 0) }
        let front = exp(a * log(x) - x - logarithm(a))
        if x < a + 1 {
            let lower = front * series(a, x)
            return (lower, 1 - lower)
        }
        let upper = front * fraction(a, x)
        return (1 - upper, upper)
    }

    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var n = a
        // The terms fall from the first on; the bound only guards against a loop without end.
        for _ in 0..<100_000 {
            n += 1
            term *= x / n
            sum += term
            if term < sum * 1e-17 { break }
        }
        return sum
    }

    private static func fraction(_ a: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / nonzero(b)
        var result = d
        for index in 1...100_000 {
            let i = Double(index)
            let numerator = -i * (i - a)
            b += 2
            d = 1 / nonzero(numerator * d + b)
            c = nonzero(b + numerator / c)
            let factor = d * c
            result *= factor
            if abs(factor - 1) < 1e-16 { break }
        }
        return result
    }
}
