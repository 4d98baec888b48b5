/// The right to record a run that its processes took outside of the database: the newest claim has it, whatever the record says.
public struct RunClaim: Sendable, Hashable {
    /// From 1. The record counts its attempts by it.
    public var attempt: Int
    /// By the batch system that started the process, e.g. `4711_3`.
    public var jobID: String?

    public init(attempt: Int, jobID: String? = nil) {
        self.attempt = attempt
        self.jobID = jobID
    }
}
