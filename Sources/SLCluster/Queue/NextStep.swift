/// What the next `sweep` does with a cell.
public enum NextStep: Sendable, Hashable {
    /// Nothing: it is done, or a job of its own is on the way.
    case leave
    case submit(SubmissionCause)
    /// Nothing before it is asked for with `--retry-failed`.
    case leaveFailed
    /// It was lost so often that another try is no answer; `--retry-failed` makes one all the same.
    case giveUp

    /// How often a run that is lost without getting any further is submitted again by itself.
    public static let mostLosses = 3

    /// - Parameter losses: submissions in a row that ended in a loss without the run having got any further, the last one included.
    public init(_ state: CellState, losses: Int = 0, retriesFailed: Bool = false) {
        switch state {
        case .finished, .waiting, .working, .elsewhere, .unknown: self = .leave
        case .new: self = .submit(.new)
        case .interrupted, .cancelled, .heldBack: self = .submit(.interrupted)
        case .lost where losses > Self.mostLosses: self = retriesFailed ? .submit(.failed) : .giveUp
        case .lost: self = .submit(.lost)
        case .outOfMemory: self = retriesFailed ? .submit(.outOfMemory) : .leaveFailed
        case .failed, .diverged: self = retriesFailed ? .submit(.failed) : .leaveFailed
        }
    }
}

/// Why a run is submitted.
public enum SubmissionCause: String, Sendable, Hashable, Codable {
    case new, interrupted, lost
    case outOfMemory = "out_of_memory"
    case failed
}
