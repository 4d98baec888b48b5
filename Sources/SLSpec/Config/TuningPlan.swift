/// What is tried, before a sweep proper, to choose the settings of its cells: on equal terms for every one.
public struct TuningPlan: Sendable {
    /// How trials are picked.
    public enum Search: String, Sendable, Hashable, Codable, CaseIterable {
        case grid
        case coordinateDescent = "coordinate_descent"
        case successiveHalving = "successive_halving"

        public var words: String { rawValue.replacing("_", with: " ") }
    }

    /// What bounds a search and ends it.
    public struct Settings: Sendable, Hashable {
        /// Trials of a cell at the most, of all lengths together.
        public var maxTrials = 24
        /// Nats. Of coordinate descent.
        public var tolerance = 0.005
        /// Length of the trials of coordinate descent's first phase as a share of the full one.
        public var short = 0.5
        /// Of successive halving: how many trials of a rung compete for one place in the next.
        public var eta = 3
        public var rungs = 3

        public init() {}
    }

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
        /// All of a grid; of a search those that are known so far.
        public var trials: [Trial]
        /// What a search may try; `nil` for a grid.
        public var space: TuningSpace?
    }

    public var search = Search.grid
    public var settings = Settings()
    /// None of them is a seed of the sweep: nothing is reported on what it was chosen by.
    public var seeds: [UInt64]
    public var cells: [Cell]
    /// Trials that were asked for more than once and stand in `cells` once.
    public var duplicates = 0

    /// How many a cell has; of a search at the most.
    public var trialsPerCell: Int { search == .grid ? cells.first?.trials.count ?? 0 : settings.maxTrials }

    /// `6 trials each`, `up to 24 trials each by coordinate descent`
    public var words: String { search == .grid ? "\(trialsPerCell) trials each" : "up to \(trialsPerCell) trials each by \(search.words)" }

    /// Every run of the tuning as far as it is known: trial by trial, seed by seed.
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
