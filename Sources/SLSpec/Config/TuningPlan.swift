/// What is tried, before a sweep proper, to choose the settings of its cells: the same number of trials for every one.
public struct TuningPlan: Sendable {
    /// One choice of values for a cell.
    public struct Trial: Sendable {
        /// Keys of the config with what is tried.
        public var values: [String: OptionValue]
        /// The run that tries it. Its seed is 0 and means nothing.
        public var draft: CellDraft
        /// The cell of the sweep if this is the best. Its seed is 0 and means nothing.
        public var final: CellDraft
    }

    /// A cell as the config has it, seed aside, and what is tried for it.
    public struct Cell: Sendable {
        public var draft: CellDraft
        public var trials: [Trial]
    }

    /// None of them is a seed of the sweep: nothing is reported on what it was chosen by.
    public var seeds: [UInt64]
    public var cells: [Cell]
    /// Trials that were asked for more than once and stand in `cells` once.
    public var duplicates = 0

    public var trialsPerCell: Int { cells.first?.trials.count ?? 0 }

    /// Every run of the tuning: trial by trial, seed by seed.
    public var drafts: [CellDraft] {
        cells.flatMap(\.trials).flatMap { trial in seeds.map { trial.draft.with(seed: $0) } }
    }
}

extension CellDraft {
    public func with(seed: UInt64) -> CellDraft {
        var draft = self
        draft.seed = seed
        return draft
    }
}
