import Foundation

/// How a standard deviation that was estimated lies about the true one: s/σ = √(χ²/ν) for ν degrees of freedom.
///
/// Distributions of quotients by an estimated deviation (noncentral t, Dunnett's, the power of equivalence) are means over it.
enum EstimatedScale {
    /// The mean of a function of s/σ.
    ///
    /// The density is analytic and the rule's error falls by powers of the pieces' width; 24 pieces over all but 2·10⁻¹⁸ of the
    /// distribution leave less than 10⁻¹³ for functions that are smooth on the same scale.
    ///
    /// - Parameters:
    ///   - edges: where the function bends or rises steeply; the pieces end there too.
    ///   - largest: above it the function is 0.
    static func mean(freedom: Double, edges: [Double] = [], upTo largest: Double = .infinity, of function: (Double) -> Double) -> Double {
        guard let lowest = ChiSquared.quantile(1e-18, freedom: freedom), let highest = ChiSquared.upperQuantile(1e-18, freedom: freedom) else { return .nan }
        let from = (lowest / freedom).squareRoot()
        let to = min(largest, (highest / freedom).squareRoot())
        guard to > from else { return 0 }
        let pieces = 24
        let even = (0...pieces).map { from + (to - from) * Double($0) / Double(pieces) }
        let front = log(2) + freedom / 2 * log(freedom / 2) - GammaFunction.logarithm(freedom / 2)
        return GaussLegendre.integral((even + edges.filter { $0 > from && $0 < to }).sorted()) { s in
            exp(front + (freedom - 1) * log(s) - freedom * s * s / 2) * function(s)
        }
    }
}
