/// One finished run of the `comparison` view; the properties are its columns, in its order.
public struct ComparisonRow: Sendable, Hashable, Codable {
    public var runID: String
    public var sweep: String
    public var size: String
    public var method: String
    public var rank: Int?
    public var seed: Int
    public var steps: Int
    public var tokens: Int
    public var trainLoss: Double?
    public var evalLoss: Double?
    public var perplexity: Double?
    public var bitsPerByte: Double?
    public var totalParameters: Int
    public var trainableParameters: Int
    public var paperMemoryBytes: Int?
    public var peakTrackedBytes: Int?
    public var peakResidentBytes: Int?
    public var optimizerBytes: Int?
    public var tokensPerSecond: Double?
    public var wallSeconds: Double?
    public var status: RunStatus
    /// Share of the training time that subspace refreshes took.
    public var refreshShare: Double?
    public var predictedBytes: Int?
    /// Resident size of the run's process before its first tensor.
    public var processConstantBytes: Int?
    /// Of all updates by formula.
    public var trainingFLOPs: Double?
    /// The most other runs seen in training on the same machine meanwhile: above 0 the speed does not compare.
    public var companionRuns: Int?
    public var learningRate: Double?
    /// The method's options and the training settings as JSON, and the first digits of the group's key: what tells cells of one
    /// method apart.
    public var options: String?
    public var training: String?
    public var groupID: String?
    /// Share of the machine's processor time that others took meanwhile.
    public var foreignProcessorShare: Double?
    /// Of the final evaluation.
    public var evalTokens: Int?
    public var evalBytes: Int?
    /// Losses of the evaluated targets under counted models of the training text.
    public var unigramLoss: Double?
    public var bigramLoss: Double?
    /// On the test text, where the run has one.
    public var testLoss: Double?
    public var testPerplexity: Double?
    public var testBitsPerByte: Double?
    public var testTokens: Int?
    /// How often its training went over the training text.
    public var trainingPasses: Double?

    /// The loss that runs are ranked by: on text that nothing was chosen by, where there is such a text; see ``RunResult/reported``.
    public var reportedLoss: Double? { testLoss ?? evalLoss }

    public init(
        runID: String, sweep: String, size: String, method: String, rank: Int?, seed: Int, steps: Int, tokens: Int,
        trainLoss: Double?, evalLoss: Double?, perplexity: Double?, bitsPerByte: Double?, totalParameters: Int,
        trainableParameters: Int, paperMemoryBytes: Int?, peakTrackedBytes: Int?, peakResidentBytes: Int?,
        optimizerBytes: Int?, tokensPerSecond: Double?, wallSeconds: Double?, status: RunStatus,
        refreshShare: Double? = nil, predictedBytes: Int? = nil, processConstantBytes: Int? = nil,
        trainingFLOPs: Double? = nil, companionRuns: Int? = nil, learningRate: Double? = nil, options: String? = nil,
        training: String? = nil, groupID: String? = nil, foreignProcessorShare: Double? = nil, evalTokens: Int? = nil,
        evalBytes: Int? = nil, unigramLoss: Double? = nil, bigramLoss: Double? = nil, testLoss: Double? = nil,
        testPerplexity: Double? = nil, testBitsPerByte: Double? = nil, testTokens: Int? = nil, trainingPasses: Double? = nil
    ) {
        self.testLoss = testLoss
        self.testPerplexity = testPerplexity
        self.testBitsPerByte = testBitsPerByte
        self.testTokens = testTokens
        self.trainingPasses = trainingPasses
        self.learningRate = learningRate
        self.options = options
        self.training = training
        self.groupID = groupID
        self.foreignProcessorShare = foreignProcessorShare
        self.evalTokens = evalTokens
        self.evalBytes = evalBytes
        self.unigramLoss = unigramLoss
        self.bigramLoss = bigramLoss
        self.trainingFLOPs = trainingFLOPs
        self.companionRuns = companionRuns
        self.runID = runID
        self.sweep = sweep
        self.size = size
        self.method = method
        self.rank = rank
        self.seed = seed
        self.steps = steps
        self.tokens = tokens
        self.trainLoss = trainLoss
        self.evalLoss = evalLoss
        self.perplexity = perplexity
        self.bitsPerByte = bitsPerByte
        self.totalParameters = totalParameters
        self.trainableParameters = trainableParameters
        self.paperMemoryBytes = paperMemoryBytes
        self.peakTrackedBytes = peakTrackedBytes
        self.peakResidentBytes = peakResidentBytes
        self.optimizerBytes = optimizerBytes
        self.tokensPerSecond = tokensPerSecond
        self.wallSeconds = wallSeconds
        self.status = status
        self.refreshShare = refreshShare
        self.predictedBytes = predictedBytes
        self.processConstantBytes = processConstantBytes
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case runID = "run_id"
        case sweep, size, method, rank, seed, steps, tokens
        case trainLoss = "train_loss"
        case evalLoss = "eval_loss"
        case perplexity
        case bitsPerByte = "bits_per_byte"
        case totalParameters = "total_parameters"
        case trainableParameters = "trainable_parameters"
        case paperMemoryBytes = "paper_memory_bytes"
        case peakTrackedBytes = "peak_tracked_bytes"
        case peakResidentBytes = "peak_rss_bytes"
        case optimizerBytes = "optimizer_bytes"
        case tokensPerSecond = "tokens_per_second"
        case wallSeconds = "wall_seconds"
        case status
        case refreshShare = "refresh_share"
        case predictedBytes = "predicted_bytes"
        case processConstantBytes = "process_constant_bytes"
        case trainingFLOPs = "training_flops"
        case companionRuns = "companion_runs"
        case learningRate = "learning_rate"
        case options, training
        case groupID = "group_id"
        case foreignProcessorShare = "foreign_processor_share"
        case evalTokens = "eval_tokens"
        case evalBytes = "eval_bytes"
        case unigramLoss = "unigram_loss"
        case bigramLoss = "bigram_loss"
        case testLoss = "test_loss"
        case testPerplexity = "test_perplexity"
        case testBitsPerByte = "test_bits_per_byte"
        case testTokens = "test_tokens"
        case trainingPasses = "training_passes"
    }
}
