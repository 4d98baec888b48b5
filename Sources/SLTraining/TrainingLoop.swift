public import SLData
public import SLMethodKit
public import SLModel
public import SLNumerics
public import SLOptimizers
public import SLRanks
public import SLSpec
import SLSystem

/// What one update did.
public struct UpdateReport: Sendable {
    /// Mean over the update's targets, before the update.
    public var loss: Double
    public var learningRate: Double
    public var gradientNorm: Double
    public var targets: Int
    /// Lifecycle work after and inside the update.
    public var events: [LifecycleRecord]
    public var lifecycleSeconds: Double
    /// Whether the weights have moved.
    var isApplied = false
    /// Why the run should end with this update.
    package var divergence: Divergence?

    package init(_ facts: UpdateFacts, learningRate: Double) {
        loss = facts.loss
        self.learningRate = learningRate
        gradientNorm = facts.gradientNorm
        targets = facts.targets
        events = []
        lifecycleSeconds = 0
    }
}

/// A model, its optimizer, its schedule and its controllers, one update at a time. Knows no corpus, no clock and no recorder.
public final class TrainingLoop<Element: Scalar> {
    public let model: LlamaModel<Element>
    public let optimizer: ModelOptimizer<Element>
    public internal(set) var schedule: LearningRateSchedule
    package let training: TrainingSpec
    package let rules: StepRules
    package let seed: UInt64
    /// Tokens of the batch on which rewrites are checked: one sequence.
    package let probe: [Int32]
    /// Updates done.
    public private(set) var step = 0
    /// Of every update so far.
    public internal(set) var losses: [Double] = []
    /// In the order in which they are asked.
    public internal(set) var lifecycles: [any Lifecycle]
    /// Gradients that a controller asked for, and whether it did so after the present update.
    var observation: GradientObservation?
    var observationIsNew = false
    /// Processes that share the run.
    let ranks: any RankGroup
    private let work: ShardWork
    private let exchange: GradientExchange
    let shardSum: ShardSum<Element>
    /// For a run whose random choices were recorded elsewhere.
    package weak var replay: (any LifecycleReplay)?

    /// Allocates and initialises everything.
    ///
    /// - Parameters:
    ///   - optimizer: in place of the one that `training` asks for.
    ///   - probe: `sequenceLength` token ids for self-checks of function-preserving rewrites.
    ///   - initial: weights to start from, in place of drawn ones.
    ///   - position: where a run goes on; its tensors are the caller's to fill in then (``restore(from:)``).
    ///   - ranks: processes that share every update, each with a loop like this one.
    /// - Throws: ``ShardError`` and `RankError` where an update can't be shared so; what making a model throws.
    public init(
        shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, optimizer: RunOptimizer? = nil, seed: UInt64, threads: Int,
        probe: [Int32], ledger: MemoryLedger, initial: InitialWeights? = nil, resumingAt position: LoopPosition? = nil,
        ranks: any RankGroup = LoneRank()
    ) throws {
        self.ranks = ranks
        work = try ShardWork(training, ranks: ranks)
        exchange = GradientExchange(tree: work.tree, ranks: ranks)
        shardSum = ShardSum(levels: ShardTree.levels(shards: training.shards, ranks: ranks.count))
        let optimizerRules = try optimizer ?? RunOptimizer(training)
        var options = EngineOptions(training.memory)
        options.fileFolder = BackingFile.folder
        model = try LlamaModel(
            shape: shape, method: method, sequences: training.microBatchSize, sequenceLength: training.sequenceLength,
            threads: threads, optimizer: optimizerRules, options: options, ledger: ledger,
            phase: position?.phase ?? 0)
        if position == nil {
            if let initial { try initial.initialize(model, seed: seed) } else { try model.initialize(seed: seed) }
        }
        if let held = position?.held { try model.setHeld(true, .named(Set(held))) }
        var lifecycles = method.lifecycles(totalSteps: training.steps)
        observation = position?.observation
        if position == nil { observation = try model.begin(&lifecycles, totalSteps: training.steps, seed: seed) }
        try model.observe(observation?.tensors)
        try model.allocateForTraining()
        self.optimizer = try ModelOptimizer(
            model: model, optimizer: optimizerRules, seed: seed, totalSteps: training.steps, ranks: ranks,
            sharesState: training.memory.shardsOptimizer)
        if !ranks.isLone { self.optimizer.exchange = exchange }
        try shardSum.follow(model.gradients.map(\.matrix) + model.collectedSums, ledger: ledger)
        schedule = LearningRateSchedule(training, plan: LearningRatePlan(lifecycles.map(\.plannedRates)))
        for dip in position?.dips ?? [] { schedule.add(dip) }
        self.lifecycles = try LifecycleState.restore(position?.lifecycles, into: lifecycles, step: position?.step ?? 0)
        self.training = training
        rules = StepRules(training, vocabularySize: shape.vocabularySize)
        self.seed = seed
        self.probe = probe
        step = position?.step ?? 0
        if let position { try self.optimizer.restoreAges(position) } else { try compareRanks() }
    }

    /// - Throws: `EncodingError` for a controller's state that has no text.
    public var position: LoopPosition {
        get throws {
            let held = model.heldTensors.sorted()
            return LoopPosition(
                step: step, phase: model.phase, ages: optimizer.ages, lifecycles: lifecycles.isEmpty ? nil : try lifecycles.map { try LifecycleState($0) },
                held: held.isEmpty ? nil : held, observation: observation, dips: schedule.asked.isEmpty ? nil : schedule.asked)
        }
    }

    /// One update from the given micro-batches.
    ///
    /// The loss is the mean over all targets of the update, so cutting a batch in micro-batches changes nothing but
    /// rounding. (The published loops average the micro-batches' means, which weighs short documents more.)
    public func update(_ microBatches: [TokenBatch]) throws -> UpdateReport {
        let targets = microBatches.reduce(0) { $0 + $1.targetCount }
        let scale = StepRules.lossScale(targets: targets)
        model.update = (step + 1, seed)
        if model.updatesPerLayer { return try updatePerLayer(microBatches, targets: targets, scale: scale) }
        let sum = try sumGradients(of: microBatches, lossScale: scale)
        let rate = schedule.learningRate(at: step)
        let facts = facts(sum, targets, squaredNorm: try optimizer.measureGradients())
        var report = UpdateReport(facts, learningRate: rate)
        switch rules.verdict(on: facts) {
        case .refuse(let divergence): report.divergence = divergence
        case .apply(let clip, let divergence):
            (report.isApplied, report.divergence) = (true, divergence)
            step += 1
            try finishUpdate(&report, try optimizer.update(learningRate: rate, step: step, gradientScale: clip))
            try compareOneTensorIfDue()
        }
        return report
    }

    /// Gradients of all micro-batches, added inside of shards one to the other and then in the shards' tree.
    ///
    /// - Returns: the sum of the losses, added in the micro-batches' order.
    private func sumGradients(of microBatches: [TokenBatch], lossScale: Double) throws -> Double {
        let shards = work.shards
        precondition(microBatches.count == training.gradientAccumulation || training.shards == 1, "\(microBatches.count) micro-batches")
        let numbers = training.shards == 1 ? [microBatches.indices] : shards
        let (gradients, collected) = (model.gradients, model.collectedSums)
        let sums = gradients.map(\.matrix) + collected
        try shardSum.follow(sums, ledger: model.ledger)
        if work.first > 0, let batch = microBatches.first { try model.rehearse(inputs: batch.inputs, targets: batch.targets, lossScale: lossScale) }
        var losses: [Double] = []
        for (shard, range) in numbers.enumerated() {
            for number in range {
                let batch = microBatches[number]
                losses.append(
                    try model.accumulateGradients(
                        inputs: batch.inputs, targets: batch.targets, lossScale: lossScale, accumulate: number > range.lowerBound,
                        microBatch: MicroBatch(number: number, startsUpdate: losses.isEmpty)
                    ).sum)
            }
            shardSum.finish(shard: shard, of: sums)
        }
        try exchange.sum(sums) { gradients.indices.contains($0) ? optimizer.owner(of: gradients[$0].name) : nil }
        return try ranks.gatherNumbers(losses).joined().reduce(0, +)
    }

    /// Every gradient is consumed as soon as it is complete; the update is done when the backward pass is.
    ///
    /// A loss that is not finite has spoiled the weights by then; the report says so, as the weights are of no use.
    private func updatePerLayer(_ microBatches: [TokenBatch], targets: Int, scale: Double) throws -> UpdateReport {
        let rate = schedule.learningRate(at: step)
        try optimizer.begin(learningRate: rate, step: step + 1)
        // This process's only one: configs with more are refused, and so is clipping.
        let batch = microBatches[work.first]
        if work.first > 0 { try model.rehearse(inputs: microBatches[0].inputs, targets: microBatches[0].targets, lossScale: scale) }
        let loss = try model.accumulateGradients(
            inputs: batch.inputs, targets: batch.targets, lossScale: scale, accumulate: false,
            microBatch: MicroBatch(number: work.first, startsUpdate: true), consumer: optimizer
        ).sum
        try exchange.sum(model.collectedSums) { _ in nil }
        let sum = try ranks.gatherNumbers([loss]).joined().reduce(0, +)
        let (log, squaredNorm) = try optimizer.finish()
        let facts = facts(sum, targets, squaredNorm: squaredNorm)
        var report = UpdateReport(facts, learningRate: rate)
        switch rules.verdict(on: facts) {
        case .refuse(let divergence): report.divergence = divergence
        case .apply(_, let divergence):
            (report.isApplied, report.divergence) = (true, divergence)
            step += 1
            try finishUpdate(&report, log)
            try compareOneTensorIfDue()
        }
        return report
    }

    private func facts(_ lossSum: Double, _ targets: Int, squaredNorm: Double) -> UpdateFacts {
        UpdateFacts(number: step + 1, lossSum: lossSum, targets: targets, squaredGradientNorm: squaredNorm, firstLoss: losses.first)
    }
}
