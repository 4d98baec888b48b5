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

/// What the contract's topic does not go through: optimizers, formats, the tree itself, and what is refused.
@Suite(.serialized, .compute(threads: 1)) struct RankTests {
    /// Every linear has as many elements as a short format asks for.
    private static let shape = SmallShapes.wide

    private func variant(_ name: String, _ given: [String: OptionValue] = [:]) throws -> MethodVariant { try .short(name, for: Self.shape, given) }

    /// Two processes that share the state out, and four that do not, against one.
    private func expectSameBits(
        _ variant: MethodVariant, steps: Int = 5, memory: MemoryOptions = MemoryOptions(), optimizer: OptimizerSpec = .adamW()
    ) throws {
        func run(_ ranks: Int, _ shards: Bool) throws -> [RankedRun.End] {
            try RankedRun.all(variant, steps: steps, ranks: ranks, shardsOptimizer: shards, memory: memory, optimizer: optimizer, shape: Self.shape)
                .map { try $0.get() }
        }
        let alone = try run(1, false)[0]
        for (ranks, shards) in [(2, true), (4, false)] {
            let what = "\(variant) \(optimizer.name) \(memory.words), \(ranks) ranks"
            for (rank, end) in try run(ranks, shards).enumerated() {
                #expect(end.trace == alone.trace && end.position == alone.position, "\(what), rank \(rank)")
                let others = end.tensors.filter { alone.tensors[$0.key] != $0.value }.map(\.key).sorted()
                #expect(others.isEmpty, "\(what), rank \(rank): \(others.prefix(3))")
                #expect(abs(Double(end.planned) / Double(end.tracked) - 1) <= 0.02, "\(what), rank \(rank): planned \(end.planned), tracked \(end.tracked)")
            }
        }
    }

    @Test(arguments: BuiltinOptimizers.registry.descriptors.map(\.name)) func everyOptimizer(name: String) throws {
        let known = try #require(BuiltinOptimizers.registry.optimizers.first { $0.descriptor.name == name })
        try expectSameBits(variant("full_rank"), optimizer: OptimizerSpec(name, OptimizerUnderTest(known).baseOptions))
    }

    @Test(arguments: ["full_rank", "galore", "relora", "sltrain", "switch_lora", "spectron", "q_galore"], [
        MemoryOptions(states: .eightBit), MemoryOptions(storage: .bf16, rounding: .stochastic, recompute: .block),
        MemoryOptions(states: .companded, precision: .bf16),
    ]) func everyFormat(name: String, memory: MemoryOptions) throws {
        try expectSameBits(variant(name), memory: memory)
    }

    // MARK: The tree

    private func loop(shards: Int, accumulation: Int = 8, ranks: any RankGroup = LoneRank(), ledger: MemoryLedger = MemoryLedger()) throws -> TrainingLoop<Float> {
        let method = try variant("full_rank").make(for: Self.shape)
        let training = TrainingSpec(
            steps: 4, batchSize: accumulation, gradientAccumulation: accumulation, shards: shards, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0)
        return try TrainingLoop(
            shape: Self.shape, method: method, training: training, seed: 1, threads: 1, probe: Array(0..<8), ledger: ledger, ranks: ranks)
    }

    private func batches(_ count: Int) -> [TokenBatch] {
        var stream = RandomStream(seed: 3, name: "shards")
        func ids() -> [Int32] { (0..<8).map { _ in Int32(stream.below(Self.shape.vocabularySize)) } }
        return (0..<count).map { _ in TokenBatch(rows: 1, sequenceLength: 8, inputs: ids(), targets: ids()) }
    }

    private func weights(_ loop: TrainingLoop<Float>) -> [[Float]] { loop.model.parameters.map { $0.parameter.stored.elements } }

    /// Inside a shard one after the other, over shards by neighbours: the gradients themselves, by the plainest loops.
    @Test(arguments: [1, 2, 4, 8]) func gradientsAreAddedAlongTheTree(shards: Int) throws {
        let batches = batches(8)
        let (loop, model) = (try loop(shards: shards), try loop(shards: 1).model)
        let rate = try loop.update(batches).learningRate
        var sums: [[[Float]]] = []
        for shard in 0..<shards {
            for (place, number) in (shard * 8 / shards..<(shard + 1) * 8 / shards).enumerated() {
                _ = try model.accumulateGradients(
                    inputs: batches[number].inputs, targets: batches[number].targets, lossScale: 1 / 64, accumulate: place > 0)
            }
            sums.append(model.gradients.map(\.matrix.elements))
        }
        while sums.count > 1 {
            sums = stride(from: 0, to: sums.count, by: 2).map { pair in
                zip(sums[pair], sums[pair + 1]).map { zip($0, $1).map { $0 + $1 } }
            }
        }
        // The update has overwritten its own gradients: a step along the same ones gives the same weights.
        for (gradient, values) in zip(model.gradients, sums[0]) { gradient.matrix.assign(values) }
        let optimizer = try ModelOptimizer(model: model, optimizer: RunOptimizer(), seed: 1, totalSteps: 4)
        _ = try optimizer.update(learningRate: rate, step: 1, gradientScale: 1)
        #expect(model.parameters.map { $0.parameter.stored.elements } == weights(loop))
    }

    @Test func anotherNumberOfShardsIsAnotherRounding() throws {
        let losses = try [1, 2, 4, 8].map { shards in
            let loop = try loop(shards: shards)
            let reports = try (0..<3).map { _ in try loop.update(batches(8)) }
            return reports[2].loss
        }
        #expect(Set(losses).count > 1)
        for loss in losses { #expect(abs(loss - losses[0]) < 1e-4 * losses[0]) }
    }

    /// One sum a level waits for its neighbour.
    @Test(arguments: [1, 2, 4, 8]) func waitingSumsAreAsPlanned(shards: Int) throws {
        let (plain, ledger) = (MemoryLedger(), MemoryLedger())
        let (one, loop) = (try loop(shards: 1, ledger: plain), try loop(shards: shards, ledger: ledger))
        let levels = [1: 0, 2: 1, 4: 2, 8: 3][shards] ?? 0
        #expect(ledger.current[.gradients] == (1 + levels) * plain.current[.gradients])
        _ = try (one.update(batches(8)), loop.update(batches(8)))
        #expect(ledger.peak.total - plain.peak.total == levels * plain.current[.gradients])
    }

    // MARK: What is refused

    @Test(arguments: [3, 16, 0, 6]) func shardsThatMakeNoTree(shards: Int) {
        #expect(throws: ShardError.self) { try self.loop(shards: shards) }
    }

    @Test func shardsWithUpdatesPerLayer() throws {
        let training = TrainingSpec(
            steps: 4, batchSize: 8, gradientAccumulation: 8, shards: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0,
            memory: MemoryOptions(update: .perLayer))
        let method = try variant("full_rank").make(for: Self.shape)
        #expect(throws: ShardError.self) {
            try TrainingLoop<Float>(shape: Self.shape, method: method, training: training, seed: 1, threads: 1, probe: Array(0..<8), ledger: MemoryLedger())
        }
    }

    @Test func moreRanksThanShards() throws {
        let ends = try RankedRun.all(variant("full_rank"), steps: 1, ranks: 8)
        for end in ends {
            #expect(throws: RankError.impossibleCount(ranks: 8, shards: 4, allowed: [1, 2, 4])) { try end.get() }
        }
    }

    // MARK: Processes that have parted

    /// A weight that one process has otherwise is named at the next look, with the process.
    @Test func aTensorThatPartedIsNamed() throws {
        let ends = ThreadRanks.run(4) { group in
            let loop = try self.loop(shards: 4, ranks: group)
            if group.rank == 2 { loop.model.parameters[3].parameter.value[0, 1] += 1e-3 }
            try loop.compareRanks()
        }
        let name = try loop(shards: 1).model.parameters[3].parameter.name
        for end in ends {
            let error = #expect(throws: RankError.self) { try end.get() }
            guard case .unequal(let what, let values, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(what.contains("'\(name)'") && values.count == 4)
            #expect(Set([values[0], values[1], values[3]]).count == 1 && values[2] != values[0])
        }
    }

    // MARK: Who keeps what

    @Test(arguments: [1, 2, 3, 4, 8]) func stateIsSharedOutByWholeTensors(ranks: Int) throws {
        let method = try variant("switch_lora").make(for: Self.shape)
        let optimizer = try RunOptimizer()
        let owners = StateOwners(shape: Self.shape, method: method, optimizer: optimizer, ranks: ranks, phase: 0)
        var loads = Array(repeating: 0, count: ranks)
        var largest = 0
        var modules: [LinearModule: Set<Int>] = [:]
        for entry in TensorEntry.all(shape: Self.shape, method: method, phase: 0) {
            guard entry.declaration.isTrainable else {
                #expect(owners[entry.name] == nil)
                continue
            }
            let owner = try #require(owners[entry.name])
            let bytes = method.updateRule(for: entry.place, optimizer: optimizer).stateBytes(rows: entry.declaration.rows, columns: entry.declaration.columns)
            loads[owner] += bytes
            largest = max(largest, bytes)
            if let module = entry.module { modules[module, default: []].insert(owner) }
        }
        // Factors whose step is made together have one owner.
        #expect(modules.values.allSatisfy { $0.count == 1 })
        let mean = loads.reduce(0, +) / ranks
        #expect(try #require(loads.max()) <= max(largest, mean + mean / 3), "\(loads)")
    }

    /// In a later phase what stays keeps its owner.
    @Test func noStateMoves() throws {
        let method = try variant("relora", ["full_rank_steps": 2]).make(for: Self.shape)
        let optimizer = try RunOptimizer()
        let phases = (0...1).map { StateOwners(shape: Self.shape, method: method, optimizer: optimizer, ranks: 4, phase: $0) }
        var stayed = 0
        for entry in TensorEntry.all(shape: Self.shape, method: method, phase: 1) where entry.declaration.isTrainable {
            guard let before = phases[0][entry.name] else { continue }
            #expect(phases[1][entry.name] == before)
            stayed += 1
        }
        #expect(stayed >= 4)
    }

    /// The published saving: state alone is divided, and no process plans for more than it had.
    @Test func thePlanShowsTheLargestAndTheSum() throws {
        let method = try variant("full_rank").make(for: .sixtyMillion)
        func plans(_ shards: Bool) throws -> [MemoryPlan] {
            let training = TrainingSpec(
                steps: 10, batchSize: 8, gradientAccumulation: 4, shards: 4, sequenceLength: 256, learningRate: 1e-3, warmupSteps: 1,
                memory: MemoryOptions(shardsOptimizer: shards))
            return try MemoryPlan.ofRanks(4, shape: .sixtyMillion, method: method, training: training, threads: 1)
        }
        let (whole, shared) = (try plans(false), try plans(true))
        #expect(Set(whole.map(\.totalBytes)).count == 1 && whole.sumBytes == 4 * whole.largestBytes)
        #expect(shared.reduce(0) { $0 + $1.breakdown.optimizer } == whole[0].breakdown.optimizer)
        #expect(shared.largestBytes < whole.largestBytes && shared.sumBytes < whole.sumBytes)
        for plan in shared { #expect(plan.breakdown.weights == whole[0].breakdown.weights && plan.breakdown.gradients == whole[0].breakdown.gradients) }
    }
}

extension ModelShape {
    fileprivate static var sixtyMillion: ModelShape { presets.first { $0.name == "60m" } ?? SmallShapes.wide }
}
