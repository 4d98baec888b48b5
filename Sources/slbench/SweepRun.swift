import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLNumerics
import SLSpec
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
    /// The file that runs with an initialization start from.
    var initialWeights: String?

    private var folder: URL { Program.runsFolder(database: path) }

    /// - Throws: `StorageError` when results can't be recorded any more; running the same again goes on from there.
    func execute() throws -> SweepOutcome {
        guard let executable = ProgramFile.forChildren else { throw ExitCode(70) }
        StopFlag.raise()
        let limits = LimitGuard()
        try limits.check(threads: threads, jobs: options.parallel.jobs)
        var memory = MemoryGuard(threads: threads)
        memory.addressRoomBytes = limits.addressRoom(threads: threads)
        try checkDisk(memory)
        clearCheckpoints()
        let runner = SweepRunner(
            launcher: CellLauncher(executable: executable, folder: folder), ledger: ledger, memory: memory,
            jobs: options.parallel.jobs, order: order, freeDiskBytes: { [path] in MachineProbe.freeDiskBytes(at: path) },
            maxFailures: options.maxFailures, clock: { MonotonicClock.seconds })
        var display = ProgressDisplay(terminal: { .standardError() }, clock: { MonotonicClock.seconds }) {
            StandardError.write($0)
        }
        defer { StopFlag.endAtSecondRequest() }
        return try runner.run(plan, display: &display)
    }

    /// What does not fit into memory is not run and needs no disk.
    private func checkDisk(_ memory: MemoryGuard) throws {
        var fitting = plan
        fitting.cells.removeAll { memory.refusal($0) != nil }
        try DiskGuard(
            jobs: options.parallel.jobs, freeBytes: { MachineProbe.freeDiskBytes(at: path) },
            existingBytes: { DiskGuard.bytes(in: folder.appending(path: $0.runID)) }
        ).check(fitting, place: URL(filePath: path).deletingLastPathComponent().path)
    }

    private func clearCheckpoints() {
        for cell in plan.cells {
            // A process that was killed between its last record and its clearing up leaves checkpoints of a finished run.
            guard cell.action == .skipDone || (replacesFinished && cell.action == .run) else { continue }
            CheckpointFolder(url: folder.appending(path: cell.runID)).removeCheckpoints()
        }
    }

    private var order: @Sendable (PlannedCell) -> CellOrder {
        let (folder, data) = (folder, DataDirectory.standard().root.path)
        let (name, path, threads, checkpoint) = (plan.name, path, threads, checkpoint)
        let (timeout, replacesFinished, initialWeights) = (options.timeout?.seconds, replacesFinished, initialWeights)
        return { cell in
            CellOrder(
                spec: cell.spec, data: cell.data, dataDirectory: data, database: path, sweep: name, threads: threads,
                checkpointFolder: folder.appending(path: cell.runID).path, checkpoint: checkpoint, timeout: timeout,
                replacesFinished: replacesFinished, initialWeights: initialWeights)
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
    }
}
