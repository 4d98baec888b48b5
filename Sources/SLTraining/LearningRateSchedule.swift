import Foundation
import SLMethodKit
import SLSpec

/// Cosine decay with a linear warm-up, and with the restarts that a method asks for.
///
/// At update index t = 0 … T−1: lr·t/W for t < W, then lr·(r + (1−r)·½(1 + cos(π(t−W)/(T−W)))). After a restart at s with
/// warm-up w the rate rises linearly from 0 at s to the cosine's value at s + w and stays on the cosine from there.
///
/// Source: the recipe of Zhao et al. 2024, arXiv:2403.03507 (there T+1 updates are made, the last beyond the cosine's end);
/// restarts: Lialin et al. 2023, arXiv:2307.05695, §3 ("jagged" cosine).
public struct LearningRateSchedule: Sendable {
    public let peak: Double
    public let warmup: Int
    public let steps: Int
    public let minimumRatio: Double
    public let restarts: [LearningRateRestart]

    /// - Parameter restarts: ascending; one inside the first warm-up has no effect before it ends.
    public init(peak: Double, warmup: Int, steps: Int, minimumRatio: Double, restarts: [LearningRateRestart] = []) {
        self.peak = peak
        self.warmup = warmup
        self.steps = steps
        self.minimumRatio = minimumRatio
        self.restarts = restarts
    }

    public init(_ training: TrainingSpec, restarts: [LearningRateRestart] = []) {
        self.init(
            peak: training.learningRate, warmup: training.warmupSteps, steps: training.steps,
            minimumRatio: training.minimumLearningRateRatio, restarts: restarts)
    }

    /// The rate of update index `t`, from 0.
    public func learningRate(at t: Int) -> Double { peak * multiplier(at: t) }

    /// λ(t), between 0 and 1.
    public func multiplier(at t: Int) -> Double {
        if let restart = restarts.last(where: { $0.step <= t }), t < restart.step + restart.warmup, t >= warmup {
            return Double(t - restart.step) / Double(restart.warmup) * cosine(restart.step + restart.warmup)
        }
        return t < warmup ? Double(t) / Double(warmup) : cosine(t)
    }

    private func cosine(_ t: Int) -> Double {
        let progress = min(1, Double(t - warmup) / Double(max(1, steps - warmup)))
        return minimumRatio + (1 - minimumRatio) * 0.5 * (1 + cos(.pi * progress))
    }
}
