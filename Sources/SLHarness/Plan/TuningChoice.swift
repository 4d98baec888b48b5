public import SLSpec

/// From the trials of a tuning to the settings of its sweep.
public enum TuningChoice {
    /// What is known of a trial's run.
    public struct Standing: Sendable, Hashable {
        public var status: RunStatus?
        public var evalLoss: Double?

        public init(status: RunStatus?, evalLoss: Double?) {
            self.status = status
            self.evalLoss = evalLoss
        }
    }

    /// The cells with their trials, the best of each chosen: the lowest mean validation loss over the tuning seeds; of
    /// equal ones the first. A trial of which any seed did not finish can't be chosen: one that diverges on a seed may
    /// diverge on the next. Nothing is chosen for a cell whose trials have not all ended.
    ///
    /// - Parameters:
    ///   - plan: of a search with the trials known so far: ``TuningSearches``.
    ///   - spec: a draft with its data known.
    ///   - standing: of a run, by its spec.
    ///   - searched: how the searches of the cells stand, one each; empty for a grid.
    public static func choose(
        _ plan: TuningPlan, spec: (CellDraft) throws -> RunSpec, runID: (RunSpec) throws -> String, standing: (RunSpec) throws -> Standing,
        searched: [TuningSearches.Searched] = []
    ) throws -> [TunedCell] {
        try plan.cells.enumerated().map { number, cell in
            let searched = searched.indices.contains(number) ? searched[number] : nil
            let trials = try cell.trials.map { trial in
                TunedCell.Trial(
                    values: trial.values,
                    runs: try plan.seeds.map { seed in
                        let spec = try spec(trial.draft.with(seed: seed))
                        let found = try standing(spec)
                        return TunedCell.Run(runID: try runID(spec), seed: seed, status: found.status, evalLoss: found.evalLoss)
                    }, isChosen: false, steps: trial.draft.training.steps)
            }
            var tuned = TunedCell(
                size: cell.draft.model.name, method: cell.draft.method, rank: cell.draft.prediction.rank,
                steps: searched == nil ? cell.trials.first?.draft.training.steps ?? cell.draft.training.steps : searched?.steps ?? cell.draft.training.steps,
                groupKey: nil, trials: trials, search: searched?.record)
            // The best of half the trials is no choice on equal terms: the others are still to be made.
            guard !tuned.isOpen, let best = searched == nil ? best(of: trials) : searched?.chosen else { return tuned }
            tuned.trials[best].isChosen = true
            tuned.groupKey = try spec(cell.trials[best].final).groupKey()
            return tuned
        }
    }

    private static func best(of trials: [TunedCell.Trial]) -> Int? {
        let ranked = trials.indices.compactMap { place in trials[place].meanLoss.flatMap { $0.isFinite ? (place: place, loss: $0) : nil } }
        return ranked.min { ($0.loss, $0.place) < ($1.loss, $1.place) }?.place
    }

    /// The cells of the sweep proper, each with what was chosen for it, seed by seed as the config has them. A cell for
    /// which nothing could be chosen is left out.
    public static func finalCells(_ plan: TuningPlan, _ tuned: [TunedCell], of cells: [CellDraft]) -> [CellDraft] {
        var chosen: [CellDraft: CellDraft] = [:]
        for (cell, result) in zip(plan.cells, tuned) {
            if let place = result.trials.firstIndex(where: \.isChosen) { chosen[cell.draft] = cell.trials[place].final }
        }
        return cells.compactMap { chosen[$0.with(seed: 0)]?.with(seed: $0.seed) }
    }
}
