/// How one run of a sweep stands at this moment.
public struct RunStanding: Sendable, Hashable, Codable {
    public var runID: String
    public var size: String
    public var method: String
    public var rank: Int?
    public var seed: Int
    /// `nil` when it was never started.
    public var status: RunStatus?
    /// Updates recorded.
    public var step: Int
    public var steps: Int
    /// Of the last update recorded.
    public var loss: Double?
    /// The last evaluation's.
    public var evalLoss: Double?
    /// Over the last updates recorded.
    public var tokensPerSecond: Double?
    public var tokensPerStep: Double?
    /// Since the last sign of life.
    public var silentSeconds: Double?
    /// Why it ended short of its end.
    public var failure: String?

    public init(
        runID: String, size: String, method: String, rank: Int?, seed: Int, status: RunStatus?, step: Int, steps: Int, loss: Double? = nil,
        evalLoss: Double? = nil, tokensPerSecond: Double? = nil, tokensPerStep: Double? = nil, silentSeconds: Double? = nil, failure: String? = nil
    ) {
        self.runID = runID
        self.size = size
        self.method = method
        self.rank = rank
        self.seed = seed
        self.status = status
        self.step = step
        self.steps = steps
        self.loss = loss
        self.evalLoss = evalLoss
        self.tokensPerSecond = tokensPerSecond
        self.tokensPerStep = tokensPerStep
        self.silentSeconds = silentSeconds
        self.failure = failure
    }

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case size, method, rank, seed, status, step, steps, loss
        case evalLoss = "eval_loss"
        case tokensPerSecond = "tokens_per_second"
        case tokensPerStep = "tokens_per_step"
        case silentSeconds = "silent_seconds"
        case failure
    }

    /// Seconds that a running one still takes at its present speed.
    public var remainingSeconds: Double? {
        guard let tokensPerSecond, let tokensPerStep, tokensPerSecond > 0 else { return nil }
        return Double(steps - step) * tokensPerStep / tokensPerSecond
    }
}
