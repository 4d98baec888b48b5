/// What a run that ran to its end says of itself.
public struct RunResult: Sendable, Hashable, Codable {
    public var steps: Int
    /// Target tokens trained on (padding excluded).
    public var tokens: Int
    /// Mean loss of the last tenth of the updates (at least one).
    public var trainLoss: Double
    public var evaluation: EvaluationSample
    public var totalParameters: Int
    public var trainableParameters: Int
    public var memory: MemoryRecord
    /// Bytes of optimizer state as allocated at the end.
    public var optimizerBytes: Int
    /// Target tokens per second over all updates but the first of each process, evaluation excluded; `nil` when no update
    /// is left to time.
    public var tokensPerSecond: Double?
    public var wallSeconds: Double
    /// Spent in subspace refreshes, in the updates that `trainSeconds` sums up. 0 for a method without any.
    public var refreshSeconds: Double
    /// Sum of the timed updates, evaluation excluded. 0 when no update was timed.
    public var trainSeconds: Double
    /// SHA-256 over the final weights with their names: equal runs have equal ones.
    public var weightsSHA256: String?
    /// Of all updates by formula, evaluation and subspace refreshes excluded; `nil` in old records.
    public var trainingFloatingPointOperations: Double?
    /// The most other runs that were seen in training on the same machine meanwhile: above 0 the speed does not compare.
    /// `nil` where nobody looked.
    public var companionRuns: Int?
    /// Share of this machine's processor time that others took while the updates ran: where it is large the speed does not
    /// compare. `nil` where nobody looked.
    public var foreignProcessorShare: Double?
    /// Spent in calls between the processes that trained together, in the updates; `nil` of a run of one process.
    public var communicationSeconds: Double?
    /// On the test text; `nil` of a run that has none.
    public var test: EvaluationSample?

    /// The figures that reports rank by: those on text that nothing was chosen by, where there is such a text.
    public var reported: EvaluationSample { test ?? evaluation }

    public init(
        steps: Int, tokens: Int, trainLoss: Double, evaluation: EvaluationSample, totalParameters: Int,
        trainableParameters: Int, memory: MemoryRecord, optimizerBytes: Int, tokensPerSecond: Double?, wallSeconds: Double,
        refreshSeconds: Double = 0, trainSeconds: Double = 0, weightsSHA256: String? = nil,
        trainingFloatingPointOperations: Double? = nil, companionRuns: Int? = nil,
        foreignProcessorShare: Double? = nil, communicationSeconds: Double? = nil, test: EvaluationSample? = nil
    ) {
        self.test = test
        self.communicationSeconds = communicationSeconds
        self.weightsSHA256 = weightsSHA256
        self.trainingFloatingPointOperations = trainingFloatingPointOperations
        self.companionRuns = companionRuns
        self.foreignProcessorShare = foreignProcessorShare
        self.steps = steps
        self.tokens = tokens
        self.trainLoss = trainLoss
        self.evaluation = evaluation
        self.totalParameters = totalParameters
        self.trainableParameters = trainableParameters
        self.memory = memory
        self.optimizerBytes = optimizerBytes
        self.tokensPerSecond = tokensPerSecond
        self.wallSeconds = wallSeconds
        self.refreshSeconds = refreshSeconds
        self.trainSeconds = trainSeconds
    }

    /// Share of the training time that subspace refreshes took; `nil` when no update was timed.
    public var refreshShare: Double? { trainSeconds > 0 ? refreshSeconds / trainSeconds : nil }
}

/// Why and where a run stopped short of its end.
public struct RunFailure: Error, Sendable, Hashable, Codable {
    public var status: RunStatus
    public var reason: FailureReason
    /// Updates done.
    public var step: Int
    /// One or more sentences for people.
    public var message: String

    /// Stands in the message of one that others entered for a process that was gone.
    public static let withoutAWord = "ended without a word"

    public init(status: RunStatus, reason: FailureReason, step: Int, message: String) {
        self.status = status
        self.reason = reason
        self.step = step
        self.message = message
    }
}
