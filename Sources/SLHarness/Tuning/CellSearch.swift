public import SLSpec

/// The search of one cell: what its places mean, and what to try next by what is known.
///
/// A class, since every point's run is worked out once.
public final class CellSearch {
    public let cell: TuningPlan.Cell
    private let plan: TuningPlan
    private let lengths: [Double]
    private let space: TuningSpace
    private let admits: (CellDraft) -> Bool
    private var made: [SearchTrial: TuningPlan.Trial?] = [:]

    /// - Parameter admits: whether a method takes the options of a run.
    /// - Returns: `nil` for a cell of a grid.
    public init?(_ cell: TuningPlan.Cell, of plan: TuningPlan, admits: @escaping (CellDraft) -> Bool) {
        guard plan.search != .grid, let space = cell.space else { return nil }
        self.cell = cell
        self.plan = plan
        self.space = space
        self.admits = admits
        lengths = plan.lengths(of: cell)
    }

    var lengthCount: Int { lengths.count }

    /// What a place means; `nil` where there can't be such a trial.
    public func trial(_ trial: SearchTrial) -> TuningPlan.Trial? {
        if let known = made[trial] { return known }
        var found = lengths.indices.contains(trial.rung) ? space.trial(at: trial.point, share: lengths[trial.rung]) : nil
        if let draft = found?.draft, !admits(draft) { found = nil }
        made[trial] = .some(found)
        return found
    }

    /// - Parameter known: how the run of a draft stands.
    public func progress(_ known: (CellDraft) throws -> TuningChoice.Standing) rethrows -> SearchProgress {
        // The searches know no errors; the first one is thrown when they have come to their end.
        var standings: [SearchTrial: SearchOutcome] = [:]
        while true {
            let progress = progress(of: standings)
            let asked = try progress.open.filter { standings[$0] == nil }.compactMap { trial in try outcome(trial, known).map { (trial, $0) } }
            guard !asked.isEmpty else { return progress }
            for (trial, outcome) in asked { standings[trial] = outcome }
        }
    }

    private func progress(of standings: [SearchTrial: SearchOutcome]) -> SearchProgress {
        let coordinates = space.coordinates.map { coordinate in
            SearchSpace.Coordinate(
                count: coordinate.choices.count, isOrdered: coordinate.isOrdered, isExtensible: coordinate.factor != nil, isRate: coordinate.isRate)
        }
        let space = SearchSpace(coordinates: coordinates, start: space.start) { [self] trial in self.trial(trial).map { AnyHashable($0.draft) } }
        switch plan.search {
        case .successiveHalving:
            return SuccessiveHalving(
                space: space, candidates: plan.candidates(of: cell), rungs: lengths.count, survivors: plan.settings.survivors
            ).progress { standings[$0] }
        case .coordinateDescent, .grid:
            return CoordinateDescent(
                space: space, maxTrials: plan.settings.maxTrials, tolerance: plan.settings.tolerance, hasShort: lengths.count > 1
            ).progress { standings[$0] }
        }
    }

    /// The mean over the tuning's seeds; `nil` while one of them is to be made, or has failed for another reason than its settings.
    private func outcome(_ trial: SearchTrial, _ known: (CellDraft) throws -> TuningChoice.Standing) rethrows -> SearchOutcome? {
        guard let draft = self.trial(trial)?.draft else { return .diverged }
        let runs = try plan.seeds.map { try known(draft.with(seed: $0)) }
        guard !runs.isEmpty, runs.allSatisfy({ $0.status == .finished || $0.status == .diverged }) else { return nil }
        let losses = runs.compactMap { $0.status == .finished ? $0.evalLoss : nil }
        guard losses.count == runs.count else { return .diverged }
        let mean = losses.reduce(0, +) / Double(losses.count)
        return mean.isFinite ? .finished(loss: mean) : .diverged
    }

    /// What a database keeps of the search.
    public func record(_ progress: SearchProgress) -> SearchRecord {
        let all = progress.trials
        return SearchRecord(
            search: plan.search, maxTrials: plan.settings.maxTrials, tolerance: plan.settings.tolerance,
            coordinates: space.coordinates.map { coordinate in
                SearchRecord.Coordinate(
                    key: coordinate.key, isOrdered: coordinate.isOrdered, isExtensible: coordinate.factor != nil, low: coordinate.declared?.lowerBound,
                    high: coordinate.declared?.upperBound)
            },
            phases: progress.phases.map { phase in
                SearchRecord.Phase(
                    steps: all.first { $0.rung == phase.rung }.flatMap(trial)?.draft.training.steps ?? cell.draft.training.steps,
                    trials: all.count { $0.rung == phase.rung }, keys: phase.coordinates.map { space.coordinates[$0].key }, end: phase.end)
            },
            isOver: progress.isOver)
    }
}
