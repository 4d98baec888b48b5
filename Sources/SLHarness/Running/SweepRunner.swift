import Foundation
import SLSpec

/// What became of a sweep.
public struct SweepOutcome: Sendable, Hashable {
    public var finished = 0
    /// Finished before this time.
    public var alreadyDone = 0
    public var failed = 0
    public var diverged = 0
    public var interrupted = 0
    /// Not started, or in another process's hands.
    public var open = 0

    public var isComplete: Bool { failed + diverged + interrupted + open == 0 }
    public var hasFailures: Bool { failed + diverged > 0 }

    mutating func count(_ status: RunStatus) {
        switch status {
        case .finished: finished += 1
        case .failed: failed += 1
        case .diverged: diverged += 1
        case .interrupted: interrupted += 1
        case .running: open += 1
        }
    }
}

/// Runs the cells of a plan that are to be run, one after the other, each in its own process.
///
/// Whatever becomes of a run is recorded, by its own process or, if that could not, by this one; the sweep then goes on.
public struct SweepRunner {
    public var launcher: any CellLaunching
    public var ledger: any RunLedger
    public var memory: MemoryGuard
    /// What every order of this sweep shares: the data directory, the database, threads.
    public var order: @Sendable (PlannedCell) -> CellOrder
    public var outOfMemoryKills: @Sendable () -> Int?
    public var freeDiskBytes: @Sendable () -> Int?
    public var stopRequests: () -> Int
    /// After so many failed or diverged runs no other is started; `nil` for no bound.
    public var maxFailures: Int?
    public var clock: () -> Double

    /// Less than this and no run is started: a run's samples and its log need room.
    public static let leastFreeDiskBytes = 8_000_000

    public init(
        launcher: any CellLaunching, ledger: any RunLedger, memory: MemoryGuard, order: @escaping @Sendable (PlannedCell) -> CellOrder,
        outOfMemoryKills: @escaping @Sendable () -> Int? = { MemoryProbe().outOfMemoryKills },
        freeDiskBytes: @escaping @Sendable () -> Int? = { nil }, stopRequests: @escaping () -> Int = { StopFlag.requests },
        maxFailures: Int? = nil, clock: @escaping () -> Double
    ) {
        self.maxFailures = maxFailures
        self.launcher = launcher
        self.ledger = ledger
        self.memory = memory
        self.order = order
        self.outOfMemoryKills = outOfMemoryKills
        self.freeDiskBytes = freeDiskBytes
        self.stopRequests = stopRequests
        self.clock = clock
    }

    /// - Throws: `StorageError` when results can't be recorded any more; what was recorded stays, and running the sweep again
    ///   goes on from there.
    public func run(_ plan: SweepPlan, display: inout ProgressDisplay) throws -> SweepOutcome {
        var outcome = SweepOutcome()
        outcome.alreadyDone = plan.count(.skipDone)
        outcome.open = plan.count(.skipRunning)
        for cell in plan.cells where cell.action == .skipFailed { outcome.count(cell.status ?? .failed) }
        let cells = plan.cells.filter { $0.action == .run }
        var pace = Pace()
        var failures = 0
        for (index, cell) in cells.enumerated() {
            guard stopRequests() == 0 else {
                outcome.open += cells.count - index
                break
            }
            try checkDisk(cell)
            let later = cells[(index + 1)...].reduce(0) { $0 + $1.time.seconds }
            display.begin(cell, index: index + 1, of: cells.count, laterSeconds: pace.corrected(later))
            let started = clock()
            let status = try run(cell, &display)
            outcome.count(status)
            if status == .failed || status == .diverged { failures += 1 }
            if let maxFailures, failures >= maxFailures, index + 1 < cells.count {
                outcome.open += cells.count - index - 1
                display.say("\(failures) of \(index + 1) runs failed or diverged: no other is started (--max-failures \(maxFailures))")
                break
            }
            if status == .finished { pace.note(expected: cell.time.seconds, took: clock() - started) }
        }
        return outcome
    }

    private func run(_ cell: PlannedCell, _ display: inout ProgressDisplay) throws -> RunStatus {
        if let refusal = memory.refusal(cell) {
            try ledger.markFailed(
                cell.spec, RunFailure(status: .failed, reason: .outOfMemory, step: 0, message: refusal), processID: nil)
            display.end("failed: \(refusal)", isGood: false)
            return .failed
        }
        let killsBefore = outOfMemoryKills()
        let exit = try launcher.run(
            order(cell), runID: cell.runID, tick: { if let progress = $0 { display.update(progress) } }, stopRequests: stopRequests)
        let killsAfter = outOfMemoryKills()
        let outOfMemory = killsBefore.flatMap { before in killsAfter.map { $0 > before } }
        var status = try ledger.status(of: [cell.runKey])[cell.runKey]
        // `finished` is believed of the row alone; anything but an end there is this process's to record.
        if status == nil || status == .running || (status == cell.status && status != .finished && !hasOwnWords(exit)) {
            try ledger.markFailed(cell.spec, exit.failure(outOfMemory: outOfMemory), processID: exit.processID)
            status = try ledger.status(of: [cell.runKey])[cell.runKey]
        }
        let ended = status ?? .failed
        display.end(try summary(ended, cell, exit), isGood: ended == .finished)
        return ended
    }

    /// Statuses with which a run's process ends after it recorded why.
    private func hasOwnWords(_ exit: CellExit) -> Bool {
        if case .status(let number) = exit.end { return number != 0 } else { return false }
    }

    private func summary(_ status: RunStatus, _ cell: PlannedCell, _ exit: CellExit) throws -> String {
        guard status != .finished else {
            guard let evaluation = exit.lastProgress?.evaluation else { return "finished" }
            return String(format: "finished, eval loss %.4f, perplexity %.2f", evaluation.loss, evaluation.perplexity)
        }
        guard let failure = try ledger.failure(of: cell.runKey) else { return status.rawValue }
        let first = failure.message.split(separator: "\n").first.map(String.init) ?? failure.reason.rawValue
        return "\(status.rawValue) (\(failure.reason.rawValue)) after \(failure.step) updates: \(first)"
    }

    private func checkDisk(_ cell: PlannedCell) throws {
        guard let free = freeDiskBytes(), free < Self.leastFreeDiskBytes else { return }
        throw StorageError(
            file: order(cell).database, problem: "the disk is full: \(free / 1000) kB are free, too little to record a run",
            fix: "free some space and run the same command again: it goes on with what is missing")
    }
}

/// How real times compare to expected ones, so that what is left is told better from run to run.
struct Pace {
    private var expected = 0.0
    private var took = 0.0

    mutating func note(expected: Double, took: Double) {
        self.expected += expected
        self.took += took
    }

    func corrected(_ seconds: Double) -> Double { expected > 0 && took > 0 ? seconds * took / expected : seconds }
}
