import Foundation
import SLSystem

/// A run as a child of this process.
final class CellProcess: RunningCell {
    /// What a run whose time is over gets for its last update and its checkpoint.
    static let grace: Duration = .seconds(60)
    /// What the kernel gets to let go of a process that was killed. One that waits for a dead disk is not let go at all.
    static let lettingGo: Duration = .seconds(30)

    private let process: ChildProcess
    /// Held open: its end tells the child that this process is gone.
    private let input: Int32
    private let output: Int32
    private let assignment: URL
    private let log: URL
    private let deadline: ContinuousClock.Instant?
    /// Whether the child is a launcher of ranks.
    private let isShared: Bool
    private var follower: OutputFollower
    private var requests = 0
    private var isOverdue = false
    private var killed: ContinuousClock.Instant?
    private var ended: CellExit?

    /// - Parameters:
    ///   - input: the end of the child's stdin that is held here; closed with the process's end, as `output` is.
    init(process: ChildProcess, input: Int32, output: Int32, assignment: URL, log: URL, timeout: Double?, isShared: Bool = false) {
        self.isShared = isShared
        self.process = process
        self.input = input
        self.output = output
        self.assignment = assignment
        self.log = log
        deadline = timeout.map { ContinuousClock.now + .seconds($0) + Self.grace }
        follower = OutputFollower(descriptor: output)
    }

    var processID: Int32 { process.id }

    var descriptor: Int32? { follower.isAtEnd ? nil : output }

    func news() -> [CellProgress] { follower.read() }

    func stop(requests wanted: Int) {
        guard ended == nil else { return }
        if wanted >= 1, requests < 1 { process.send(isShared ? SIGUSR2 : SIGTERM) }
        if wanted >= 2, requests < 2 { kill() }
        requests = max(requests, min(wanted, 2))
    }

    private func kill() {
        process.send(SIGKILL)
        killed = killed ?? .now
    }

    func exit() -> CellExit? {
        if let ended { return ended }
        guard let end = end() else {
            if let deadline, !isOverdue, ContinuousClock.now > deadline {
                isOverdue = true
                kill()
            }
            return nil
        }
        // What it said at last may still lie in the pipe.
        _ = follower.read()
        let exit = CellExit(
            end: end, processID: processID, lastProgress: follower.last, logTail: Self.tail(of: log), wasKilledHere: requests >= 2,
            wasOverdue: isOverdue)
        ended = exit
        for end in [input, output] { close(end) }
        try? FileManager.default.removeItem(at: assignment)
        return exit
    }

    private func end() -> CellExit.End? {
        switch process.end() {
        case .status(let number)?: .status(number)
        case .signal(let number)?: .signal(number)
        case nil: killed.map { ContinuousClock.now > $0 + Self.lettingGo } == true ? .signal(SIGKILL) : nil
        }
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
