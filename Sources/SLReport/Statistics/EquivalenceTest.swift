/// Whether a row is as good as the reference but for a margin, by its paired differences: what a test of difference can't show,
/// as failing to tell two apart is no evidence that they are alike.
///
/// *Not worse* by more than ε: the hypothesis that the mean difference is ε or more is rejected by a one-sided t-test. *Within* ε:
/// so is the one that it is −ε or less (two one-sided tests); the p is the larger of the two. The claim is made at 5 % exactly
/// where the 90 % interval lies inside the margin.
///
/// Source: Schuirmann 1987, A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of
/// average bioavailability, J. Pharmacokin. Biopharm. 15, 657–680.
package struct EquivalenceTest: Sendable, Hashable {
    package let count: Int
    package let mean: Double
    package let standardError: Double
    private let differences: [Double]

    /// `nil` with fewer than two differences, or one that is not finite.
    package init?(_ differences: [Double]) {
        guard let summary = SampleSummary(differences), let deviation = summary.standardDeviation else { return nil }
        count = summary.count
        mean = summary.mean
        standardError = deviation / Double(summary.count).squareRoot()
        self.differences = differences
    }

    private var freedom: Double { Double(count - 1) }

    // MARK: With a margin

    /// The p of "not worse by more than the margin".
    package func notWorse(than margin: Double) -> Double { lower(mean - margin) }

    /// The p of "within the margin on both sides".
    package func within(_ margin: Double) -> Double { max(lower(mean - margin), lower(-mean - margin)) }

    /// P(T ≤ shift / standard error).
    private func lower(_ shift: Double) -> Double {
        guard standardError > 0 else { return shift < 0 ? 0 : 1 }
        return StudentT.cumulative(shift / standardError, freedom: freedom) ?? 1
    }

    /// The same without assuming that differences are normal: if their true middle is the margin and they lie evenly about it, each
    /// distance from it could as well have had the other sign. The p is the share of the sign patterns whose sum is no larger.
    package func exactNotWorse(than margin: Double) -> Double { Self.flipped(differences.map { $0 - margin }) }

    package func exactWithin(_ margin: Double) -> Double {
        max(Self.flipped(differences.map { $0 - margin }), Self.flipped(differences.map { -$0 - margin }))
    }

    private static func flipped(_ values: [Double]) -> Double {
        let sum = values.reduce(0, +)
        // Sums of the same numbers in another order differ in their last bits.
        let bound = sum + 1e-12 * values.reduce(0) { $0 + abs($1) }
        var (reached, patterns) = (1 + (-sum <= bound ? 1 : 0), 2)
        SignFlips(seeds: values.count).forEachOther { signs in
            var other = 0.0
            for (value, sign) in zip(values, signs) { other += value * sign }
            // A pattern and the one with every sign turned.
            patterns += 2
            if other <= bound { reached += 1 }
            if -other <= bound { reached += 1 }
        }
        return Double(reached) / Double(patterns)
    }

    // MARK: Without one

    /// The smallest margin that "not worse by more than" can be said with: the upper end of a one-sided interval. At or below 0 the
    /// row is not worse at all.
    ///
    /// - Parameters:
    ///   - level: chance of saying it wrongly.
    ///   - rows: rows that it is said of at once; the level is shared among them (Bonferroni).
    package func smallestNotWorse(level: Double = FamilyTest.level, rows: Int = 1) -> Double? { reach(level, rows).map { mean + $0 } }

    /// The same for "within on both sides": the end of the interval that is further from 0.
    package func smallestWithin(level: Double = FamilyTest.level, rows: Int = 1) -> Double? { reach(level, rows).map { abs(mean) + $0 } }

    private func reach(_ level: Double, _ rows: Int) -> Double? {
        StudentT.quantile(1 - level / Double(max(1, rows)), freedom: freedom).map { $0 * standardError }
    }
}
