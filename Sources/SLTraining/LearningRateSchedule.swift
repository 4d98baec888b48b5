import Foundation
public import SLMethodKit
public import SLSpec

/// Cosine decay with a linear warm-up, and with the dips that controllers plan or ask for.
///
/// At update index t = 0 … T−1: lr·t/W for t < W, then lr·(r + (1−r)·½(1 + cos(π(t−W)/(T−W)))). In a dip (``LearningRateDip``) the rate is
/// the schedule's own where the dip ends, times the dip's factor. Where two dips overlap, the later counts.
///
/// Source: the recipe of Zhao et al. 2024, arXiv:2403.03507 (there T+1 updates are made, the last beyond the cosine's end);
/// dips: Lialin et al. 2023, arXiv:2307.05695, §3 ("jagged" cosine), and Glentis et al. 2025, arXiv:2505.22922 (quick recovery).
public struct LearningRateSchedule: Sendable {
    public let peak: Double
    public let warmup: Int
    public let steps: Int
    public let minimumRatio: Double
    /// Planned before the run.
    public let plan: LearningRatePlan
    /// Asked for in its course, in that order.
    public private(set) var asked: [LearningRateDip] = []
    private let longest: Int

    public init(peak: Double, warmup: Int, steps: Int, minimumRatio: Double, plan: LearningRatePlan = LearningRatePlan()) {
        self.peak = peak
        self.warmup = warmup
        self.steps = steps
        self.minimumRatio = minimumRatio
        self.plan = LearningRatePlan([plan])
        longest = plan.dips.map(\.length).max() ?? 0
    }

    public init(_ training: TrainingSpec, plan: LearningRatePlan = LearningRatePlan()) {
        self.init(
            peak: training.learningRate, warmup: training.warmupSteps, steps: training.steps,
            minimumRatio: training.minimumLearningRateRatio, plan: plan)
    }

    /// Takes up a dip that was not planned. It comes before planned ones that began earlier.
    public mutating func add(_ dip: LearningRateDip) { asked.append(dip) }

    /// The rate of update index `t`, from 0.
    public func learningRate(at t: Int) -> Double { peak * multiplier(at: t) }

    /// λ(t), between 0 and 1.
    public func multiplier(at t: Int) -> Double {
        let readsAhead = plan.readsAheadFrom.map { t + 1 >= $0 } ?? false
        let t = readsAhead ? t + 1 : t
        guard let dip = dip(at: t) else { return base(t, beyondEnd: readsAhead) }
        let start = dip.first - 1
        return dip.factor(t - start) * base(start + dip.length, beyondEnd: readsAhead)
    }

    /// The dip that lowers update index `t`: of those that cover it the one that began last.
    private func dip(at t: Int) -> LearningRateDip? {
        func covers(_ dip: LearningRateDip) -> Bool { dip.updates.contains(t + 1) && !(dip.sparesWarmup && t < warmup) }
        // Planned dips stand in order: those that begin later than this update, or too early to reach it, are not looked at.
        let begun = plan.dips[..<plan.dips.countOfSorted { $0.first <= t + 1 }]
        let planned = begun.reversed().prefix { $0.first + longest > t + 1 }.first(where: covers)
        let latest = asked.filter(covers).max { $0.first < $1.first }
        guard let planned, let latest else { return planned ?? latest }
        return latest.first >= planned.first ? latest : planned
    }

    /// Warm-up and cosine alone.
    private func base(_ t: Int, beyondEnd: Bool) -> Double { t < warmup ? Double(t) / Double(warmup) : cosine(t, beyondEnd: beyondEnd) }

    private func cosine(_ t: Int, beyondEnd: Bool) -> Double {
        let progress = Double(t - warmup) / Double(max(1, steps - warmup))
        return minimumRatio + (1 - minimumRatio) * 0.5 * (1 + cos(.pi * (beyondEnd ? progress : min(1, progress))))
    }
}

extension Array {
    /// How many elements at the beginning satisfy what no later one does.
    fileprivate func countOfSorted(_ isEarly: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isEarly(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
