/// What is to be seen of a cell's job.
public enum QueueSight: Sendable, Hashable {
    /// The queue could not be looked at.
    case unseen
    /// No job of the cell's is known: none was submitted, or the queue has forgotten it.
    case gone
    case waiting
    case working
    /// - Parameter signal: that ended it; `nil` where none did.
    case ended(JobState, signal: Int?)

    public init(_ entry: QueueEntry?) {
        switch (entry, entry?.state.phase) {
        case (_, .waiting?): self = .waiting
        case (_, .working?): self = .working
        case (let entry?, .ended?): self = .ended(entry.state, signal: entry.signal)
        default: self = .gone
        }
    }

    /// Whether a job of the cell's is still to come to its end.
    public var isOpen: Bool { self == .waiting || self == .working }
}
