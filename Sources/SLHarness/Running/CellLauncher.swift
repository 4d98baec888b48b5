import Foundation
import SLSpec

/// Starts a run in a process of its own. A protocol, so that tests can run sweeps with processes of another kind.
public protocol CellLaunching {
    /// - Throws: `StorageError` when the process can't be started.
    func start(_ order: CellOrder, runID: String) throws -> any RunningCell
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

/// Runs cells as processes of this program: `slbench run-cell --order FILE`.
///
/// The child's stdin is a pipe that this side holds open: should this process die, the child reads its end and stops by
/// itself. Signals of the terminal are this side's to handle; the child is told by SIGTERM.
public struct CellLauncher: CellLaunching {
    public var executable: URL
    /// Arguments before the order's file.
    public var arguments: [String]
    /// Where orders and logs are kept, `RUN.json` and `RUN.log`.
    public var folder: URL

    public init(executable: URL, arguments: [String] = ["run-cell", "--order"], folder: URL) {
        self.executable = executable
        self.arguments = arguments
        self.folder = folder
    }

    public func logFile(runID: String) -> URL { folder.appendingPathComponent(runID + ".log") }

    public func start(_ order: CellOrder, runID: String) throws -> any RunningCell {
        let orderFile = folder.appendingPathComponent(runID + ".json")
        try order.write(to: orderFile)
        let log = logFile(runID: runID)
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        // The ends held here are no other child's: it would keep a pipe open that this process's death must close.
        for end in [input.fileHandleForWriting, output.fileHandleForReading] { Self.closeInChildren(end) }
        process.executableURL = executable
        process.arguments = arguments + [orderFile.path]
        process.standardInput = input
        process.standardOutput = output
        let logHandle = try Self.emptyFile(log)
        process.standardError = logHandle
        do {
            try StopFlag.withoutBlockedSignals { try process.run() }
        } catch {
            try? FileManager.default.removeItem(at: orderFile)
            throw StorageError(file: executable.path, problem: "the run's process can't be started: \(error.localizedDescription)")
        }
        // Only the child writes; this end must be closed for the pipe to end with it.
        for handle in [output.fileHandleForWriting, input.fileHandleForReading, logHandle] { try? handle.close() }
        return CellProcess(process: process, input: input, output: output, order: orderFile, log: log, timeout: order.timeout)
    }

    private static func closeInChildren(_ handle: FileHandle) {
        let descriptor = handle.fileDescriptor
        _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
    }

    private static func emptyFile(_ file: URL) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: file.path, contents: nil), let handle = FileHandle(forWritingAtPath: file.path) else {
            throw StorageError(
                file: file.path, problem: "the run's log can't be written",
                fix: "make the folder writable or free some space, or put the database elsewhere with --db")
        }
        return handle
    }
}
