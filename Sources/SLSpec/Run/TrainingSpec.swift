/// How a run trains: budget, batch, optimizer and schedule. Shared by all methods of a sweep unless one overrides it.
public struct TrainingSpec: Sendable, Hashable, Codable {
    /// Optimizer updates. Exactly this many: the published loops make one more by mistake.
    public var steps: Int
    /// Sequences per optimizer update.
    public var batchSize: Int
    /// Micro-batches per update; divides `batchSize`.
    public var gradientAccumulation: Int
    public var sequenceLength: Int
    public var learningRate: Double
    public var warmupSteps: Int
    /// The cosine reaches `minimumLearningRateRatio · learningRate` at update index `steps`, one behind the last.
    public var minimumLearningRateRatio: Double
    public var weightDecay: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// Global L2 norm the gradient is clipped to; `nil` for none.
    public var gradientClip: Double?
    public var memory: MemoryOptions

    public init(
        steps: Int, batchSize: Int, gradientAccumulation: Int = 1, sequenceLength: Int, learningRate: Double,
        warmupSteps: Int, minimumLearningRateRatio: Double = 0.1, weightDecay: Double = 0, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8, gradientClip: Double? = nil,
        memory: MemoryOptions = MemoryOptions()
    ) {
        self.steps = steps
        self.batchSize = batchSize
        self.gradientAccumulation = gradientAccumulation
        self.sequenceLength = sequenceLength
        self.learningRate = learningRate
        self.warmupSteps = warmupSteps
        self.minimumLearningRateRatio = minimumLearningRateRatio
        self.weightDecay = weightDecay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.gradientClip = gradientClip
        self.memory = memory
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case steps
        case batchSize = "batch_size"
        case gradientAccumulation = "gradient_accumulation"
        case sequenceLength = "sequence_length"
        case learningRate = "lr"
        case warmupSteps = "warmup_steps"
        case minimumLearningRateRatio = "min_lr_ratio"
        case weightDecay = "weight_decay"
        case beta1, beta2, epsilon
        case gradientClip = "grad_clip"
    }

    // Memory options stand beside the other keys, not in an object of their own.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            steps: try values.decode(Int.self, forKey: .steps), batchSize: try values.decode(Int.self, forKey: .batchSize),
            gradientAccumulation: try values.decode(Int.self, forKey: .gradientAccumulation),
            sequenceLength: try values.decode(Int.self, forKey: .sequenceLength),
            learningRate: try values.decode(Double.self, forKey: .learningRate),
            warmupSteps: try values.decode(Int.self, forKey: .warmupSteps),
            minimumLearningRateRatio: try values.decode(Double.self, forKey: .minimumLearningRateRatio),
            weightDecay: try values.decode(Double.self, forKey: .weightDecay), beta1: try values.decode(Double.self, forKey: .beta1),
            beta2: try values.decode(Double.self, forKey: .beta2), epsilon: try values.decode(Double.self, forKey: .epsilon),
            gradientClip: try values.decodeIfPresent(Double.self, forKey: .gradientClip), memory: try MemoryOptions(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(steps, forKey: .steps)
        try values.encode(batchSize, forKey: .batchSize)
        try values.encode(gradientAccumulation, forKey: .gradientAccumulation)
        try values.encode(sequenceLength, forKey: .sequenceLength)
        try values.encode(learningRate, forKey: .learningRate)
        try values.encode(warmupSteps, forKey: .warmupSteps)
        try values.encode(minimumLearningRateRatio, forKey: .minimumLearningRateRatio)
        try values.encode(weightDecay, forKey: .weightDecay)
        try values.encode(beta1, forKey: .beta1)
        try values.encode(beta2, forKey: .beta2)
        try values.encode(epsilon, forKey: .epsilon)
        try values.encodeIfPresent(gradientClip, forKey: .gradientClip)
        try memory.encode(to: encoder)
    }

    public var microBatchSize: Int { batchSize / gradientAccumulation }
    /// Positions of an update. All of them are targets unless rows are padded: ``RunSpec/targetsPerUpdate``.
    public var tokensPerStep: Int { batchSize * sequenceLength }
    /// Positions of all updates: ``RunSpec/expectedTargets`` where rows are padded.
    public var totalTokens: Int { steps * tokensPerStep }
}
