import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

/// Training steps on random tokens, for timing: the same loop that trains, without corpus and records.
public final class StepBench {
    private let loop: TrainingLoop<Float>
    private let ledger = MemoryLedger()
    private let vocabulary: Int
    private let batch: Int
    private let sequenceLength: Int
    private var stream = RandomStream(seed: 1, name: "bench/tokens")

    /// - Parameter options: what differs from the method's defaults.
    public init(
        model: ModelShape, method name: String, options: [String: OptionValue], batch: Int, sequenceLength: Int, threads: Int,
        registry: MethodRegistry
    ) throws {
        Compute.configure(threads: threads)
        let descriptor = try registry.descriptor(named: name)
        let resolved = MethodOptions(descriptor: descriptor, model: model, given: options)
        let recipe = descriptor.recipe(model)
        let training = TrainingSpec(
            steps: 1_000_000, batchSize: batch, sequenceLength: sequenceLength, learningRate: recipe.learningRate, warmupSteps: 100,
            epsilon: recipe.epsilon, gradientClip: recipe.gradientClip)
        vocabulary = model.vocabularySize
        self.batch = batch
        self.sequenceLength = sequenceLength
        loop = try TrainingLoop(
            shape: model, method: registry.make(name, options: resolved, model: model), training: training, seed: 1,
            threads: threads, probe: [Int32](repeating: 0, count: sequenceLength), ledger: ledger)
    }

    /// One update: forward, backward, optimizer.
    ///
    /// - Returns: wall seconds, the loss, and the part of the time inside matrix products.
    public func step() throws -> (seconds: Double, loss: Double, productSeconds: Double) {
        let tokens = (0..<batch * (sequenceLength + 1)).map { _ in Int32(stream.below(vocabulary)) }
        let rows = (0..<batch).map { $0 * (sequenceLength + 1) }
        let tokenBatch = TokenBatch(
            rows: batch, sequenceLength: sequenceLength, inputs: rows.flatMap { tokens[$0..<$0 + sequenceLength] },
            targets: rows.flatMap { tokens[$0 + 1...$0 + sequenceLength] })
        let products = ProductClock.seconds
        let start = MonotonicClock.seconds
        let report = try loop.update([tokenBatch])
        return (MonotonicClock.seconds - start, report.loss, ProductClock.seconds - products)
    }

    public var peakTrackedBytes: Int { ledger.peak.total }
}
