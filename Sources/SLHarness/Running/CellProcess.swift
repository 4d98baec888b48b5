import Foundation

/// A run as a child of this process.
final class CellProcess: RunningCell {
    /// What a run whose time is over gets for its last update and its checkpoint.
    static let grace: Duration = .seconds(60)

    private let process: Process
    /// Held open: its end tells the child that this process is gone.
    private let input: Pipe
    private let output: Pipe
    private let order: URL
    private let log: URL
    private let deadline: ContinuousClock.Instant?
    private var follower: OutputFollower
    private var requests = 0
    private var isOverdue = false
    private var ended: CellExit?

    init(process: Process, input: Pipe, output: Pipe, order: URL, log: URL, timeout: Double?) {
        self.process = process
        self.input = input
        self.output = output
        self.order = order
        self.log = log
        deadline = timeout.map { ContinuousClock.now + .seconds($0) + Self.grace }
        follower = OutputFollower(descriptor: output.fileHandleForReading.fileDescriptor)
    }

    var processID: Int32 { process.processIdentifier }

    var descriptor: Int32? { follower.isAtEnd ? nil : output.fileHandleForReading.fileDescriptor }

    func news() -> [CellProgress] { follower.read() }

    func stop(requests wanted: Int) {
        guard ended == nil, process.isRunning else { return }
        if wanted >= 1, requests < 1 { process.terminate() }
        if wanted >= 2, requests < 2 { kill(processID, SIGKILL) }
        requests = max(requests, min(wanted, 2))
    }

    func exit() -> CellExit? {
        if let ended { return ended }
        guard !process.isRunning else {
            if let deadline, !isOverdue, ContinuousClock.now > deadline {
                isOverdue = true
                kill(processID, SIGKILL)
            }
            return nil
        }
        // What it said at last may still lie in the pipe.
        _ = follower.read()
        let status = process.terminationStatus
        let exit = CellExit(
            end: process.terminationReason == .uncaughtSignal ? .signal(status) : .status(status), processID: processID,
            lastProgress: follower.last, logTail: Self.tail(of: log), wasKilledHere: requests >= 2, wasOverdue: isOverdue)
        ended = exit
        for handle in [input.fileHandleForWriting, output.fileHandleForReading] { try? handle.close() }
        try? FileManager.default.removeItem(at: order)
        return exit
    }

    /// The last lines, at most 2000 bytes.
    private static func tail(of file: URL) -> String {
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
