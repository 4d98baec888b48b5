import SLData
public import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
public import SLSpec

/// Training steps on random tokens, for timing: the same loop that trains, without corpus and records.
public final class StepBench {
    private let loop: TrainingLoop<Float>
    private let ledger = MemoryLedger()
    /// One batch for every step, so that a falling loss shows that steps really train.
    private let tokens: TokenBatch
    /// Updates between refreshes, for methods that have such an option.
    public let refreshInterval: Int?

    private let constant: ProcessConstant
    /// Resident bytes that are no tensors.
    public var constantBytes: Int? { constant.bytes }
    /// What the plan says the tensors will take.
    public let predictedBytes: Int
    /// Which of several equal ways linears are computed in, in words.
    public let computation: String?
    public let operationsPerToken: Double

    /// - Parameters:
    ///   - options: what differs from the method's defaults.
    ///   - optimizer: its own defaults where it says nothing.
    public init(
        model: ModelShape, method name: String, options: [String: OptionValue], optimizer: OptimizerSpec = OptimizerSpec(), memory: MemoryOptions, batch: Int,
        sequenceLength: Int, threads: Int, registry: MethodRegistry
    ) throws {
        Compute.configure(threads: threads)
        constant = try ProcessConstant()
        let descriptor = try registry.descriptor(named: name)
        let resolved = MethodOptions(descriptor: descriptor, model: model, given: options)
        refreshInterval = resolved["update_interval"]?.integer
        let recipe = descriptor.recipe(model)
        let training = TrainingSpec(
            steps: 1_000_000, batchSize: batch, sequenceLength: sequenceLength, learningRate: recipe.learningRate, warmupSteps: 100,
            optimizer: optimizer.isStandard ? .adamW(epsilon: recipe.epsilon) : optimizer, gradientClip: memory.update == .perLayer ? nil : recipe.gradientClip, memory: memory)
        var stream = RandomStream(seed: 1, name: "bench/tokens")
        let ids = (0..<batch * (sequenceLength + 1)).map { _ in Int32(stream.below(model.vocabularySize)) }
        let rows = (0..<batch).map { $0 * (sequenceLength + 1) }
        tokens = TokenBatch(
            rows: batch, sequenceLength: sequenceLength, inputs: rows.flatMap { ids[$0..<$0 + sequenceLength] },
            targets: rows.flatMap { ids[$0 + 1...$0 + sequenceLength] })
        let method = try registry.make(name, options: resolved, model: model)
        predictedBytes = try MemoryPlan(shape: model, method: method, training: training, threads: threads).totalBytes
        computation = method.computationSummary(
            shape: model, phase: 0, pass: PassSize(training, threads: threads))
        operationsPerToken = ModelAccounting(shape: model, method: method, optimizer: try RunOptimizer(training), precision: OperandPrecision(memory.precision))
            .floatingPointOperationsPerToken(sequenceLength: sequenceLength, microBatchTokens: batch * sequenceLength)
        loop = try TrainingLoop(
            shape: model, method: method, training: training, seed: 1,
            threads: threads, probe: [Int32](repeating: 0, count: sequenceLength), ledger: ledger)
    }

    /// What one timed step says.
    public struct Step: Sendable {
        public let seconds: Double
        public let loss: Double
        /// The part of `seconds` inside matrix products.
        public let productSeconds: Double
        /// The part of `seconds` inside subspace refreshes and other lifecycle work.
        public let refreshSeconds: Double
        /// Tensors whose subspace was found anew.
        public let refreshes: Int
    }

    /// One update: forward, backward, optimizer.
    ///
    /// - Parameter microBatches: each of them the whole batch. Two take one pass more than one, and no more of the optimizer.
    public func step(microBatches: Int = 1) throws -> Step {
        let products = ProductClock.seconds
        let start = MonotonicClock.seconds
        let report = try loop.update([TokenBatch](repeating: tokens, count: microBatches))
        return Step(
            seconds: MonotonicClock.seconds - start, loss: report.loss, productSeconds: ProductClock.seconds - products,
            refreshSeconds: report.lifecycleSeconds,
            refreshes: report.events.reduce(0) { $0 + ($1.kind == "refresh" ? Int($1.measurements["matrices"] ?? 0) : 0) })
    }

    /// The matrix products of one step alone: same calls on the same buffers. The weights are of no use afterwards.
    ///
    /// The first call takes a step to learn which products those are.
    public func replayProducts() throws -> (seconds: Double, operations: Int) {
        let log = try products ?? recordedProducts()
        products = log
        let start = MonotonicClock.seconds
        log.replay()
        return (MonotonicClock.seconds - start, log.operations)
    }

    private var products: ProductLog?

    private func recordedProducts() throws -> ProductLog {
        let log = ProductLog()
        _ = try log.record { try loop.update([tokens]) }
        return log
    }

    public var totalParameters: Int { loop.model.parameters.reduce(0) { $0 + $1.parameter.count } }
    public var trainableParameters: Int {
        loop.model.parameters.reduce(0) { $0 + ($1.parameter.isTrainable ? $1.parameter.count : 0) }
    }

    public var peakTrackedBytes: Int { ledger.peak.total }
}
