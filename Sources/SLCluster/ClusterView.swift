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

        /// Runs of its last job that come before it there and have not ended; 0 where it is the first, or has the job for itself.
        public var behind: Int

        /// Megabytes that its last job was given.
        public var formerMemory: Int? { last?.array.resources.memory.megabytes }
    }

    public var cells: [Cell]
    /// The job that takes over what the runs recorded when all of them have ended, and its place in the queue.
    public var closing: (folder: SubmissionFolder, job: Int, entry: QueueEntry?)?

    /// - Parameters:
    ///   - queue: `nil` when it can't be seen.
    ///   - wasHeldBack: whether a submission left a mark that a run was not begun.
    ///   - hasFailed: whether it left one that the run failed or diverged.
    public init(
        _ runs: [RunStanding], history: SubmissionHistory, queue: JobQueue?, wasHeldBack: (SubmissionHistory.Entry) -> Bool = { _ in false },
        hasFailed: (SubmissionHistory.Entry) -> Bool = { _ in false }
    ) {
        let entries = history.entries()
        closing = history.closing.map { ($0.folder, $0.job, queue?.entries[JobID(job: $0.job)]) }
        let finished = Set(runs.filter { $0.status == .finished }.map(\.runID))
        /// Whether a job is done with one of its runs.
        func isOver(_ entry: SubmissionHistory.Entry) -> Bool { finished.contains(entry.task.runID) || hasFailed(entry) }
        cells = runs.map { run in
            let all = entries[run.runID] ?? []
            // An earlier job of the run may still be there: after a restart of the controller, or one that was submitted and not noted.
            let seen = all.reversed().compactMap { entry in entry.id.flatMap { queue?.entries[$0] } }
            let found = seen.first { $0.state.phase != .ended } ?? all.last?.id.flatMap { queue?.entries[$0] }
            let behind = all.last.map { last in last.ofItsJob.prefix { $0 != last }.count { !isOver($0) } } ?? 0
            var sight = queue == nil ? QueueSight.unseen : QueueSight(found)
            // Its job is at work, though not at it.
            if sight == .working, behind > 0 { sight = .waiting }
            // Its job has others to see to.
            if sight.isOpen, let last = all.last, isOver(last), !last.others.allSatisfy(isOver) { sight = .gone }
            // That a silent process is gone is the database's guess, and no word of the run's.
            let record = !all.isEmpty && run.isInterruptedByGuess ? RunStatus.running : run.status
            let state = CellState(
                queue: sight, record: record, reason: run.failureReason, silentSeconds: run.silentSeconds, wasSubmitted: !all.isEmpty,
                wasHeldBack: all.last.map { wasHeldBack($0) || behind > 0 && sight != .unseen } ?? false)
            return Cell(standing: run, state: state, last: all.last, queue: found, losses: SubmissionHistory.losses(all, step: run.step), behind: behind)
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
    public var ghosts: [JobID] {
        cells.compactMap { $0.state == .finished(hasGhost: true) ? $0.queue?.id : nil }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension RunStanding {
    /// Whether it was entered as interrupted by others, for its process was gone or silent.
    var isInterruptedByGuess: Bool { status == .interrupted && failure?.contains(RunFailure.withoutAWord) == true }

    /// The class of its failure; `nil` for none.
    public var failureReason: FailureReason? {
        failure.flatMap { FailureReason(rawValue: String($0.prefix { $0 != ":" })) }
    }
}
