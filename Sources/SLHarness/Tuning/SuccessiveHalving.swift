import SLRandom
import SLSpec

/// Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): many short trials, of which the best go on to longer ones. Every trial of
/// a longer length begins anew, with its own decayed schedule.
public struct SuccessiveHalving {
    public var space: SearchSpace
    /// Points to begin with.
    public var candidates: Int
    /// How many of so many go on.
    public var survivors: (Int) -> Int
    /// Lengths.
    public var rungs: Int

    public init(space: SearchSpace, candidates: Int, rungs: Int, survivors: @escaping (Int) -> Int) {
        self.space = space
        self.candidates = candidates
        self.rungs = rungs
        self.survivors = survivors
    }

    /// - Parameter known: what became of a trial; `nil` for one that is still to be made.
    public func progress(_ known: (SearchTrial) -> SearchOutcome?) -> SearchProgress {
        var progress = SearchProgress()
        var points = drawn()
        for rung in 0..<rungs {
            progress.phases.append(.init(rung: rung, coordinates: Array(space.coordinates.indices)))
            let first = progress.tried.count
            guard progress.take(points.map { SearchTrial(point: $0, rung: rung) }, known) else { return progress }
            let finished = progress.tried[first...].indices.filter { progress.tried[$0].outcome.loss.isFinite }
                .sorted { (progress.tried[$0].outcome.loss, $0) < (progress.tried[$1].outcome.loss, $1) }
            progress.phases[rung].end = finished.isEmpty ? .nothingFinished : .complete
            guard !finished.isEmpty else { break }
            points = finished.prefix(survivors(points.count)).map { progress.tried[$0].trial.point }
        }
        progress.isOver = true
        progress.chosen = progress.best(rung: rungs - 1)
        return progress
    }

    /// The start, then points of the grids, each run once, drawn from a stream of their own: the same for the same grids.
    private func drawn() -> [[Int]] {
        var points: [[Int]] = []
        var seen: Set<AnyHashable> = []
        func take(_ point: [Int]) {
            guard points.count < candidates, let identity = space.identity(SearchTrial(point: point, rung: 0)), seen.insert(identity).inserted else { return }
            points.append(point)
        }
        take(space.start)
        var stream = RandomStream(seed: 0, name: "tuning/successive_halving")
        let counts = space.coordinates.map(\.count)
        let all = counts.reduce(1.0) { $0 * Double($1) }
        guard all > Self.mostListed else {
            for place in stream.permutation(Int(all)) where points.count < candidates { take(Self.point(place, counts)) }
            return points
        }
        // Of so many points hardly one is drawn twice.
        for _ in 0..<(64 * candidates) where points.count < candidates { take(counts.map { stream.below($0) }) }
        return points
    }

    private static let mostListed = 1e5

    /// The last coordinate varies fastest.
    private static func point(_ place: Int, _ counts: [Int]) -> [Int] {
        var rest = place
        let reversed = counts.reversed().map { count in
            defer { rest /= count }
            return rest % count
        }
        return reversed.reversed()
    }
}
