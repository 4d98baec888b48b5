import Foundation
import SLSpec
public import SLSystem

/// Runs the cells of a plan that are to be run, so many at a time, each in its own process.
///
/// Whatever becomes of a run is recorded, by its own process or, if that could not, by this one; the sweep then goes on.
/// One thread follows all processes. The cells are started in the order of ``RunOrder``; one that waits for memory holds up
/// those behind it.
public struct SweepRunner {
    public var launcher: any CellLaunching
    public var ledger: any RunLedger
    public var memory: MemoryGuard
    /// Runs at a time, at most.
    public var jobs: Int
    /// What every assignment of this sweep shares: the data directory, the database, threads.
    public var assignment: @Sendable (PlannedCell) -> CellAssignment
    public var outOfMemoryKills: @Sendable () -> Int?
    public var freeDiskBytes: @Sendable () -> Int?
    public var stopRequests: () -> Int
    /// After so many failed or diverged runs no other is started; `nil` for no bound.
    public var maxFailures: Int?
    public var clock: () -> Double
    /// Cells that are to be run too, now that a run has ended; asked after every end, and not once a stop is asked for.
    public var following: () throws -> [PlannedCell] = { [] }

    /// Less than this and no run is started: a run's samples and its log need room.
    public static let leastFreeDiskBytes = 8_000_000

    public init(
        launcher: any CellLaunching, ledger: any RunLedger, memory: MemoryGuard, jobs: Int = 1,
        assignment: @escaping @Sendable (PlannedCell) -> CellAssignment,
        outOfMemoryKills: @escaping @Sendable () -> Int? = { MemoryProbe().outOfMemoryKills },
        freeDiskBytes: @escaping @Sendable () -> Int? = { nil }, stopRequests: @escaping () -> Int = { StopFlag.requests },
        maxFailures: Int? = nil, clock: @escaping () -> Double
    ) {
        self.launcher = launcher
        self.ledger = ledger
        self.memory = memory
        self.jobs = max(1, jobs)
        self.assignment = assignment
        self.outOfMemoryKills = outOfMemoryKills
        self.freeDiskBytes = freeDiskBytes
        self.stopRequests = stopRequests
        self.maxFailures = maxFailures
        self.clock = clock
    }

    /// - Throws: `FileError` when results can't be recorded any more, after the runs at work were told to stop and have
    ///   ended; what was recorded stays, and running the sweep again goes on from there.
    public func run(_ plan: SweepPlan, display: inout ProgressDisplay) throws -> SweepOutcome {
        var sweep = SweepInProgress(plan, jobs: jobs)
        while true {
            startWhatFits(&sweep, &display)
            guard !sweep.active.isEmpty else { break }
            wait(for: sweep.active)
            // Nothing can be recorded: the runs at work leave a checkpoint.
            let requests = max(stopRequests(), sweep.trouble == nil ? 0 : 1)
            if requests == 1, !sweep.saidStopping {
                display.say("stopping after the current update; told once more, at once")
                sweep.saidStopping = true
            }
            for run in sweep.active {
                run.process.stop(requests: requests)
                for progress in run.process.news() { display.update(run.cell.runKey, progress) }
                guard let exit = run.process.exit() else { continue }
                sweep.active.removeAll { $0 === run }
                do {
                    try end(run, exit, &sweep, &display)
                } catch {
                    sweep.trouble = sweep.trouble ?? error
                    display.end(run.cell.runKey, "ended, and can't be recorded", isGood: false)
                }
                guard sweep.trouble == nil, stopRequests() == 0 else { continue }
                do { sweep.add(try following()) } catch { sweep.trouble = error }
            }
            display.show(sweep.standing)
        }
        display.close()
        if let trouble = sweep.trouble { throw trouble }
        sweep.outcome.open += sweep.waiting.count
        return sweep.outcome
    }

    private func startWhatFits(_ sweep: inout SweepInProgress, _ display: inout ProgressDisplay) {
        while sweep.trouble == nil, stopRequests() == 0, sweep.active.count < jobs, let cell = sweep.waiting.first {
            if let maxFailures, sweep.failures >= maxFailures {
                if !sweep.saidWhyNoOther {
                    let failed = "\(sweep.failures) of \(sweep.ended) runs failed or diverged"
                    display.say("\(failed): no other is started (--max-failures \(maxFailures))")
                    sweep.saidWhyNoOther = true
                }
                return
            }
            do {
                guard try start(cell, &sweep, &display) else { return }
                sweep.waiting.removeFirst()
            } catch {
                sweep.trouble = error
            }
        }
    }

    /// - Returns: `false` when the cell must wait for another run's end.
    private func start(_ cell: PlannedCell, _ sweep: inout SweepInProgress, _ display: inout ProgressDisplay) throws -> Bool {
        let place = "[\(sweep.started + 1)/\(sweep.total)] \(cell.label)"
        func waits(for what: String) -> Bool {
            let words = "\(place): waits for \(what)"
            if sweep.saidToWait != words { display.say(words) }
            sweep.saidToWait = words
            return false
        }
        guard try hasRoom(cell, isAlone: sweep.active.isEmpty) else { return waits(for: "room on the disk") }
        let running = sweep.active.map { (cell: $0.cell, resident: memory.residentBytes($0.process.processID) ?? 0) }
        let refusal = memory.refusal(cell, freedAtLast: running.reduce(0) { $0 + $1.resident })
        guard refusal != nil || memory.fits(cell, beside: running) else { return waits(for: "memory") }
        // Another sweep may have taken it up since the plan was made.
        let status = try ledger.status(of: [cell.runKey])[cell.runKey]
        if status != cell.status, status == .finished || status == .running {
            display.say("\(place): \(status == .finished ? "finished" : "in training") in another process")
            sweep.started += 1
            if status == .finished { sweep.outcome.alreadyDone += 1 } else { sweep.outcome.open += 1 }
            return true
        }
        let kills = outOfMemoryKills()
        if let refusal {
            try ledger.markFailed(
                cell.spec, RunFailure(status: .failed, reason: .outOfMemory, step: 0, message: refusal), processID: nil)
            sweep.count(.failed)
        } else {
            let process = try launcher.start(assignment(cell), runID: cell.runID)
            sweep.active.append(ActiveRun(cell: cell, process: process, started: clock(), killsBefore: kills))
        }
        sweep.started += 1
        display.begin(cell, index: sweep.started, of: sweep.total)
        if let refusal { display.end(cell.runKey, "failed: \(refusal)", isGood: false) }
        return true
    }

    /// A run that ends may give disk back, so only one that would be alone is too much.
    private func hasRoom(_ cell: PlannedCell, isAlone: Bool) throws -> Bool {
        guard let free = freeDiskBytes(), free < Self.leastFreeDiskBytes else { return true }
        guard isAlone else { return false }
        throw FileError(
            file: assignment(cell).database, problem: "the disk is full: \(free / 1000) kB are free, too little to record a run",
            fix: "free some space and run the same command again: it goes on with what is missing")
    }

    /// Until one of them says something or ends, and no longer than a moment.
    private func wait(for runs: [ActiveRun]) {
        let descriptors = runs.compactMap(\.process.descriptor)
        var asked = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // One that has closed its end is about to be gone.
        unsafe poll(&asked, nfds_t(asked.count), descriptors.count < runs.count ? 5 : 200)
    }
}
