/// How a run stands. `running` is the only one that can change.
public enum RunStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case running, finished, diverged, failed, interrupted
}

/// Why a run did not finish, in a class that can be counted.
public enum FailureReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The loss became NaN or infinite.
    case notANumber = "nan_loss"
    /// The loss rose above the divergence bound.
    case lossBound = "loss_bound"
    case outOfMemory = "out_of_memory"
    case crashed
    /// It took longer than it was given.
    case timedOut = "timed_out"
    case badData = "bad_data"
    case inputOutput = "io_error"
    case interrupted
    case other
}
