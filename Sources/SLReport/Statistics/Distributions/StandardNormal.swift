import Foundation

/// The standard normal distribution, to the precision of `Double`.
package enum StandardNormal {
    package static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

    /// P(Z ≤ z).
    package static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// The z below which a share `probability` lies. `nil` unless 0 < probability < 1.
    package static func quantile(_ probability: Double) -> Double? {
        guard probability > 0, probability < 1 else { return nil }
        let tail = min(probability, 1 - probability)
        if tail == 0.5 { return 0 }
        let high = Bisection.crossing { 0.5 * erfc($0 / 2.0.squareRoot()) <= tail }
        return probability < 0.5 ? -high : high
    }
}
