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

/// Parameter groups in a real update: they change their own tensors and no others.
@Suite(.serialized, .compute(threads: 2)) struct GroupTests {
    private static let shape = ModelShape(name: "tiny", vocabularySize: 61, hiddenSize: 16, intermediateSize: 40, layerCount: 2, headCount: 2)

    /// How far each tensor moves in a first update at rate 0.01, by its name.
    private func movements(_ method: String, _ groups: [ParameterGroup], memory: MemoryOptions = MemoryOptions(), decay: Double = 0) throws -> [String: [Float]] {
        let registry = BuiltinMethods.registry
        let options = MethodOptions(descriptor: try registry.descriptor(named: method), model: Self.shape)
        let training = TrainingSpec(
            steps: 4, batchSize: 4, sequenceLength: 8, learningRate: 0.01, warmupSteps: 0, weightDecay: decay, groups: groups, memory: memory)
        let loop = try TrainingLoop<Float>(
            shape: Self.shape, method: registry.make(method, options: options, model: Self.shape), training: training, seed: 1, threads: 2,
            probe: Array(0..<8), ledger: MemoryLedger())
        var stream = RandomStream(seed: 5, name: "test")
        func ids() -> [Int32] { (0..<32).map { _ in Int32(stream.below(61)) } }
        func weights() -> [(String, [Float])] { loop.model.parameters.map { ($0.parameter.name, $0.parameter.stored.elements) } }
        let before = weights()
        _ = try loop.update([TokenBatch(rows: 4, sequenceLength: 8, inputs: ids(), targets: ids())])
        return Dictionary(uniqueKeysWithValues: zip(before, weights()).map { old, new in (old.0, zip(old.1, new.1).map { $1 - $0 }) })
    }

    private func isLinear(_ name: String) -> Bool { name.contains("_proj") }

    @Test(arguments: ["full_rank", "low_rank", "sltrain", "galore"]) func aFactorScalesItsOwnSteps(method: String) throws {
        let plain = try movements(method, [])
        let split = try movements(method, [ParameterGroup(.linears, learningRateFactor: 0.25), ParameterGroup(.head, learningRateFactor: 2)])
        for (name, step) in plain {
            let factor: Float = name == "lm_head.weight" ? 2 : isLinear(name) ? 0.25 : 1
            let deviation = Deviation(split[name] ?? [], from: step.map { factor * $0 })
            #expect(deviation.relativeToLargest < (factor == 1 ? 1e-12 : 1e-3), "\(name): \(deviation)")
        }
    }

    /// The widest group gives way to a role, and a role to a pattern.
    @Test func theMostSpecificGroupCounts() throws {
        let pattern = try #require(ParameterSelector("model.layers.1.*"))
        let role = try #require(ParameterSelector("q_proj"))
        let plain = try movements("full_rank", [])
        let split = try movements(
            "full_rank",
            [ParameterGroup(pattern, learningRateFactor: 4), ParameterGroup(.linears, learningRateFactor: 0.5), ParameterGroup(role, learningRateFactor: 2)])
        for (name, step) in plain {
            let factor: Float = name.hasPrefix("model.layers.1.") ? 4 : name.contains("q_proj") ? 2 : isLinear(name) ? 0.5 : 1
            #expect(Deviation(split[name] ?? [], from: step.map { factor * $0 }).relativeToLargest < 1e-3, "\(name)")
        }
    }

    /// Decay of a group's own on what has no gradient to speak of: the embedding's rows that no token names.
    @Test func aDecayIsItsGroups() throws {
        let plain = try movements("full_rank", [], decay: 0)
        let all = try movements("full_rank", [], decay: 0.5)
        let spared = try movements("full_rank", [ParameterGroup(.norms, weightDecay: 0), ParameterGroup(.embedding, weightDecay: 0)], decay: 0.5)
        for (name, step) in plain {
            let isSpared = name.contains("norm") || name.contains("embed")
            #expect((spared[name] == step) == isSpared, "\(name)")
            #expect((spared[name] == all[name]) == !isSpared, "\(name)")
        }
    }

    /// Consumed as they come or all at once: the same bits under groups too.
    @Test func perLayerIsTheSame() throws {
        let groups = [ParameterGroup(.linears, learningRateFactor: 0.25, weightDecay: 0.1), ParameterGroup(.norms, weightDecay: 0)]
        #expect(try movements("full_rank", groups, decay: 0.3) == movements("full_rank", groups, memory: MemoryOptions(update: .perLayer), decay: 0.3))
    }
}
