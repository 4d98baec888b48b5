import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

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
}

/// Where a loop stands: what decides which tensors there are and what the next update does.
public struct LoopPosition: Sendable, Hashable, Codable {
    /// Updates done.
    public var step: Int
    public var phase: Int
    /// Of every trained tensor by its name: updates that it has received since it was fresh. `nil` when all are as old as the
    /// run, which is so in phase 0.
    public var ages: [String: Int]?

    public init(step: Int, phase: Int, ages: [String: Int]? = nil) {
        self.step = step
        self.phase = phase
        self.ages = ages
    }
}

/// A model, its optimizer and its schedule, one update at a time. Knows no corpus, no clock and no recorder.
public final class TrainingLoop<Element: Scalar> {
    public let model: LlamaModel<Element>
    public let optimizer: ModelOptimizer<Element>
    public let schedule: LearningRateSchedule
    private let training: TrainingSpec
    private let seed: UInt64
    /// Tokens of the batch on which rewrites are checked: one sequence.
    private let probe: [Int32]
    /// Updates done.
    public private(set) var step = 0
    /// Carries an action out in the loop's place and says so, for a run whose random choices were recorded elsewhere.
    var replay: ((LifecycleAction) throws -> Bool)?

    /// Allocates and initialises everything.
    ///
    /// - Parameters:
    ///   - optimizer: in place of the one that `training` asks for.
    ///   - probe: `sequenceLength` token ids for self-checks of function-preserving rewrites.
    ///   - initial: weights to start from, in place of drawn ones.
    ///   - position: where a run goes on; its tensors are the caller's to fill in then (``restore(from:)``).
    public init(
        shape: ModelShape, method: any PretrainingMethod, training: TrainingSpec, optimizer: RunOptimizer? = nil, seed: UInt64, threads: Int,
        probe: [Int32], ledger: MemoryLedger, initial: InitialWeights? = nil, resumingAt position: LoopPosition? = nil
    ) throws {
        let rules = try optimizer ?? RunOptimizer(training)
        model = try LlamaModel(
            shape: shape, method: method, sequences: training.microBatchSize, sequenceLength: training.sequenceLength,
            threads: threads, optimizer: rules, options: EngineOptions(training.memory), ledger: ledger,
            phase: position?.phase ?? 0)
        if position == nil {
            if let initial { try initial.initialize(model, seed: seed) } else { try model.initialize(seed: seed) }
        }
        try model.allocateForTraining()
        self.optimizer = try ModelOptimizer(model: model, optimizer: rules, seed: seed, totalSteps: training.steps)
        schedule = LearningRateSchedule(training, restarts: method.restarts(totalSteps: training.steps))
        self.training = training
        self.seed = seed
        self.probe = probe
        step = position?.step ?? 0
        if let position { try self.optimizer.restoreAges(position) }
    }

    public var position: LoopPosition { LoopPosition(step: step, phase: model.phase, ages: optimizer.ages) }

    /// One update from the given micro-batches.
    ///
    /// The loss is the mean over all targets of the update, so cutting a batch in micro-batches changes nothing but
    /// rounding. (The published loops average the micro-batches' means, which weighs short documents more.)
    public func update(_ microBatches: [TokenBatch]) throws -> UpdateReport {
        let targets = microBatches.reduce(0) { $0 + $1.targetCount }
        let scale = targets > 0 ? 1 / Double(targets) : 0
        if model.updatesPerLayer { return try updatePerLayer(microBatches, targets: targets, scale: scale) }
        var sum = 0.0
        for (index, batch) in microBatches.enumerated() {
            sum += try model.accumulateGradients(
                inputs: batch.inputs, targets: batch.targets, lossScale: scale, accumulate: index > 0
            ).sum
        }
        let norm = optimizer.gradientNorm()
        let rate = schedule.learningRate(at: step)
        var report = UpdateReport(
            loss: sum * scale, learningRate: rate, gradientNorm: norm, targets: targets, events: [], lifecycleSeconds: 0)
        guard report.loss.isFinite, norm.isFinite else { return report }
        // As torch.nn.utils.clip_grad_norm_: max_norm / (norm + 1e-6), never above 1.
        let clip = training.gradientClip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
        step += 1
        let log = try optimizer.update(learningRate: rate, step: step, gradientScale: clip)
        try finishUpdate(&report, log)
        return report
    }

    /// Every gradient is consumed as soon as it is complete; the update is done when the backward pass is.
    ///
    /// A loss that is not finite has spoiled the weights by then; the report says so, as the weights are of no use.
    private func updatePerLayer(_ microBatches: [TokenBatch], targets: Int, scale: Double) throws -> UpdateReport {
        let rate = schedule.learningRate(at: step)
        try optimizer.begin(learningRate: rate, step: step + 1)
        // One micro-batch: configs with more are refused, and so is clipping.
        var sum = 0.0
        for batch in microBatches.prefix(1) {
            sum += try model.accumulateGradients(
                inputs: batch.inputs, targets: batch.targets, lossScale: scale, accumulate: false, consumer: optimizer
            ).sum
        }
        let (log, norm) = optimizer.finish()
        var report = UpdateReport(
            loss: sum * scale, learningRate: rate, gradientNorm: norm, targets: targets, events: [], lifecycleSeconds: 0)
        guard report.loss.isFinite, norm.isFinite else { return report }
        step += 1
        try finishUpdate(&report, log)
        return report
    }

    /// What follows every update: the record of refreshes, the method's actions, the next phase.
    private func finishUpdate(_ report: inout UpdateReport, _ log: RefreshLog) throws {
        if log.matrices > 0 {
            var measured = ["matrices": Double(log.matrices), "seconds": log.seconds]
            measured["captured_energy"] = log.meanCapturedEnergy
            measured["rank"] = log.meanRank
            report.events.append(LifecycleRecord(step: step, kind: "refresh", measurements: measured))
        }
        for action in model.method.actions(afterUpdate: step) { report.events.append(try perform(action)) }
        if model.method.phase(ofUpdate: step + 1) > model.phase, step < training.steps { report.events.append(try enterNextPhase()) }
        report.lifecycleSeconds = report.events.reduce(0) { $0 + ($1.measurements["seconds"] ?? 0) }
    }

    private func perform(_ action: LifecycleAction) throws -> LifecycleRecord {
        let start = MonotonicClock.seconds
        var measured: [String: Double] = [:]
        if try replay?(action) == true { return LifecycleRecord(step: step, kind: action.kind, measurements: measured) }
        switch action {
        case .rewrite(let rewrite, let preservesFunction):
            let before = preservesFunction ? try model.hiddenStates(inputs: probe) : []
            try model.perform(rewrite, seed: seed, step: step)
            if preservesFunction { measured["function_change"] = relativeChange(from: before, to: try model.hiddenStates(inputs: probe)) }
        case .pruneState(let names, let pruning):
            let pruned = try optimizer.prune(names, pruning, seed: seed, step: step)
            measured["entries"] = Double(pruned.entries)
            if pruned.entries > 0 { measured["zeroed_fraction"] = Double(pruned.zeros) / Double(pruned.entries) }
        case .setAge(let names, let age):
            measured["tensors"] = Double(optimizer.setAge(names, age))
            measured["age"] = Double(age)
        }
        measured["seconds"] = MonotonicClock.seconds - start
        return LifecycleRecord(step: step, kind: action.kind, measurements: measured)
    }

    private func enterNextPhase() throws -> LifecycleRecord {
        let start = MonotonicClock.seconds
        let before = try model.hiddenStates(inputs: probe)
        try model.enter(phase: model.phase + 1, seed: seed) { optimizer.releaseUntrained() }
        try optimizer.followModel()
        let change = relativeChange(from: before, to: try model.hiddenStates(inputs: probe))
        return LifecycleRecord(
            step: step, kind: "phase",
            measurements: [
                "phase": Double(model.phase), "function_change": change, "seconds": MonotonicClock.seconds - start,
            ])
    }

    /// ‖after − before‖ / ‖before‖
    private func relativeChange(from before: [Element], to after: [Element]) -> Double {
        var difference = 0.0
        var norm = 0.0
        for (a, b) in zip(before, after) {
            difference += (Double(b) - Double(a)) * (Double(b) - Double(a))
            norm += Double(a) * Double(a)
        }
        return norm > 0 ? (difference / norm).squareRoot() : 0
    }
}
