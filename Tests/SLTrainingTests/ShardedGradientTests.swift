import SLData
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLRanks
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Gradients that go to whoever updates the tensor, as soon as they are complete: what the contract's topic does not go through.
@Suite(.serialized, .compute(threads: 1)) struct ShardedGradientTests {
    private static let shape = SmallShapes.wide

    /// Two processes, with a micro-batch and a part of the state each, against one that keeps all gradients of both.
    private func expectSameBits(_ variant: MethodVariant, memory: MemoryOptions = MemoryOptions(), optimizer: OptimizerSpec = .adamW()) throws {
        func run(_ ranks: Int, _ memory: MemoryOptions) throws -> [RankedRun.End] {
            try RankedRun.all(
                variant, steps: 5, ranks: ranks, microBatches: 2, shards: 2, shardsOptimizer: ranks > 1, memory: memory, optimizer: optimizer,
                gradientClip: nil, shape: Self.shape
            ).map { try $0.get() }
        }
        var fused = memory
        fused.update = .perLayer
        let alone = try run(1, memory)[0]
        for (rank, end) in try run(2, fused).enumerated() {
            let what = "\(variant) \(optimizer.name) \(fused.words), rank \(rank)"
            #expect(end.trace == alone.trace && end.position == alone.position, "\(what)")
            let others = end.tensors.filter { alone.tensors[$0.key] != $0.value }.map(\.key).sorted()
            #expect(others.isEmpty, "\(what): \(others.prefix(3))")
            #expect(abs(Double(end.planned) / Double(end.tracked) - 1) <= 0.02, "\(what): planned \(end.planned), tracked \(end.tracked)")
            #expect(end.planned < alone.planned, "\(what)")
        }
    }

    @Test(arguments: BuiltinOptimizers.registry.descriptors.map(\.name)) func everyOptimizer(name: String) throws {
        let known = try #require(BuiltinOptimizers.registry.optimizers.first { $0.descriptor.name == name })
        try expectSameBits(.short("full_rank", for: Self.shape), optimizer: OptimizerSpec(name, OptimizerUnderTest(known).baseOptions))
    }

    @Test(arguments: ["full_rank", "galore", "relora", "sltrain", "switch_lora", "spectron", "q_galore"], [
        MemoryOptions(states: .eightBit), MemoryOptions(storage: .bf16, rounding: .stochastic, recompute: .block),
        MemoryOptions(states: .companded, precision: .bf16),
    ]) func everyFormat(name: String, memory: MemoryOptions) throws {
        try expectSameBits(.short(name, for: Self.shape), memory: memory)
    }

    /// A direction that the first micro-batch fixes is fixed by it, also where another process has it: the rehearsal keeps no gradients either.
    @Test(arguments: ["full_rank", "relora", "sltrain"]) func whatTheFirstMicroBatchFixes(name: String) throws {
        let scheme = ActivationSpec(groups: [.value: 8, .output: 8, .down: 12], scale: 1.5)
        let variant = try MethodVariant.short(name, for: Self.shape)
        let options = MethodOptions(descriptor: variant.method.descriptor, model: Self.shape, given: variant.options)
        let method = try BuiltinMethods.registry.make(name, options: options, model: Self.shape, activations: scheme)
        func weights(_ ranks: Int, _ update: MemoryOptions.Update) throws -> [[[Float]]] {
            let training = TrainingSpec(
                steps: 4, batchSize: 2, gradientAccumulation: 2, shards: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0,
                memory: MemoryOptions(update: update, shardsOptimizer: ranks > 1), activations: scheme)
            let run: @Sendable (any RankGroup) throws -> [[Float]] = { group in
                let loop = try TrainingLoop<Float>(
                    shape: Self.shape, method: method, training: training, seed: 1, threads: 1, probe: Array(0..<8), ledger: MemoryLedger(), ranks: group)
                for step in 0..<4 { _ = try loop.update(Self.batches(step)) }
                return loop.model.parameters.map { $0.parameter.stored.elements }
            }
            return ranks == 1 ? [try run(LoneRank())] : try ThreadRanks.run(ranks, run).map { try $0.get() }
        }
        let alone = try weights(1, .wholeModel)[0]
        for end in try weights(2, .perLayer) { #expect(end == alone) }
    }

    private static func batches(_ step: Int) -> [TokenBatch] {
        var stream = RandomStream(seed: UInt64(step), name: "sharded gradients")
        func ids() -> [Int32] { (0..<8).map { _ in Int32(stream.below(shape.vocabularySize)) } }
        return (0..<2).map { _ in TokenBatch(rows: 1, sequenceLength: 8, inputs: ids(), targets: ids()) }
    }

    /// The plan has gradients of norm weights alone, and each process its part of the state.
    @Test func thePlanHasNeitherGradientsNorWholeState() throws {
        let shape = try #require(ModelShape.preset(named: "60m"))
        let method = try MethodVariant.short("full_rank", for: shape).make(for: shape)
        func plans(_ update: MemoryOptions.Update) throws -> [MemoryPlan] {
            let training = TrainingSpec(
                steps: 10, batchSize: 16, gradientAccumulation: 4, shards: 4, sequenceLength: 256, learningRate: 1e-3, warmupSteps: 1,
                memory: MemoryOptions(update: update, shardsOptimizer: true))
            return try MemoryPlan.ofRanks(4, shape: shape, method: method, training: training, threads: 1)
        }
        let (whole, fused) = (try plans(.wholeModel), try plans(.perLayer))
        for (whole, fused) in zip(whole, fused) {
            #expect(whole.breakdown.gradients == 4 * 58_073_600)
            #expect(fused.breakdown.gradients == 4 * (2 * shape.layerCount + 1) * shape.hiddenSize)
            #expect(fused.breakdown.optimizer == whole.breakdown.optimizer && fused.breakdown.weights == whole.breakdown.weights)
        }
    }

    // MARK: What is refused

    private func start(_ training: TrainingSpec, ranks: Int) throws -> [Result<Int, any Error>] {
        let method = try MethodVariant.short("full_rank", for: Self.shape).make(for: Self.shape)
        return ThreadRanks.run(ranks) { group in
            try TrainingLoop<Float>(
                shape: Self.shape, method: method, training: training, seed: 1, threads: 1, probe: Array(0..<8), ledger: MemoryLedger(), ranks: group
            ).step
        }
    }

    private func training(accumulation: Int, shards: Int) -> TrainingSpec {
        TrainingSpec(
            steps: 4, batchSize: accumulation, gradientAccumulation: accumulation, shards: shards, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0,
            memory: MemoryOptions(update: .perLayer, shardsOptimizer: true))
    }

    @Test func severalMicroBatchesOfAShard() throws {
        for end in try start(training(accumulation: 4, shards: 2), ranks: 2) { #expect(throws: ShardError.self) { try end.get() } }
    }

    @Test(arguments: [1, 2]) func fewerProcessesThanShards(ranks: Int) throws {
        for end in try start(training(accumulation: 4, shards: 4), ranks: ranks) {
            let error = #expect(throws: RankError.self) { try end.get() }
            #expect(error == .otherCount(ranks: ranks, wanted: 4, cause: "training.update per_layer in 4 shards"))
        }
        for end in try start(training(accumulation: 4, shards: 4), ranks: 4) { #expect(try end.get() == 0) }
    }
}
