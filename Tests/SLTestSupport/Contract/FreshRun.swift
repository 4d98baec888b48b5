import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTraining

/// A trainer's loop that stands at any step of a run without having trained up to it, and how far its tensors move.
final class FreshRun {
    private static let shape = SmallShapes.wide
    private let loop: TrainingLoop<Float>
    private var rate = 0.0

    /// - Parameter step: updates done, in phase 0.
    init(_ variant: MethodVariant, _ memory: MemoryOptions, from step: Int) throws {
        let method = try variant.with(rank: Self.shape.hiddenSize).make(for: Self.shape)
        let training = TrainingSpec(
            steps: 2000, batchSize: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 0, minimumLearningRateRatio: 1, memory: memory)
        loop = try TrainingLoop(
            shape: Self.shape, method: method, training: training, seed: 1, threads: Compute.threads, probe: Array(0..<8), ledger: MemoryLedger(),
            resumingAt: step > 0 ? LoopPosition(step: step, phase: 0) : nil)
        if step > 0 { try loop.model.initialize(seed: 1) }
    }

    var phase: Int { loop.model.phase }

    /// Trained tensors whose rule is AdamW itself.
    var adamTensors: [String] {
        guard let optimizer = try? RunOptimizer() else { return [] }
        return loop.model.parameters.filter { entry in
            entry.parameter.isTrainable && loop.model.method.updateRule(for: entry.place, optimizer: optimizer) is AdamWRule
        }.map(\.parameter.name)
    }

    func update() throws {
        var stream = RandomStream(seed: UInt64(loop.step), name: "fresh")
        func ids() -> [Int32] { (0..<16).map { _ in Int32(stream.below(Self.shape.vocabularySize)) } }
        rate = try loop.update([TokenBatch(rows: 2, sequenceLength: 8, inputs: ids(), targets: ids())]).learningRate
    }

    /// The largest movement of an element in the first update with a rate above 0, in units of the rate, of tensors that move.
    func firstMovements(of names: [String]) throws -> [(name: String, length: Double)] {
        func values() -> [String: [Float]] {
            Dictionary(uniqueKeysWithValues: loop.model.parameters.map { ($0.parameter.name, $0.parameter.stored.elements) })
        }
        var before = values()
        try update()
        while rate == 0 {
            before = values()
            try update()
        }
        let after = values()
        return names.compactMap { name in
            guard let old = before[name], let new = after[name] else { return nil }
            let largest = zip(old, new).map { abs(Double($1) - Double($0)) }.max() ?? 0
            return largest > 0 ? (name, largest / rate) : nil
        }
    }
}
