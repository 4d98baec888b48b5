public import SLMethodKit
public import SLModel
public import SLRanks
public import SLSpec

/// How fast a core works, alone or beside others.
public struct CoreSpeed: Sendable, Hashable {
    /// FLOP/s of passes forward and backward, everything in them included.
    public var operationsPerSecond: Double
    /// Bytes a second of an optimizer's update: gradients read, trained weights and state read and written.
    public var updatedBytesPerSecond: Double

    public init(operationsPerSecond: Double, updatedBytesPerSecond: Double) {
        self.operationsPerSecond = operationsPerSecond
        self.updatedBytesPerSecond = updatedBytesPerSecond
    }
}

/// What a published recipe takes under a method on so many nodes. Updates alone: evaluations, checkpoints and start come on top.
public struct ScaleEstimate: Sendable {
    public var model: String
    public var method: String
    public var rank: Int?
    public var layout: RankLayout
    public var updates: Int
    /// Sequences of one rank's micro-batch.
    public var microBatch: Int
    public var trainedParameters: Int
    public var operationsPerToken: Double
    /// Of the phase that sends most.
    public var exchanged: ExchangedBytes
    /// Seconds of one update: passes forward and backward, the optimizer's work, exchange.
    public var passSeconds: Double
    public var updateSeconds: Double
    public var communicationSeconds: Double
    /// Tensors of the rank that holds most.
    public var rankBytes: Int

    public var secondsPerUpdate: Double { passSeconds + updateSeconds + communicationSeconds }
    public var communicationShare: Double { communicationSeconds / secondsPerUpdate }
    public var tokensPerSecond: Double { Double(PublishedRecipe.tokensPerUpdate) / secondsPerUpdate }
    public var days: Double { Double(updates) * secondsPerUpdate / 86_400 }
    public var nodeHours: Double { 24 * days * Double(layout.nodes) }
    /// Every rank taken for the one that holds most.
    public var nodeBytes: Int { layout.ranksPerNode * rankBytes }
}

/// Predicts published recipes on ranks.
public struct ScalePlanner: Sendable {
    public var registry: MethodRegistry
    public var communication: CommunicationModel
    /// Whether a tensor's optimizer state is on one rank only.
    public var shardsOptimizer: Bool
    /// Parts in which an update's gradients are summed, a power of two; `nil` for as many as ranks, which takes the least memory.
    public var shards: Int?
    /// How gradients are added.
    public var reduction: TreeSum.Reduction
    /// Bytes a second of a node's memory, which the updates of its ranks share.
    public var memoryBandwidth: Double

    public init(
        registry: MethodRegistry, communication: CommunicationModel, shardsOptimizer: Bool = false, shards: Int? = nil, reduction: TreeSum.Reduction = .tree,
        memoryBandwidth: Double = .infinity
    ) {
        self.reduction = reduction
        self.memoryBandwidth = memoryBandwidth
        self.registry = registry
        self.communication = communication
        self.shardsOptimizer = shardsOptimizer
        self.shards = shards
    }

    /// Bytes that one update of a whole model goes through.
    public static func updatedBytes(_ accounting: ModelAccounting, phase: Int) -> Int {
        accounting.gradientBytes(phase: phase) + 2 * (accounting.trainedWeightBytes(phase: phase) + accounting.optimizerBytes(phase: phase))
    }

    /// - Throws: `MethodOptionError` when the method can't have the model's shape.
    /// - Returns: `nil` for a model without a published recipe.
    public func estimate(_ descriptor: MethodDescriptor, model: ModelShape, layout: RankLayout, speed: CoreSpeed) throws -> ScaleEstimate? {
        guard let training = PublishedRecipe.training(descriptor, model: model, ranks: layout.ranks) else { return nil }
        let options = MethodOptions(descriptor: descriptor, model: model)
        let method = try registry.make(descriptor.name, options: options, model: model)
        let accounting = try ModelAccounting(shape: model, method: method, training: training)
        let operations = accounting.trainingFloatingPointOperations(training) / Double(training.totalTokens)
        let weights = Self.weights(ofPhases: method, updates: training.steps)
        func mean(_ value: (Int) -> Double) -> Double { weights.enumerated().reduce(0) { $0 + $1.element * value($1.offset) } }
        let cores = Double(layout.threads)
        let updated = min(cores * speed.updatedBytesPerSecond, memoryBandwidth / Double(layout.ranksPerNode))
        let exchanged = weights.indices.map { exchange(accounting, phase: $0, ranks: layout.ranks) }
        return ScaleEstimate(
            model: model.name, method: descriptor.name, rank: options["rank"]?.integer, layout: layout, updates: training.steps,
            microBatch: training.microBatchSize, trainedParameters: accounting.trainableParameters(phase: method.phaseCount - 1),
            operationsPerToken: operations, exchanged: exchanged.max { $0.out + $0.back < $1.out + $1.back } ?? ExchangedBytes(out: 0, back: 0),
            passSeconds: operations * Double(PublishedRecipe.tokensPerUpdate) / Double(layout.ranks) / (cores * speed.operationsPerSecond),
            updateSeconds: mean { phase in
                let share = shardsOptimizer ? largestShare(accounting, phase: phase, ranks: layout.ranks) : 1
                return share * Double(Self.updatedBytes(accounting, phase: phase)) / updated
            },
            communicationSeconds: mean { communication.seconds(exchanged[$0], layout, reduction) },
            rankBytes: try rankBytes(method, model, training, layout))
    }

    /// The share of the updates that each phase has.
    private static func weights(ofPhases method: any PretrainingMethod, updates: Int) -> [Double] {
        let bounds = [0] + method.phaseStarts.map { min($0, updates) } + [updates]
        return zip(bounds, bounds.dropFirst()).map { Double($1 - $0) / Double(updates) }
    }

    /// What every rank adds goes to all, or, where the optimizer is sharded, to the owner: in rounds of equal parts until the last owner has its
    /// tensors. The owner sends the weights. The library's own sum goes to all in any case.
    private func exchange(_ accounting: ModelAccounting, phase: Int, ranks: Int) -> ExchangedBytes {
        let gradients = accounting.gradientBytes(phase: phase)
        guard shardsOptimizer, ranks > 1 else { return ExchangedBytes(out: gradients, back: gradients) }
        let weights = accounting.trainedWeightBytes(phase: phase)
        if reduction == .allReduce { return ExchangedBytes(out: gradients, back: gradients + weights) }
        let longest = accounting.stateLoads(phase: phase, ranks: ranks).map(\.elements).max() ?? 0
        // Gradients of tensors that are not updated have no owner.
        let observed = gradients - 4 * accounting.trainableParameters(phase: phase)
        return ExchangedBytes(out: 4 * ranks * longest + observed, back: weights + observed)
    }

    /// Of all updates, the share of the rank that has most elements to update.
    private func largestShare(_ accounting: ModelAccounting, phase: Int, ranks: Int) -> Double {
        let loads = accounting.stateLoads(phase: phase, ranks: ranks).map(\.elements)
        return Double(loads.max() ?? 0) / Double(max(1, loads.reduce(0, +)))
    }

    /// Of the largest rank, by the plan of a run that so many share.
    private func rankBytes(_ method: any PretrainingMethod, _ model: ModelShape, _ training: TrainingSpec, _ layout: RankLayout) throws -> Int {
        var training = training
        training.shards = shards ?? layout.ranks
        training.memory.shardsOptimizer = shardsOptimizer
        return try MemoryPlan.ofRanks(layout.ranks, shape: model, method: method, training: training, threads: layout.threads).largestBytes
    }
}
