/// Rivals against a reference by the additive model loss = row + seed + noise, over the seeds that all rows have.
///
/// A seed fixes the initial weights and the order of the text, so that it moves all rows alike; what it does is taken out, and the
/// noise is estimated from all rows together, with (k − 1)(n − 1) degrees of freedom of k rows and n seeds. Eight rows of three
/// seeds have 14, a pair of rows 2. The price is an assumption: noise that is normal and of one size in every row, which
/// ``evenness`` looks at. The rows are compared with the reference by Dunnett's t (``DunnettT``), which knows that all share
/// it, so that the claims hold together and the intervals cover together. Paired t-tests with Holm's correction stand beside it: they
/// pool nothing.
package struct BlockedAnalysis: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        /// Mean loss minus the reference's, over the common seeds.
        package var difference: Double
        package var t: Double
        /// The paired t-test of this row alone; `nil` for differences without spread.
        package var pPaired: Double?
        /// The same for claims that hold together over the rows: Holm.
        package var pPairedHolm: Double?
    }

    /// The seeds that all rows have, ascending.
    package let seeds: [UInt64]
    /// In the order given.
    package let rows: [Row]
    /// Of the noise of one run; its variance is the residual mean square.
    package let residualDeviation: Double
    package let degreesOfFreedom: Int
    /// What is left of each row's spread without the seeds' part, the reference first: comparable with ``residualDeviation``.
    package let rowDeviations: [Double]
    /// Of the residuals; `nil` for two rows, whose residuals are each other's mirror images.
    package let evenness: BrownForsythe?

    /// Below that p of ``evenness`` the noise is not pooled.
    ///
    /// Not 5 %: what matters is that uneven noise is found. Simulated (20 000 tables of normal noise, no row different, 6 seeds): of nine rows
    /// one with four times the noise, pooling always makes a false claim in 15 % of tables, pooling unless p < 0.05 in 11 %, unless p < 0.25 in
    /// 8 %, and never pooling in 5 %; where all noise is equal 0.25 gives up pooling in 17 %, which costs some power and no truth. Three seeds
    /// find no unevenness at any level.
    package static let poolingLevel = 0.25

    /// Whether one size of noise is a fair assumption, as far as the seeds can tell.
    package var isTrusted: Bool { (evenness?.pValue ?? 1) >= Self.poolingLevel }

    /// The largest row's deviation by the smallest.
    package var deviationRatio: Double? {
        guard let least = rowDeviations.min(), let most = rowDeviations.max(), least > 0 else { return nil }
        return most / least
    }

    /// - Parameters:
    ///   - reference: losses by seed.
    ///   - rivals: the same of each rival; seeds that not every row has are left out.
    /// - Returns: `nil` with fewer than two common seeds, without rivals, and without any residual spread.
    package init?(reference: [UInt64: Double], rivals: [[UInt64: Double]]) {
        let all = [reference] + rivals
        guard !rivals.isEmpty else { return nil }
        let common = all.dropFirst().reduce(Set(reference.keys)) { $0.intersection($1.keys) }.sorted()
        let losses = all.map { row in common.compactMap { row[$0] } }
        guard common.count > 1, losses.joined().allSatisfy(\.isFinite) else { return nil }
        let (k, n) = (Double(all.count), Double(common.count))
        let means = losses.map { $0.reduce(0, +) / n }
        let grand = means.reduce(0, +) / k
        let residuals = losses.indices.map { row in
            common.indices.map { seed in
                losses[row][seed] - means[row] - (losses.reduce(0) { $0 + $1[seed] } / k - grand)
            }
        }
        let squares = residuals.map { $0.reduce(0) { $0 + $1 * $1 } }
        let freedom = (all.count - 1) * (common.count - 1)
        let deviation = (squares.reduce(0, +) / Double(freedom)).squareRoot()
        // Less than what rounding leaves of equal differences.
        let scale = losses.joined().map(abs).max() ?? 0
        guard deviation > 1e-12 * scale else { return nil }
        seeds = common
        degreesOfFreedom = freedom
        residualDeviation = deviation
        rowDeviations = squares.map { ($0 * k / ((k - 1) * (n - 1))).squareRoot() }
        evenness = all.count > 2 ? BrownForsythe(residuals) : nil
        let paired = losses.dropFirst().map { Self.paired(zip($0, losses[0]).map { $0 - $1 }) }
        let together = Holm.adjusted(paired.compactMap(\.self))
        var place = 0
        rows = rivals.indices.map { index in
            let difference = means[index + 1] - means[0]
            var row = Row(difference: difference, t: difference / (deviation * (2 / n).squareRoot()), pPaired: paired[index], pPairedHolm: nil)
            if paired[index] != nil {
                row.pPairedHolm = together[place]
                place += 1
            }
            return row
        }
    }

    /// Standard error of every difference.
    package var standardError: Double { residualDeviation * (2 / Double(seeds.count)).squareRoot() }

    /// Two-sided, for claims that hold together over the rows.
    package func pDunnett(_ row: Row) -> Double { DunnettT.upperTail(abs(row.t), rivals: rows.count, freedom: Double(degreesOfFreedom)) ?? 1 }

    /// Half-width of the 95 % intervals that cover all true differences at once.
    package func halfWidth95() -> Double {
        (DunnettT.criticalValue(level: FamilyTest.level, rivals: rows.count, freedom: Double(degreesOfFreedom)) ?? .infinity) * standardError
    }

    private static func paired(_ differences: [Double]) -> Double? {
        guard let summary = SampleSummary(differences), let deviation = summary.standardDeviation else { return nil }
        guard deviation > 1e-12 * abs(summary.mean) else { return nil }
        let t = summary.mean / (deviation / Double(summary.count).squareRoot())
        return StudentT.twoSided(t, freedom: Double(summary.count - 1))
    }
}
