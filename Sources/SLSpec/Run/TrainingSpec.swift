/// How a run trains: budget, batch, optimizer and schedule. Shared by all methods of a sweep unless one overrides it.
public struct TrainingSpec: Sendable, Hashable, Codable {
    /// Optimizer updates. Exactly this many: the published loops make one more by mistake.
    public var steps: Int
    /// Sequences per optimizer update.
    public var batchSize: Int
    /// Micro-batches per update; divides `batchSize`.
    public var gradientAccumulation: Int
    /// Runs of consecutive micro-batches whose gradients are added in a binary tree; a power of two that divides `gradientAccumulation`. Inside
    /// a shard they are added one to the other. As many processes can share an update without a change of a bit.
    public var shards: Int
    /// How processes that share an update add their gradients.
    public var exchange: GradientSum
    public var sequenceLength: Int
    public var learningRate: Double
    public var warmupSteps: Int
    /// The cosine reaches `minimumLearningRateRatio · learningRate` at update index `steps`, one behind the last.
    public var minimumLearningRateRatio: Double
    public var weightDecay: Double
    public var optimizer: OptimizerSpec
    /// In the order of their selectors.
    public var groups: [ParameterGroup]
    /// Global L2 norm the gradient is clipped to; `nil` for none.
    public var gradientClip: Double?
    public var memory: MemoryOptions
    /// `nil`: the backward pass reads every linear's input as it was.
    public var activations: ActivationSpec?

    public init(
        steps: Int, batchSize: Int, gradientAccumulation: Int = 1, shards: Int = 1, exchange: GradientSum = .ordered, sequenceLength: Int,
        learningRate: Double, warmupSteps: Int, minimumLearningRateRatio: Double = 0.1, weightDecay: Double = 0, optimizer: OptimizerSpec = .adamW(),
        groups: [ParameterGroup] = [], gradientClip: Double? = nil, memory: MemoryOptions = MemoryOptions(),
        activations: ActivationSpec? = nil
    ) {
        self.steps = steps
        self.batchSize = batchSize
        self.gradientAccumulation = gradientAccumulation
        self.shards = shards
        self.exchange = exchange
        self.sequenceLength = sequenceLength
        self.learningRate = learningRate
        self.warmupSteps = warmupSteps
        self.minimumLearningRateRatio = minimumLearningRateRatio
        self.weightDecay = weightDecay
        self.optimizer = optimizer
        self.groups = groups.sorted { $0.selector < $1.selector }
        self.gradientClip = gradientClip
        self.memory = memory
        self.activations = activations
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case steps
        case batchSize = "batch_size"
        case gradientAccumulation = "gradient_accumulation"
        case shards
        case exchange
        case sequenceLength = "sequence_length"
        case learningRate = "lr"
        case warmupSteps = "warmup_steps"
        case minimumLearningRateRatio = "min_lr_ratio"
        case weightDecay = "weight_decay"
        case gradientClip = "grad_clip"
    }

    public var microBatchSize: Int { batchSize / gradientAccumulation }
    /// Positions of an update. All of them are targets unless rows are padded: ``RunSpec/targetsPerUpdate``.
    public var tokensPerStep: Int { batchSize * sequenceLength }
    /// Positions of all updates: ``RunSpec/expectedTargets`` where rows are padded.
    public var totalTokens: Int { steps * tokensPerStep }
}
