import SLSpec

/// A run at work.
final class ActiveRun {
    let cell: PlannedCell
    let process: any RunningCell
    let started: Double
    /// The kernel's kills for want of memory that are not this run's.
    var killsBefore: Int?

    init(cell: PlannedCell, process: any RunningCell, started: Double, killsBefore: Int?) {
        self.cell = cell
        self.process = process
        self.started = started
        self.killsBefore = killsBefore
    }
}

/// Where a sweep is.
struct SweepInProgress {
    let jobs: Int
    /// Cells to run this time, as far as they are known.
    private(set) var total: Int
    var waiting: ArraySlice<PlannedCell>
    var active: [ActiveRun] = []
    var started = 0
    var outcome = SweepOutcome()
    /// Of this time.
    private(set) var failures = 0
    private(set) var ended = 0
    var pace = Pace()
    /// Why nothing more can be recorded.
    var trouble: (any Error)?
    var saidWhyNoOther = false
    var saidStopping = false
    /// What the next cell was said to wait for.
    var saidToWait: String?

    init(_ plan: SweepPlan, jobs: Int) {
        self.jobs = jobs
        waiting = RunOrder.interleaved(plan.cells.filter { $0.action == .run })[...]
        total = waiting.count
        outcome.alreadyDone = plan.count(.skipDone)
        outcome.open = plan.count(.skipRunning)
        for cell in plan.cells where cell.action == .skipFailed { outcome.count(cell.status ?? .failed) }
    }

    /// Takes up cells that became known on the way, behind those that wait.
    mutating func add(_ cells: [PlannedCell]) {
        let toRun = RunOrder.interleaved(cells.filter { $0.action == .run })
        waiting += toRun
        total += toRun.count
        for cell in cells {
            switch cell.action {
            case .run: break
            case .skipDone: outcome.alreadyDone += 1
            case .skipRunning: outcome.open += 1
            case .skipFailed: outcome.count(cell.status ?? .failed)
            }
        }
    }

    mutating func count(_ status: RunStatus) {
        outcome.count(status)
        ended += 1
        if status == .failed || status == .diverged { failures += 1 }
    }

    var standing: SweepStanding {
        SweepStanding(
            done: outcome.finished + outcome.alreadyDone, failed: outcome.failed + outcome.diverged,
            waitingSeconds: waiting.map { pace.corrected($0.time.seconds) }, jobs: jobs)
    }
}
