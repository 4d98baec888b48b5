/// What a paired comparison of so many seeds can show, before it is made. Differences are in units of σ_d, the standard deviation
/// of the paired differences.
package enum PairedPower {
    /// The chance that plans ask for.
    package static let wanted = 0.8

    /// The chance that a two-sided paired t-test claims a true difference.
    ///
    /// - Parameters:
    ///   - difference: in σ_d.
    ///   - level: of this one test; Holm's first step over m rows is 5 % / m.
    /// - Returns: `nil` with fewer than two seeds or a level outside 0 … 1.
    package static func ofDifference(_ difference: Double, seeds: Int, level: Double = FamilyTest.level) -> Double? {
        guard seeds > 1, level > 0, level < 1 else { return nil }
        let freedom = Double(seeds - 1)
        let shift = difference * Double(seeds).squareRoot()
        guard let critical = StudentT.quantile(1 - level / 2, freedom: freedom),
            let inside = NoncentralT.cumulative(critical, freedom: freedom, shift: shift),
            let below = NoncentralT.cumulative(-critical, freedom: freedom, shift: shift)
        else { return nil }
        return min(1, max(0, 1 - inside + below))
    }

    /// The smallest true difference, in σ_d, that is claimed with the chance.
    package static func smallestDifference(seeds: Int, level: Double = FamilyTest.level, power: Double = wanted) -> Double? {
        guard seeds > 1, level > 0, level < power, power < 1 else { return nil }
        return smallest(power) { ofDifference($0, seeds: seeds, level: level) ?? 1 }
    }

    /// The chance that two one-sided paired t-tests claim "within the margin": that the mean of the differences lies inside it by t
    /// standard errors, as a mean over the estimated σ_d.
    ///
    /// - Parameters:
    ///   - margin: ε in σ_d.
    ///   - difference: the true one, in σ_d.
    ///   - level: of each of the two.
    package static func ofEquivalence(margin: Double, difference: Double = 0, seeds: Int, level: Double = FamilyTest.level) -> Double? {
        guard seeds > 1, level > 0, level < 0.5, margin > 0, margin.isFinite, difference.isFinite else { return nil }
        let freedom = Double(seeds - 1)
        guard let critical = StudentT.quantile(1 - level, freedom: freedom) else { return nil }
        let (reach, shift) = (margin * Double(seeds).squareRoot(), difference * Double(seeds).squareRoot())
        // Above that scale no mean lies inside by so much.
        let largest = reach / critical
        let bends = stride(from: 0.25, through: 8, by: 0.75).map { largest - $0 / critical }
        return min(1, max(0, EstimatedScale.mean(freedom: freedom, edges: bends, upTo: largest) { s in
            let room = reach - critical * s
            return StandardNormal.cumulative(room - shift) - StandardNormal.cumulative(-room - shift)
        }))
    }

    /// The smallest margin, in σ_d, that is earned with the chance by a row that is truly equal.
    package static func smallestMargin(seeds: Int, level: Double = FamilyTest.level, power: Double = wanted) -> Double? {
        guard seeds > 1, level > 0, level < 0.5, power > 0, power < 1 else { return nil }
        return smallest(power) { ofEquivalence(margin: $0, seeds: seeds, level: level) ?? 0 }
    }

    /// To 10⁻¹⁰ of itself: the integral is no better, and each step takes one.
    private static func smallest(_ power: Double, _ chance: (Double) -> Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while chance(high) < power, high < 1e12 { (low, high) = (high, 2 * high) }
        while high - low > 1e-10 * high {
            let middle = (low + high) / 2
            if chance(middle) >= power { high = middle } else { low = middle }
        }
        return high
    }
}
