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
    /// The cosine ends at `minimumLearningRateRatio · learningRate`.
    public var minimumLearningRateRatio: Double
    public var weightDecay: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// Global L2 norm the gradient is clipped to; `nil` for none.
    public var gradientClip: Double?

    public init(
        steps: Int, batchSize: Int, gradientAccumulation: Int = 1, sequenceLength: Int, learningRate: Double,
        warmupSteps: Int, minimumLearningRateRatio: Double = 0.1, weightDecay: Double = 0, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8, gradientClip: Double? = nil
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

    public var microBatchSize: Int { batchSize / gradientAccumulation }
    public var tokensPerStep: Int { batchSize * sequenceLength }
    public var totalTokens: Int { steps * tokensPerStep }
}
