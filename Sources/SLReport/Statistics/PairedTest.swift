/// Whether paired differences are centred on zero.
///
/// Source: the paired t-test as in every textbook; the sign-flip test is Fisher's randomisation test: if neither side is
/// better, every difference could as well have had the other sign.
public struct PairedTest: Sendable, Hashable {
    /// With fewer pairs no test without the assumption of normality can reach 0.05: 2/2⁵ is 0.0625.
    public static let fewestPairs = 6
    /// Above this the 2ⁿ sign patterns are not gone through.
    static let mostPatterns = 20

    public let count: Int
    /// Two-sided; assumes normally distributed differences. `nil` for one pair, and when all differences are equal.
    public let tPValue: Double?
    /// Two-sided and exact, by the absolute mean; `nil` above 20 pairs.
    public let signFlipPValue: Double?

    /// `nil` without differences, or when one is not finite.
    public init?(_ differences: [Double]) {
        guard let summary = SampleSummary(differences) else { return nil }
        count = differences.count
        tPValue = summary.standardDeviation.flatMap { deviation in
            guard deviation > 0 else { return nil }
            let t = summary.mean / (deviation / Double(differences.count).squareRoot())
            return StudentT.cumulative(-abs(t), degreesOfFreedom: differences.count - 1).map { 2 * $0 }
        }
        signFlipPValue = Self.signFlip(differences)
    }

    /// The smallest p that the sign-flip test can give for so many pairs.
    public static func smallestPValue(pairs: Int) -> Double {
        var p = 2.0
        for _ in 0..<max(1, pairs) { p /= 2 }
        return min(1, p)
    }

    /// What a claim may rest on: the exact test, or the t-test where it is too large; `nil` with too few pairs.
    public var pValue: Double? { count < Self.fewestPairs ? nil : signFlipPValue ?? tPValue }

    private static func signFlip(_ differences: [Double]) -> Double? {
        guard differences.count <= mostPatterns else { return nil }
        let observed = abs(differences.reduce(0, +))
        // Sums of the same numbers in another order differ in their last bits.
        let bound = observed - 1e-12 * differences.reduce(0) { $0 + abs($1) }
        let patterns = 1 << differences.count
        var atLeast = 0
        for pattern in 0..<patterns {
            var sum = 0.0
            for (index, difference) in differences.enumerated() { sum += pattern >> index & 1 == 0 ? difference : -difference }
            if abs(sum) >= bound { atLeast += 1 }
        }
        return Double(atLeast) / Double(patterns)
    }
}

/// Holm's step-down correction for several tests at once.
///
/// Source: Holm 1979, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.
public enum Holm {
    /// - Returns: adjusted p-values in the order given; those below α are claims that hold together with error rate α.
    public static func adjusted(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        var result = pValues
        var largest = 0.0
        for (place, index) in order.enumerated() {
            largest = max(largest, min(1, Double(pValues.count - place) * pValues[index]))
            result[index] = largest
        }
        return result
    }
}
