import SLData
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Methods that train a part of their tensors at a time: state only for what is active, and accounting that follows.
@Suite(.compute(threads: 2)) struct TrainedSetTests {
    private static let shape = ModelShape(
        name: "deep", vocabularySize: 61, hiddenSize: 16, intermediateSize: 40, layerCount: 4, headCount: 2)

    private func method(_ name: String, _ given: [String: OptionValue]) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(
            name, options: MethodOptions(descriptor: try registry.descriptor(named: name), model: Self.shape, given: given), model: Self.shape)
    }

    private func training(_ memory: MemoryOptions, steps: Int = 30) -> TrainingSpec {
        TrainingSpec(steps: steps, batchSize: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0, minimumLearningRateRatio: 1, memory: memory)
    }

    private func loop(
        _ method: any PretrainingMethod, memory: MemoryOptions = MemoryOptions(), seed: UInt64 = 4, steps: Int = 30, ledger: MemoryLedger = MemoryLedger()
    ) throws -> TrainingLoop<Float> {
        try TrainingLoop(
            shape: Self.shape, method: method, training: training(memory, steps: steps), seed: seed, threads: 2, probe: Array(0..<8), ledger: ledger)
    }

    @discardableResult private func update(_ loop: TrainingLoop<Float>) throws -> UpdateReport {
        var stream = RandomStream(seed: UInt64(loop.step), name: "batch")
        func ids() -> [Int32] { (0..<16).map { _ in Int32(stream.below(Self.shape.vocabularySize)) } }
        return try loop.update([TokenBatch(rows: 2, sequenceLength: 8, inputs: ids(), targets: ids())])
    }

    private func weights(_ loop: TrainingLoop<Float>) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: loop.model.parameters.map { ($0.parameter.name, $0.parameter.stored.elements) })
    }

    private func trained(_ loop: TrainingLoop<Float>) -> Set<String> {
        Set(loop.model.parameters.filter(\.parameter.isTrainable).map(\.parameter.name))
    }

    /// What is not active has neither gradient nor state and does not move; the ledger is what the formulas say of the set; nothing is
    /// ever above the plan, and the plan is reached.
    @Test(arguments: [
        ("badam", ["switch_interval": 3]), ("badam", ["switch_interval": 3, "order": "random", "tables": "blocks"]),
        ("badam", ["switch_interval": 3, "order": "ascending", "tables": "trained"]),
        ("blockllm", ["update_interval": 2, "patience": 1, "probe_interval": 3, "sparsity": 0.7]),
        ("blockllm", ["update_interval": 2, "patience": 1, "probe_interval": 3, "sparsity": 0.9, "tables": "trained"]),
    ] as [(String, [String: OptionValue])], [MemoryOptions(), MemoryOptions(update: .perLayer)])
    func memoryFollowsTheSet(each: (String, [String: OptionValue]), memory: MemoryOptions) throws {
        let (ledger, method) = (MemoryLedger(), try method(each.0, each.1))
        let loop = try loop(method, memory: memory, ledger: ledger)
        var sets: Set<Set<String>> = []
        for _ in 0..<24 {
            let (before, active) = (weights(loop), trained(loop))
            sets.insert(active)
            try update(loop)
            for (name, weight) in weights(loop) { #expect((weight != before[name]) == active.contains(name), "\(name)") }
            let accounting = ModelAccounting(
                shape: Self.shape, method: method, optimizer: try RunOptimizer(), held: loop.model.heldTensors)
            #expect(ledger.current[.optimizer] == accounting.optimizerBytes(phase: 0))
            let observed = loop.model.parameters.filter { $0.parameter.isObserved && !$0.parameter.isTrainable }.reduce(0) { $0 + 4 * $1.parameter.count }
            #expect(ledger.current[.gradients] == accounting.gradientBytes(phase: 0, options: EngineOptions(memory)) + observed)
            #expect(loop.optimizer.ages.keys.sorted() == trained(loop).sorted())
        }
        #expect(sets.count > 1)
        let plan = try MemoryPlan(shape: Self.shape, method: method, training: training(memory), threads: 2)
        #expect(ledger.peak.total <= plan.totalBytes && Double(ledger.peak.total) > 0.95 * Double(plan.totalBytes), "\(ledger.peak.total) of \(plan.totalBytes)")
        let whole = try MemoryPlan(shape: Self.shape, method: PlainMethod(), training: training(memory), threads: 2)
        #expect(plan.breakdown.optimizer < whole.breakdown.optimizer / 2)
    }

    /// One layer after the other, its norms with it, each fresh when its turn comes; random rounds have each layer once.
    @Test(arguments: ["descending", "ascending", "random"]) func blocksTakeTurns(order: String) throws {
        let loop = try loop(method("badam", ["switch_interval": 2, "order": .text(order)]))
        var layers: [Int] = []
        for step in 0..<16 {
            let active = trained(loop)
            let layer = try #require((0..<4).first { active.contains("model.layers.\($0).input_layernorm.weight") })
            #expect(active.count == 9 && active.allSatisfy { $0.hasPrefix("model.layers.\(layer).") })
            #expect(loop.optimizer.ages.values.allSatisfy { $0 == step % 2 })
            if step % 2 == 0 { layers.append(layer) }
            try update(loop)
        }
        switch order {
        case "descending": #expect(layers == [3, 2, 1, 0, 3, 2, 1, 0])
        case "ascending": #expect(layers == [0, 1, 2, 3, 0, 1, 2, 3])
        default: #expect(Set(layers.prefix(4)).count == 4 && Set(layers.suffix(4)).count == 4)
        }
    }

    /// A choice stays below its quota, and only a loss that has stopped falling brings another.
    @Test func theQuotaHoldsAndFallingLossesKeepTheChoice() throws {
        let method = try method("blockllm", ["update_interval": 1, "patience": 2, "probe_interval": 2, "sparsity": 0.8])
        let elements = Self.shape.modules.reduce(0) { $0 + $1.outFeatures * $1.inFeatures } + 9 * 16
        for seed in 0..<5 {
            let loop = try loop(method, seed: UInt64(seed))
            for _ in 0..<15 {
                let counts = loop.model.parameters.filter(\.parameter.isTrainable).map(\.parameter.count)
                #expect(!counts.isEmpty && counts.reduce(0, +) < Int(0.2 * Double(elements)) + 1)
                #expect(!trained(loop).contains("lm_head.weight") && !trained(loop).contains("model.embed_tokens.weight"))
                let report = try update(loop)
                let changed = loop.losses.count
                if report.events.contains(where: { $0.kind == "thaw" }) { #expect(changed > 2) }
            }
        }
        var lifecycle = try #require(method.lifecycles(totalSteps: 100).first)
        let places = TensorEntry.all(shape: Self.shape, method: method, phase: 0).map(\.place)
        let tensors = places.map { RunView.Tensor(place: $0, gradientNorm: 1, age: 1) }
        _ = lifecycle.beginning(of: RunView(step: 0, totalSteps: 100, tensors: tensors))
        for step in 1...50 {
            let view = RunView(step: step, totalSteps: 100, losses: (0..<step).map { 5 - 0.05 * Double($0) }, tensors: tensors)
            #expect(!lifecycle.actions(after: view).contains { if case .thaw = $0 { true } else { false } })
        }
    }

    /// Large gradients first, and among equals those that were chosen less often.
    @Test func thoseOfLargestNormAreChosen() throws {
        let method = try method("blockllm", ["update_interval": 1, "patience": 1, "probe_interval": 50, "sparsity": 0.5])
        var lifecycle = try #require(method.lifecycles(totalSteps: 100).first)
        let places = TensorEntry.all(shape: Self.shape, method: method, phase: 0).map(\.place)
        let tensors = places.enumerated().map { RunView.Tensor(place: $1, gradientNorm: Double($0 + 1), age: 1) }
        _ = lifecycle.beginning(of: RunView(step: 0, totalSteps: 100, tensors: tensors))
        _ = lifecycle.actions(after: RunView(step: 1, totalSteps: 100, losses: [3], tensors: tensors))
        let actions = lifecycle.actions(after: RunView(step: 2, totalSteps: 100, losses: [3, 4], tensors: tensors))
        var chosen: Set<String> = []
        for case .thaw(.named(let names)) in actions { chosen = names }
        // From the last on, without the head, as long as they fit.
        let choosable = places.filter { $0.part != .embedding && $0.part != .head }
        let quota = Int(0.5 * Double(choosable.reduce(0) { $0 + $1.count }))
        var (expected, sum): (Set<String>, Int) = ([], 0)
        for place in choosable.reversed() {
            sum += place.count
            guard sum < quota else { break }
            expected.insert(place.fullName)
        }
        #expect(chosen == expected)
    }

    @Test func whatTrainsNothingIsRefused() {
        #expect(throws: MethodOptionError.self) { try method("blockllm", ["sparsity": 0.9999]) }
    }
}
