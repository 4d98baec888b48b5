public import Foundation
import SLSpec
import SLSystem

/// Starts a run in a process of its own. A protocol, so that tests can run sweeps with processes of another kind.
public protocol CellLaunching {
    /// - Throws: `FileError` when the process can't be started.
    func start(_ assignment: CellAssignment, runID: String) throws -> any RunningCell
}

/// A run's process, from its start to its end. Nothing here waits.
public protocol RunningCell: AnyObject {
    var processID: Int32 { get }
    /// Can be read when there is news; `nil` when none comes any more.
    var descriptor: Int32? { get }
    /// What the run has said since it was asked last.
    func news() -> [CellProgress]
    /// How it ended; `nil` while it is at work.
    func exit() -> CellExit?
    /// - Parameter requests: 1 to stop after the current update, 2 to stop at once.
    func stop(requests: Int)
}

/// Runs cells as processes of this program: `slbench run-cell --assignment FILE`.
///
/// The child's stdin is a pipe that this side holds open: should this process die, the child reads its end and stops by
/// itself. Signals of the terminal are this side's to handle; the child is told by SIGTERM. A run of several ranks is a child that
/// starts them (``RankCommand``), and told by SIGUSR2: `mpirun` passes SIGTERM on and kills a second later.
public struct CellLauncher: CellLaunching {
    public var executable: URL
    /// Arguments before the assignment's file.
    public var arguments: [String]
    /// Where assignments and logs are kept, `RUN.json` and `RUN.log`.
    public var folder: URL

    public init(executable: URL, arguments: [String] = ["run-cell", "--assignment"], folder: URL) {
        self.executable = executable
        self.arguments = arguments
        self.folder = folder
    }

    public func logFile(runID: String) -> URL { folder.appendingPathComponent(runID + ".log") }

    public func start(_ assignment: CellAssignment, runID: String) throws -> any RunningCell {
        let assignmentFile = folder.appendingPathComponent(runID + ".json")
        let log = logFile(runID: runID)
        try assignment.write(to: assignmentFile)
        do {
            return try start(assignment, assignmentFile, log: log)
        } catch {
            try? FileManager.default.removeItem(at: assignmentFile)
            throw error
        }
    }

    private func start(_ assignment: CellAssignment, _ file: URL, log: URL) throws -> CellProcess {
        let isShared = assignment.ranks > 1
        let own = arguments + [file.path]
        let command =
            isShared
            ? try RankCommand(executable: executable, arguments: own, ranks: assignment.ranks, oversubscribes: assignment.oversubscribes)
            : RankCommand(executable: executable, arguments: own)
        let words = try Self.emptyFile(log)
        defer { close(words) }
        do throws(ChildProcess.StartError) {
            let input = try PipeEnds()
            var kept: [Int32] = [input.reading, input.writing]
            defer { for end in kept { close(end) } }
            let output = try PipeEnds()
            kept += [output.reading, output.writing]
            let process = try ChildProcess(
                executable: command.executable.path, arguments: command.arguments, environment: Self.environment(command),
                streams: (input.reading, output.writing, words), leadsGroup: isShared)
            // Only the child writes; this end must be closed for the pipe to end with it.
            kept = [input.reading, output.writing]
            return CellProcess(
                process: process, input: input.writing, output: output.reading, assignment: file, log: log, timeout: assignment.timeout,
                isShared: isShared)
        } catch {
            throw FileError(
                file: executable.path, problem: "the run's process can't be started: \(error)",
                fix: "fewer --jobs, or higher limits for processes and open files (`slbench doctor` shows them)")
        }
    }

    /// A run computes on threads of its own: those that OpenBLAS makes when it is loaded would only take room.
    private static func environment(_ command: RankCommand) -> [String] {
        command.environment(EnvironmentVariable.all.merging(["OPENBLAS_NUM_THREADS": "1"]) { $1 }).map { "\($0)=\($1)" }
    }

    private static func emptyFile(_ file: URL) throws(FileError) -> Int32 {
        let descriptor = unsafe open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(
                file: file.path, problem: unsafe "the run's log can't be written: \(String(cString: strerror(errno)))",
                fix: "make the folder writable or free some space, or put the database elsewhere with --db")
        }
        return descriptor
    }
}
