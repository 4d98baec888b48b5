public import SLSpec

/// The searches of all cells of a tuning, side by side: none waits for another.
public final class TuningSearches {
    /// How a cell's search stands.
    public struct Searched: Sendable {
        public var record: SearchRecord
        /// Place of the choice among the cell's trials.
        public var chosen: Int?
        /// Updates of a trial at full length.
        public var steps: Int
    }

    private let plan: TuningPlan
    /// One a cell; none for a grid.
    private let searches: [CellSearch]

    /// - Parameter admits: whether a method takes the options of a run.
    public init(_ plan: TuningPlan, admits: @escaping (CellDraft) -> Bool = { _ in true }) {
        self.plan = plan
        searches = plan.cells.compactMap { CellSearch($0, of: plan, admits: admits) }
    }

    /// What is known so far.
    public struct State {
        /// Every cell with its trials, those to be made too.
        public var plan: TuningPlan
        /// One a cell; none for a grid.
        public var searched: [Searched]
    }

    /// By the recorded trials alone: whoever asks after a stop, or with some of a batch still at work, is told the same as who never stopped.
    public func state(_ known: (CellDraft) throws -> TuningChoice.Standing) rethrows -> State {
        var state = State(plan: plan, searched: [])
        for (number, search) in searches.enumerated() {
            let progress = try search.progress(known)
            state.plan.cells[number].trials = progress.trials.compactMap(search.trial)
            state.searched.append(Searched(record: search.record(progress), chosen: progress.chosen, steps: search.fullSteps))
        }
        return state
    }
}

extension CellSearch {
    /// Updates of a trial at full length.
    var fullSteps: Int { trial(SearchTrial(point: cell.space?.start ?? [], rung: lengthCount - 1))?.draft.training.steps ?? cell.draft.training.steps }
}
