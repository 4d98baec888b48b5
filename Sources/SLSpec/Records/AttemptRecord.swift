/// One process that trained a run, from its start or from a checkpoint: a run that moved has a speed on each of its machines.
public struct AttemptRecord: Sendable, Hashable, Codable {
    /// From 1; the attempts of a run that was begun anew go with what they recorded.
    public var attempt: Int
    public var host: String
    public var cpu: String
    public var blasCore: String
    public var vectorUnits: String?
    public var threads: Int
    /// As ``EnvironmentRecord/exclusive``.
    public var exclusive: Bool?
    /// By the batch system that started it, e.g. `4711_3`.
    public var jobID: String?
    /// UTC, as the database writes it.
    public var began: String
    /// The last that it recorded, and its end when it has ended.
    public var ended: String
    /// Of the updates that it did, without the first; `nil` when none is left to time.
    public var tokensPerSecond: Double?
    /// Updates that were done when it began, and the last that it recorded.
    public var firstStep: Int
    public var lastStep: Int

    public init(
        attempt: Int, host: String, cpu: String, blasCore: String, vectorUnits: String? = nil, threads: Int, exclusive: Bool? = nil,
        jobID: String? = nil, began: String, ended: String, tokensPerSecond: Double? = nil, firstStep: Int, lastStep: Int
    ) {
        self.attempt = attempt
        self.host = host
        self.cpu = cpu
        self.blasCore = blasCore
        self.vectorUnits = vectorUnits
        self.threads = threads
        self.exclusive = exclusive
        self.jobID = jobID
        self.began = began
        self.ended = ended
        self.tokensPerSecond = tokensPerSecond
        self.firstStep = firstStep
        self.lastStep = lastStep
    }

    enum CodingKeys: String, CodingKey {
        case attempt, host, cpu, threads, exclusive
        case blasCore = "blas_core"
        case vectorUnits = "vector_units"
        case jobID = "job_id"
        case began = "began_at"
        case ended = "ended_at"
        case tokensPerSecond = "tokens_per_second"
        case firstStep = "first_step"
        case lastStep = "last_step"
    }
}
