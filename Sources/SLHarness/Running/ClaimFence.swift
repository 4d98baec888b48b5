public import SLSpec
import Synchronization

/// Keeps a process that lost its run from touching what is no longer its own.
///
/// A batch system that has lost sight of a machine starts a job again while the old process still runs there, and goes on running
/// when the machine is back. Before anything is written that others read, the fence looks for a newer claim. A file system that other
/// machines write to may show one late; what is written until then is in the attempt's own file, and a checkpoint of an equal step has
/// equal bits.
public final class ClaimFence: Sendable {
    public let folder: AttemptFolder
    public let attempt: Int
    private let lastLook = Mutex<ContinuousClock.Instant?>(nil)
    private let found = Atomic<Int>(0)
    /// How long an answer holds where nothing is about to be written.
    private static let patience: Duration = .seconds(1)

    public init(folder: AttemptFolder, attempt: Int) {
        self.folder = folder
        self.attempt = attempt
    }

    /// The newer claim; `nil` while this one counts. Once there is one there always is.
    public var newerClaim: Int? {
        let known = found.load(ordering: .relaxed)
        if known > 0 { return known }
        lastLook.withLock { $0 = .now }
        guard let newer = folder.claim(after: attempt) else { return nil }
        found.store(newer, ordering: .relaxed)
        return newer
    }

    /// The same for a question that is asked often.
    public var isSuperseded: Bool {
        let isDue = lastLook.withLock { last in last.map { .now - $0 >= Self.patience } ?? true }
        return isDue ? newerClaim != nil : found.load(ordering: .relaxed) > 0
    }

    /// - Throws: `RunFailure` when the run is another process's by now.
    public func check(step: Int) throws {
        guard let newer = newerClaim else { return }
        let who = folder.reading(claim: newer).map { " (\($0.words))" } ?? ""
        throw RunFailure(
            status: .interrupted, reason: .interrupted, step: step, message: "superseded: attempt \(newer)\(who) has taken the run over")
    }
}
