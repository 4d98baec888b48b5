import ArgumentParser
import Foundation
import SLHarness
import SLSpec
import SLStore
import SLSystem

/// Several short runs as one job: one after the other, each in a process of its own, so that none inherits another's memory and threads.
///
/// A run that fails stops none that come after it. What asks the job to stop asks the run at work, which saves itself; the others are not begun, and
/// marked so. The job that is started again passes over what has ended.
struct PackedTask {
    /// The list of tasks.
    let tasks: String
    let number: Int
    let assignments: [URL]
    let tally: FailureTally
    let job: BatchJob?
    /// When the job's time is over, in seconds since 1970, where the command line says so.
    let end: Double?

    private static let signals = [SIGTERM, SIGUSR1, SIGUSR2]

    /// What became of one of them.
    private enum Outcome { case finished, failed, stopped }

    private func folder(_ index: Int) -> AttemptFolder { AttemptFolder(url: assignments[index].deletingLastPathComponent()) }

    /// - Throws: `ExitCode` 75 when something is left to do, 2 when a run failed.
    func execute() throws {
        StopFlag.ignore([SIGPIPE, SIGINT, SIGHUP])
        StopFlag.raise(on: Self.signals)
        var failed = 0
        for index in assignments.indices {
            let run = folder(index).runID
            if tally.holds(run) {
                Talk.say("run \(run): failed before the job was started again")
                failed += 1
                continue
            }
            if StopFlag.isRaised { try stopBetween(index) }
            if tally.isFull { try hold(from: index, tally.words) }
            Talk.say("run \(run): \(index + 1) of \(assignments.count) in this job")
            switch try carryOut(index) {
            case .finished: break
            case .failed: failed += 1
            case .stopped: try hold(from: index + 1, "its job ended before its turn came")
            }
        }
        if failed > 0 { throw ExitCode(2) }
    }

    private func hold(from index: Int, _ reason: String) throws -> Never {
        for index in assignments.indices.dropFirst(index) where !tally.holds(folder(index).runID) && folder(index).attempts.isEmpty {
            tally.hold(folder(index).runID, "not begun: \(reason)")
        }
        throw ExitCode(75)
    }

    /// Nobody is at work who could ask for another start.
    private func stopBetween(_ index: Int) throws -> Never {
        try JobRestart.ask(job, folder: folder(index), attempt: folder(index).claims.last ?? 0)
        try hold(from: index, "its job ended before its turn came")
    }

    private func carryOut(_ index: Int) throws -> Outcome {
        guard let program = ProgramFile.forChildren else { throw ExitCode(70) }
        let kills = MemoryProbe().outOfMemoryKills
        var arguments = ["run-cell", "--tasks", tasks, "--task", "\(number)", "--part", "\(index + 1)"]
        if let end { arguments += ["--deadline", "\(max(1, Int(end - Date().timeIntervalSince1970)))s"] }
        let process: ChildProcess
        do throws(ChildProcess.StartError) {
            let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
            defer { close(nothing) }
            process = try ChildProcess(
                executable: program.path, arguments: arguments, environment: EnvironmentVariable.all.map { "\($0)=\($1)" },
                streams: (input: nothing, output: 1, errors: 2))
        } catch {
            throw FileError(file: program.path, problem: "the run's process can't be started: \(error)")
        }
        switch wait(for: process) {
        case .status(0): return .finished
        case .status(75): return .stopped
        case .status:
            tally.note(folder(index).runID)
            return .failed
        case .signal where StopFlag.isRaised:
            // Told before it could listen, or by somebody who does not ask: it has saved what it had.
            try JobRestart.ask(job, folder: folder(index), attempt: folder(index).claims.last ?? 0)
            return .stopped
        case .signal(let signal):
            let failure = CellExit.failure(
                signal: signal, processID: process.id, outOfMemory: kills.flatMap { before in MemoryProbe().outOfMemoryKills.map { $0 > before } })
            Talk.say("run \(folder(index).runID): \(failure.message)")
            tally.note(folder(index).runID)
            try record(failure, of: process.id, in: folder(index), assignment: assignments[index])
            return .failed
        }
    }

    private func wait(for process: ChildProcess) -> ChildProcess.End {
        var told: Set<Int32> = []
        func news() -> [Int32] { Self.signals.filter { StopFlag.wasRaised(by: $0) && !told.contains($0) } }
        while true {
            if let end = process.wait(atMost: 3600, while: { news().isEmpty }) { return end }
            for signal in news() {
                told.insert(signal)
                process.send(signal)
            }
        }
    }

    /// In the record of the attempt that the process made: it could not do so itself.
    private func record(_ failure: RunFailure, of process: Int32, in folder: AttemptFolder, assignment: URL) throws {
        guard let attempt = folder.claims.last, let claim = folder.reading(claim: attempt), claim.processID == process, claim.host == MachineProbe.host,
            FileManager.default.fileExists(atPath: folder.database(attempt).path)
        else { return }
        let store = try ResultStore(path: folder.database(attempt).path, journal: .delete, busyTimeout: ResultStore.busyTimeout)
        try store.markFailed(try CellAssignment(contentsOf: assignment).spec, failure, processID: process)
    }
}
