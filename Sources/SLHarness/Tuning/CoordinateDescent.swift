import SLSpec

/// Coordinate descent in one or two lengths: all coordinates with short trials, then the rates at full length from the best of these.
///
/// Practice of the speed runs whose guidance is to tune everything at half length and learning rate and weight decay again at the full one
/// (github.com/KellerJordan/modded-nanogpt @f411b3d3, track 3).
public struct CoordinateDescent {
    public var space: SearchSpace
    /// Trials of both lengths together, at the most.
    public var maxTrials: Int
    /// Nats.
    public var tolerance: Double
    /// Whether there is a short length.
    public var hasShort: Bool

    public init(space: SearchSpace, maxTrials: Int, tolerance: Double, hasShort: Bool) {
        self.space = space
        self.maxTrials = maxTrials
        self.tolerance = tolerance
        self.hasShort = hasShort
    }

    private var all: [Int] { Array(space.coordinates.indices) }
    private var rates: [Int] { all.filter { space.coordinates[$0].isRate } }

    /// Trials that are left to the full length: the best of the short ones and its neighbours, and no more than half of all.
    public var reserve: Int { hasShort ? max(1, min(1 + 2 * rates.count, maxTrials / 2)) : 0 }

    /// - Parameter known: what became of a trial; `nil` for one that is still to be made.
    public func progress(_ known: (SearchTrial) -> SearchOutcome?) -> SearchProgress {
        var progress = SearchProgress()
        var start = space.start
        if hasShort {
            guard let best = run(0, all, from: start, most: maxTrials - reserve, &progress, known) else { return progress }
            start = best
        }
        let rung = hasShort ? 1 : 0
        guard run(rung, hasShort ? rates : all, from: start, most: maxTrials - progress.tried.count, &progress, known) != nil else { return progress }
        progress.isOver = true
        progress.chosen = progress.best(rung: rung)
        return progress
    }

    /// - Returns: the best; `nil` while the phase goes on, and where nothing of it finished, which ends the search.
    private func run(
        _ rung: Int, _ active: [Int], from start: [Int], most: Int, _ progress: inout SearchProgress, _ known: (SearchTrial) -> SearchOutcome?
    ) -> [Int]? {
        var phase = DescentPhase(space: space, rung: rung, active: active, start: start, most: most, tolerance: tolerance)
        progress.phases.append(.init(rung: rung, coordinates: active))
        while let points = phase.next() {
            let batch = points.map { SearchTrial(point: $0, rung: rung) }
            guard progress.take(batch, known) else { return nil }
            phase.take(points, progress.tried.suffix(batch.count).map(\.outcome.loss))
        }
        progress.phases[progress.phases.count - 1].end = phase.end
        guard let best = phase.best else {
            progress.isOver = true
            return nil
        }
        return phase.tried[best].point
    }
}
