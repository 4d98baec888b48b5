import Synchronization

/// The end of a job's time, as a second line of defence beside the batch system's signal.
///
/// What must fit before it is learnt as the run goes: between two questions lies at most one update, a piece of an evaluation and one
/// checkpoint. The last of these pauses has to be waited out and a checkpoint written after it.
public final class JobDeadline: Sendable {
    private struct Pauses {
        var last: Double?
        var longest = 0.0
    }

    /// Seconds since 1970.
    public let end: Double
    private let clock: @Sendable () -> Double
    private let pauses = Mutex(Pauses())
    private let passed = Atomic<Bool>(false)
    /// Seconds for the end of the process, its record, and clocks that differ a little.
    public static let margin = 20.0

    public init(end: Double, clock: @escaping @Sendable () -> Double) {
        self.end = end
        self.clock = clock
    }

    /// Whether it has told the run to stop.
    public var isReached: Bool { passed.load(ordering: .relaxed) }

    /// Whether the run must stop now to have left a checkpoint by the end. Asked between updates, and within evaluations.
    public func isDue() -> Bool {
        let now = clock()
        let longest = pauses.withLock { pauses in
            if let last = pauses.last { pauses.longest = max(pauses.longest, now - last) }
            pauses.last = now
            return pauses.longest
        }
        if now + Self.margin + 2 * longest >= end { passed.store(true, ordering: .relaxed) }
        return isReached
    }
}
