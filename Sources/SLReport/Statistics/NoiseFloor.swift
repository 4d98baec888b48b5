/// How far the reported loss of one and the same configuration lies apart from seed to seed.
///
/// Differences of its size are no differences of methods. It is the standard deviation over the seeds of the baseline of a size and
/// budget, of all such runs that the database holds and not of one sweep's alone: runs of one identity but the seed are the same
/// experiment, whoever asked for them. It is computed from the runs each time and not kept as a number of its own: a stored
/// number would go stale with every new seed, and could not be traced to run ids.
package struct NoiseFloor: Sendable, Hashable {
    /// With fewer seeds the deviation itself is hardly known: its 95 % interval is wider than from 0.66 to 2.04 times the estimate.
    package static let seedsAsked = 8

    package let count: Int
    package let mean: Double
    /// σ: sample standard deviation with n − 1.
    package let deviation: Double
    /// Of σ, by χ²; assumes normal losses.
    package let interval95: ClosedRange<Double>

    /// `nil` with fewer than two losses, one that is not finite, and without any spread.
    package init?(_ losses: [Double]) {
        guard let summary = SampleSummary(losses), let deviation = summary.standardDeviation, deviation > 0,
            let interval = Self.interval(deviation, count: summary.count)
        else { return nil }
        count = summary.count
        mean = summary.mean
        self.deviation = deviation
        interval95 = interval
    }

    private static func interval(_ deviation: Double, count: Int) -> ClosedRange<Double>? {
        let freedom = Double(count - 1)
        guard let low = ChiSquared.quantile(0.025, freedom: freedom), let high = ChiSquared.quantile(0.975, freedom: freedom) else { return nil }
        return (deviation * (freedom / high).squareRoot())...(deviation * (freedom / low).squareRoot())
    }

    package var isEnough: Bool { count >= Self.seedsAsked }

    /// What the means of two rows must differ by to be told from noise at 5 %, two-sided: t(0.975, n − 1)·σ·√(1/a + 1/b). Pairing is
    /// not made use of, and it is for one pair of rows and not for the most extreme of many.
    ///
    /// - Parameters:
    ///   - a: seeds of the one row.
    ///   - b: seeds of the other.
    package func smallestDifference(_ a: Int, _ b: Int) -> Double {
        guard a > 0, b > 0, let t = StudentT.quantile(0.975, degreesOfFreedom: count - 1) else { return .infinity }
        return t * deviation * (1 / Double(a) + 1 / Double(b)).squareRoot()
    }
}
