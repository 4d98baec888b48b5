import SLNumerics
import SLRanks

/// Whether a run is to end before its last update, as all of its processes see it: any of them may be asked, and the first one's clock counts.
struct StopWatch {
    let rules: StepRules
    let ranks: any RankGroup
    let start: Double
    let asked: () -> Bool

    /// What this process has to say, for ``decide(_:)``.
    var word: [Double] { [asked() ? 1 : 0, MonotonicClock.seconds - start] }

    /// - Parameter words: everybody's, in the order of ranks; what stands behind the first two numbers is not looked at.
    func decide(_ words: [[Double]]) -> StepRules.Stop? {
        rules.stop(isAsked: words.contains { $0.first == 1 }, elapsed: words.first.flatMap { $0.count > 1 ? $0[1] : nil } ?? 0)
    }

    func stop() throws -> StepRules.Stop? { decide(try ranks.gatherNumbers(word)) }
}
