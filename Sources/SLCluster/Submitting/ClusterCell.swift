/// A cell that is to be submitted: what it will take, from the plan.
public struct ClusterCell: Sendable, Hashable {
    public var runKey: String
    /// As much of the key as names the run and its files.
    public var runID: String
    public var cause: SubmissionCause
    /// Updates that the run has recorded.
    public var step: Int
    /// Everything that it is predicted to take, what program and libraries take included.
    public var predictedBytes: Int
    /// Of the whole run.
    public var estimatedSeconds: Double
    public var updateSeconds: Double
    public var checkpointBytes: Int
    /// What its last job was given, where that was too little.
    public var formerMemory: Int?

    public init(
        runKey: String, runID: String, cause: SubmissionCause, step: Int = 0, predictedBytes: Int, estimatedSeconds: Double, updateSeconds: Double,
        checkpointBytes: Int, formerMemory: Int? = nil
    ) {
        self.runKey = runKey
        self.runID = runID
        self.cause = cause
        self.step = step
        self.predictedBytes = predictedBytes
        self.estimatedSeconds = estimatedSeconds
        self.updateSeconds = updateSeconds
        self.checkpointBytes = checkpointBytes
        self.formerMemory = formerMemory
    }
}
