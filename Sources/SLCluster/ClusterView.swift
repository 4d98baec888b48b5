public import SLSpec

/// A sweep on a cluster at one moment: what the queue says, joined with what the runs recorded.
public struct ClusterView: Sendable {
    /// One run of it.
    public struct Cell: Sendable {
        public var standing: RunStanding
        public var state: CellState
        /// The last time that it was submitted; `nil` when it never was.
        public var last: SubmissionHistory.Entry?
        /// What the queue says of that job.
        public var queue: QueueEntry?
        /// Submissions in a row that ended in a loss.
        public var losses: Int

        /// Megabytes that its last job was given.
        public var formerMemory: Int? { last?.array.resources.memory.megabytes }
    }

    public var cells: [Cell]

    /// - Parameters:
    ///   - queue: `nil` when it can't be seen.
    ///   - wasHeldBack: whether a submission left a mark that a run was not begun.
    public init(
        _ runs: [RunStanding], history: SubmissionHistory, queue: JobQueue?, wasHeldBack: (SubmissionHistory.Entry) -> Bool = { _ in false }
    ) {
        let entries = history.entries()
        cells = runs.map { run in
            let all = entries[run.runID] ?? []
            // An earlier job of the run may still be there: after a restart of the controller, or one that was submitted and not noted.
            let seen = all.reversed().compactMap { entry in entry.id.flatMap { queue?.entries[$0] } }
            let found = seen.first { $0.state.phase != .ended } ?? all.last?.id.flatMap { queue?.entries[$0] }
            let sight = queue == nil ? QueueSight.unseen : QueueSight(found)
            // That a silent process is gone is the database's guess, and no word of the run's.
            let record = !all.isEmpty && run.isInterruptedByGuess ? RunStatus.running : run.status
            let state = CellState(
                queue: sight, record: record, reason: run.failureReason, silentSeconds: run.silentSeconds, wasSubmitted: !all.isEmpty,
                wasHeldBack: all.last.map(wasHeldBack) ?? false)
            return Cell(standing: run, state: state, last: all.last, queue: found, losses: SubmissionHistory.losses(all, step: run.step))
        }
    }

    /// Whether anything will change without anybody's doing.
    public var isOpen: Bool {
        cells.contains { cell in
            switch cell.state {
            case .waiting, .working, .elsewhere, .unknown: true
            default: false
            }
        }
    }

    /// Jobs that have nothing left to do, of runs that are finished.
    public var ghosts: [JobID] { cells.compactMap { $0.state == .finished(hasGhost: true) ? $0.queue?.id : nil } }
}

extension RunStanding {
    /// Whether it was entered as interrupted by others, for its process was gone or silent.
    var isInterruptedByGuess: Bool { status == .interrupted && failure?.contains(RunFailure.withoutAWord) == true }

    /// The class of its failure; `nil` for none.
    public var failureReason: FailureReason? {
        failure.flatMap { FailureReason(rawValue: String($0.prefix { $0 != ":" })) }
    }
}
