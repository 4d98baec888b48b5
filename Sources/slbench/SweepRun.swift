import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLNumerics
import SLSpec
import SLStore
import SLSystem
import SLTraining

/// Carries out a plan whose sweep is registered: runs what is to be run, and ends with the exit code that the outcome has.
struct SweepRun {
    let plan: SweepPlan
    let ledger: StoreLedger
    /// The database.
    let path: String
    let threads: Int
    let checkpoint: CheckpointPolicy
    let options: ExecutionOptions
    /// Whether runs begin anew, finished ones too.
    let replacesFinished: Bool
    /// Processes that train each run together.
    var ranks = 1
    /// The file that runs with an initialization start from.
    var initialWeights: String?
    /// Cells that become known as runs end: ``SweepRunner/following``.
    var following: () throws -> [PlannedCell] = { [] }

    private var runs: RunsFolder { RunsFolder(database: path) }

    /// - Throws: `FileError` when results can't be recorded any more; running the same again goes on from there.
    func execute() throws -> SweepOutcome {
        guard let executable = ProgramFile.forChildren else { throw ExitCode(70) }
        StopFlag.raise()
        let limits = LimitGuard()
        try limits.check(threads: threads, jobs: options.parallel.jobs)
        var memory = MemoryGuard(threads: threads, residentBytes: { MemoryProbe().residentBytes(withChildrenOf: $0) })
        memory.ranks = ranks
        memory.addressRoomBytes = limits.addressRoom(threads: threads)
        takeSharedFiles()
        try checkDisk(memory)
        try clearCheckpoints()
        var runner = SweepRunner(
            launcher: CellLauncher(executable: executable, folder: runs.url), ledger: ledger, memory: memory,
            jobs: options.parallel.jobs, assignment: assignment, freeDiskBytes: { [path] in MachineProbe.freeDiskBytes(at: path) },
            maxFailures: options.maxFailures, clock: { MonotonicClock.seconds })
        runner.following = following
        var display = ProgressDisplay(terminal: { .standardError() }, clock: { MonotonicClock.seconds }) {
            StandardError.write($0)
        }
        defer { StopFlag.endAtSecondRequest() }
        return try runner.run(plan, display: &display)
    }

    /// What does not fit into memory is not run and needs no disk.
    func checkDisk(_ memory: MemoryGuard) throws {
        var fitting = plan
        fitting.cells.removeAll { memory.refusal($0) != nil }
        try DiskGuard(
            jobs: options.parallel.jobs, freeBytes: { MachineProbe.freeDiskBytes(at: path) },
            existingBytes: { DiskGuard.bytes(in: runs.folder($0.runID)) }
        ).check(fitting, place: URL(filePath: path).deletingLastPathComponent().path)
    }

    /// Checkpoints and weights of the time when all databases of a folder shared one folder of runs.
    func takeSharedFiles() {
        let known = plan.cells.filter { $0.status != nil }.map { (id: $0.runID, key: $0.runKey) }
        let left = runs.takeShared(known) { database, key in
            (try? ResultStore(readOnlyPath: database).status(of: key)) ?? nil != nil
        }
        guard !left.isEmpty else { return }
        Talk.say(
            "\(runs.shared.path): files of \(left.count) runs stay there, since another database beside this one knows these runs too: "
                + left.prefix(8).joined(separator: ", "))
    }

    func clearCheckpoints() throws {
        let again = try ledger.store.runsTrainedAgain()
        for cell in plan.cells {
            // A process that was killed between its last record and its clearing up leaves checkpoints of a finished run.
            guard cell.action == .skipDone || (replacesFinished && cell.action == .run) else { continue }
            guard !again.contains(cell.runID) else { continue }
            CheckpointFolder(url: runs.folder(cell.runID)).removeCheckpoints()
            ledger.store.removeAttempt(runs.attemptFile(cell.runID))
        }
    }

    /// What the process of a cell is told.
    var assignment: @Sendable (PlannedCell) -> CellAssignment {
        let (runs, data) = (runs, DataDirectory.standard().root.path)
        let (name, path, threads, checkpoint) = (plan.name, path, threads, checkpoint)
        let (timeout, replacesFinished, initialWeights) = (options.timeout?.seconds, replacesFinished, initialWeights)
        let (ranks, jobs) = (ranks, options.parallel.jobs)
        return { cell in
            CellAssignment(
                spec: cell.spec, data: cell.data, dataDirectory: data, database: path, sweep: name, threads: threads,
                checkpointFolder: runs.folder(cell.runID).path, checkpoint: checkpoint, timeout: timeout,
                replacesFinished: replacesFinished, attemptFile: runs.attemptFile(cell.runID), initialWeights: initialWeights,
                ranks: ranks, oversubscribes: ranks > 1 && jobs * ranks * threads > MachineProbe.usableCores)
        }
    }

    /// - Parameter reason: where it stands why runs failed.
    /// - Throws: `ExitCode` when something was stopped, failed or diverged.
    static func conclude(_ outcome: SweepOutcome, reasons: String = "their reasons stand in the report") throws {
        if StopFlag.isRaised || outcome.interrupted > 0 {
            Talk.say("stopped; run the same command again to go on")
            throw ExitCode(75)
        }
        if outcome.hasFailures {
            Talk.say("\(outcome.failed) failed, \(outcome.diverged) diverged; \(reasons)")
            throw ExitCode(2)
        }
        if outcome.open > 0 {
            Talk.say(
                "\(outcome.open) \(outcome.open == 1 ? "cell is" : "cells are") not done: in training in another process, by its record; "
                    + "run the same command again when it has ended")
            throw ExitCode(75)
        }
    }
}
