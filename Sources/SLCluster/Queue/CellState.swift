public import SLSpec

/// How a cell of a sweep on a cluster stands: what the queue says and what the run itself recorded, where the record decides.
public enum CellState: Sendable, Hashable {
    /// Never submitted.
    case new
    /// - Parameter hasGhost: whether the queue still knows a job that has nothing left to do, as after a controller that was killed.
    case finished(hasGhost: Bool)
    case waiting
    /// - Parameter isSilent: whether the run has given no sign of life for a while.
    case working(isSilent: Bool)
    /// Saved itself, and nothing goes on with it.
    case interrupted
    /// Cancelled from outside before it could say a word.
    case cancelled
    case outOfMemory
    /// Its job is gone without a word of its own.
    case lost
    /// It was not begun, since too many of the sweep's runs had failed, or its job ended before its turn came.
    case heldBack
    case failed
    case diverged
    /// Another process trains it, by its record.
    case elsewhere
    /// The queue can't be seen, and the record alone does not say.
    case unknown

    /// Seconds without a sign of life after which a run counts as silent.
    public static let silence = 120.0

    /// - Parameters:
    ///   - record: how the run stands in its own words; `nil` when it has said nothing.
    ///   - reason: why it failed, in its own words.
    ///   - silentSeconds: since the last sign of life of a run that says `running`.
    ///   - wasSubmitted: whether a job was ever submitted for it.
    ///   - wasHeldBack: whether its last job left a mark that it was not begun.
    public init(
        queue: QueueSight, record: RunStatus?, reason: FailureReason? = nil, silentSeconds: Double? = nil, wasSubmitted: Bool, wasHeldBack: Bool = false
    ) {
        let isSilent = (silentSeconds ?? 0) > Self.silence
        switch (queue, record) {
        case (_, .finished?): self = .finished(hasGhost: queue.isOpen)
        case (.waiting, _): self = .waiting
        case (.working, .running?): self = .working(isSilent: isSilent)
        // It has begun and not yet spoken, or begins a run again that failed before.
        case (.working, _): self = .working(isSilent: false)
        case (_, .failed?): self = reason == .outOfMemory && wasSubmitted ? .outOfMemory : .failed
        case (_, .diverged?): self = .diverged
        case (.unseen, .running?): self = .working(isSilent: isSilent)
        case (_, .interrupted?): self = .interrupted
        case (_, .running?) where !wasSubmitted: self = .elsewhere
        case (_, nil) where !wasSubmitted: self = .new
        case (_, nil) where wasHeldBack: self = .heldBack
        case (.unseen, _): self = .unknown
        case (.ended(let state, let signal), _):
            switch state.word {
            case "CANCELLED": self = .cancelled
            case "OUT_OF_MEMORY": self = .outOfMemory
            case "FAILED" where signal == 9: self = .outOfMemory
            default: self = .lost
            }
        case (_, _): self = .lost
        }
    }
}
