public import SLSpec

/// What became of a sweep.
public struct SweepOutcome: Sendable, Hashable {
    public var finished = 0
    /// Finished before this time, or meanwhile by another process.
    public var alreadyDone = 0
    public var failed = 0
    public var diverged = 0
    public var interrupted = 0
    /// Not started, or in another process's hands.
    public var open = 0

    public init() {}

    public var isComplete: Bool { failed + diverged + interrupted + open == 0 }
    public var hasFailures: Bool { failed + diverged > 0 }

    public mutating func count(_ status: RunStatus) {
        switch status {
        case .finished: finished += 1
        case .failed: failed += 1
        case .diverged: diverged += 1
        case .interrupted: interrupted += 1
        case .running: open += 1
        }
    }
}
