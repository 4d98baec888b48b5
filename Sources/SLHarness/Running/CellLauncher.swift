import Foundation
import SLSpec

/// How a run's process ended.
public struct CellExit: Sendable, Hashable {
    public enum End: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
    }

    public var end: End
    public var processID: Int32
    public var lastProgress: CellProgress?
    /// What the process wrote to stderr at its end.
    public var logTail: String
    /// Whether the sweep itself killed it, because it was asked to stop at once.
    public var wasKilledHere: Bool
    /// Whether it was killed because it did not end by itself when its time was over.
    public var wasOverdue = false
}

/// Starts a run in a process of its own and follows it to its end. A protocol, so that tests run sweeps without processes.
public protocol CellLaunching {
    /// - Parameters:
    ///   - tick: called several times a second, with news if there are any.
    ///   - stopRequests: 0 to go on, 1 to stop after the current update, 2 to stop at once.
    func run(_ order: CellOrder, runID: String, tick: (CellProgress?) -> Void, stopRequests: () -> Int) throws -> CellExit
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

    /// What a run whose time is over gets for its last update and its checkpoint.
    static let grace: Duration = .seconds(60)

    public func logFile(runID: String) -> URL { folder.appendingPathComponent(runID + ".log") }

    public func run(_ order: CellOrder, runID: String, tick: (CellProgress?) -> Void, stopRequests: () -> Int) throws -> CellExit {
        let orderFile = folder.appendingPathComponent(runID + ".json")
        try order.write(to: orderFile)
        defer { try? FileManager.default.removeItem(at: orderFile) }
        let log = logFile(runID: runID)
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = arguments + [orderFile.path]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try Self.emptyFile(log)
        do {
            try StopFlag.withoutBlockedSignals { try process.run() }
        } catch {
            throw StorageError(file: executable.path, problem: "the run's process can't be started: \(error.localizedDescription)")
        }
        // Only the child writes; this end must be closed for the pipe to end with it.
        try? output.fileHandleForWriting.close()
        try? input.fileHandleForReading.close()
        var follower = OutputFollower(descriptor: output.fileHandleForReading.fileDescriptor)
        var sent = 0
        var isOverdue = false
        let deadline = order.timeout.map { ContinuousClock.now + .seconds($0) + Self.grace }
        while !follower.isAtEnd {
            for progress in follower.wait(milliseconds: 200) { tick(progress) }
            tick(nil)
            let wanted = stopRequests()
            if wanted >= 1, sent < 1 { process.terminate() }
            if wanted >= 2, sent < 2 { kill(process.processIdentifier, SIGKILL) }
            sent = max(sent, min(wanted, 2))
            if let deadline, !isOverdue, ContinuousClock.now > deadline {
                isOverdue = true
                kill(process.processIdentifier, SIGKILL)
            }
        }
        process.waitUntilExit()
        try? input.fileHandleForWriting.close()
        return CellExit(
            end: process.terminationReason == .uncaughtSignal ? .signal(process.terminationStatus) : .status(process.terminationStatus),
            processID: process.processIdentifier, lastProgress: follower.last, logTail: Self.tail(of: log), wasKilledHere: sent >= 2,
            wasOverdue: isOverdue)
    }

    private static func emptyFile(_ file: URL) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: file.path, contents: nil), let handle = FileHandle(forWritingAtPath: file.path) else {
            throw StorageError(
                file: file.path, problem: "the run's log can't be written",
                fix: "make the folder writable or free some space, or put the database elsewhere with --db")
        }
        return handle
    }

    /// The last lines, at most 2000 bytes.
    static func tail(of file: URL) -> String {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return "" }
        defer { try? handle.close() }
        let size = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: size > 2000 ? size - 2000 : 0)
        let bytes = (try? handle.readToEnd()) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard size > 2000, let line = text.firstIndex(of: "\n") else { return text }
        return String(text[text.index(after: line)...])
    }
}

/// Reads lines from a pipe without ever waiting long.
struct OutputFollower {
    private let descriptor: Int32
    private var unread: [UInt8] = []
    private(set) var isAtEnd = false
    private(set) var last: CellProgress?

    init(descriptor: Int32) { self.descriptor = descriptor }

    mutating func wait(milliseconds: Int32) -> [CellProgress] {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else {
            // An interrupted read is tried again by the next call.
            if count == 0 || (errno != EINTR && errno != EAGAIN) { isAtEnd = true }
            return []
        }
        unread += buffer[..<count]
        var found: [CellProgress] = []
        while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
            if let progress = CellProgress(line: unread[..<end]) { found.append(progress) }
            unread.removeSubrange(...end)
        }
        last = found.last ?? last
        return found
    }
}
