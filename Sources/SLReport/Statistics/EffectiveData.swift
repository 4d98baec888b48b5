import Foundation
import SLRandom

/// What losses of one method are worth in tokens of another: the tokens at which the baseline's law reaches them, over those that were used.
///
/// Intervals are of the logarithm: t(0.975, n−1)·√(n/(n−1)) standard deviations over draws of seeds with replacement, which for a mean is the
/// ordinary t-interval. A seed is drawn for the baseline and for its rivals at once, so that what runs of one seed share stays shared.
package struct EffectiveData: Sendable {
    /// The runs of one budget: losses by seed.
    package struct Rung: Sendable, Hashable {
        package var tokens: Double
        package var losses: [UInt64: Double]

        package init(tokens: Double, losses: [UInt64: Double]) {
            self.tokens = tokens
            self.losses = losses
        }
    }

    /// A factor of tokens.
    package struct Estimate: Sendable, Hashable {
        /// 2 for as good as the baseline with twice the tokens; infinite where the loss lies at the baseline's floor or below it.
        package var factor: Double
        /// `nil` with one seed; infinite at its upper end where draws of seeds reach the floor.
        package var low: Double?
        package var high: Double?

        package init(factor: Double, low: Double?, high: Double?) {
            self.factor = factor
            self.low = low
            self.high = high
        }
    }

    /// A method on the ladder.
    package struct Rival: Sendable {
        /// By budget, in the order given.
        package var rungs: [Estimate]
        /// One factor for all budgets.
        package var whole: Estimate
        /// Root mean square distance of its losses from the baseline's law at that one factor, in nats.
        package var residual: Double
        /// The fewest seeds behind one of the budgets of it or of the baseline.
        package var seeds: Int
    }

    /// Draws of seeds.
    package static let draws = 2000
    /// The stream of the draws: the same for every report, so that it is the same bytes each time.
    package static let drawSeed: UInt64 = 20_260_212

    package let law: DataLaw
    package let rivals: [Rival]
    /// The least and the most tokens of the baseline's budgets.
    package let range: ClosedRange<Double>

    /// - Parameters:
    ///   - baseline: at least ``DataLaw/fewestBudgets`` budgets.
    ///   - rivals: each at any budgets.
    /// - Returns: `nil` where the baseline has no law: too few budgets, or a loss that does not fall.
    package init?(baseline: [Rung], rivals: [[Rung]]) {
        guard let law = DataLaw(Self.points(baseline)), let least = baseline.map(\.tokens).min(), let most = baseline.map(\.tokens).max() else { return nil }
        self.law = law
        range = least...most
        let seeds = Set((baseline + rivals.joined()).flatMap(\.losses.keys)).sorted()
        let drawn = Self.drawnLaws(baseline, seeds: seeds)
        self.rivals = rivals.map { rungs in
            let counts = (baseline + rungs).map(\.losses.count)
            let own = Self.logarithms(law, Self.points(rungs))
            let found = drawn.map { draw in Self.logarithms(draw.law, rungs.map { Self.point($0, drawn: draw.times) }) }
            let spread = Spread(seeds: counts.min() ?? 0)
            let estimates = own.indices.map { place in spread.estimate(own[place], found.compactMap { $0[place] }) }
            let points = Self.points(rungs)
            return Rival(
                rungs: Array(estimates.dropLast()), whole: estimates[estimates.count - 1],
                residual: law.residual(points, factor: law.factor(points)), seeds: counts.min() ?? 0)
        }
    }

    /// ln of the factor at each budget, and last that of all; `nil` for a budget without a run.
    private static func logarithms(_ law: DataLaw, _ points: [DataLaw.Point?]) -> [Double?] {
        let factors = points.map { point in point.map { log(law.tokens($0.loss) / $0.tokens) } }
        let there = points.compactMap(\.self)
        return factors + [there.count == points.count ? log(law.factor(there)) : nil]
    }

    private static func points(_ rungs: [Rung]) -> [DataLaw.Point] { rungs.compactMap { point($0, drawn: nil) } }

    /// The mean over the runs, each as often as its seed was drawn.
    private static func point(_ rung: Rung, drawn times: [UInt64: Double]?) -> DataLaw.Point? {
        var (sum, weight) = (0.0, 0.0)
        // In the order of seeds: sums must not depend on a dictionary's.
        for (seed, loss) in rung.losses.sorted(by: { $0.key < $1.key }) {
            let count = times.map { $0[seed] ?? 0 } ?? 1
            sum += count * loss
            weight += count
        }
        return weight > 0 ? DataLaw.Point(tokens: rung.tokens, loss: sum / weight, weight: weight) : nil
    }

    /// Laws of the baseline with seeds drawn anew. A draw without a run for some budget, or without a law, is none.
    private static func drawnLaws(_ baseline: [Rung], seeds: [UInt64]) -> [(law: DataLaw, times: [UInt64: Double])] {
        guard seeds.count > 1 else { return [] }
        var stream = RandomStream(seed: drawSeed, name: "effective data")
        return (0..<draws).compactMap { _ in
            var times: [UInt64: Double] = [:]
            for _ in seeds { times[seeds[stream.below(seeds.count)], default: 0] += 1 }
            let points = baseline.map { point($0, drawn: times) }
            guard points.allSatisfy({ $0 != nil }), let law = DataLaw(points.compactMap(\.self)) else { return nil }
            return (law, times)
        }
    }

    /// From draws to an interval.
    private struct Spread {
        /// What a standard deviation over draws is multiplied by; `nil` without a second seed.
        let width: Double?

        init(seeds: Int) {
            let quantile = seeds > 1 ? StudentT.quantile(0.975, degreesOfFreedom: seeds - 1) : nil
            width = quantile.map { $0 * (Double(seeds) / Double(seeds - 1)).squareRoot() }
        }

        func estimate(_ own: Double?, _ drawn: [Double]) -> Estimate {
            guard let own, let width, drawn.count > EffectiveData.draws / 2 else { return Estimate(factor: exp(own ?? .nan), low: nil, high: nil) }
            let finite = drawn.filter(\.isFinite)
            guard own.isFinite, let deviation = SampleSummary(finite)?.standardDeviation else {
                return Estimate(factor: exp(own), low: finite.min().map { exp($0) }, high: .infinity)
            }
            let reachesFloor = finite.count < drawn.count
            return Estimate(factor: exp(own), low: exp(own - width * deviation), high: reachesFloor ? .infinity : exp(own + width * deviation))
        }
    }
}
