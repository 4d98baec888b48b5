import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLRandom
import SLSpec
import SLTestSupport
import SLTraining

/// A training loop of a small model with memory options, its plan, and batches that can be learned.
struct LeanRun {
    /// Sides that no block of codes divides; tables and linears large enough to be kept short, factors not.
    static let shape = ModelShape(
        name: "odd", vocabularySize: 101, hiddenSize: 66, intermediateSize: 77, layerCount: 2, headCount: 3)
    private static let length = 9
    private static let rows = 4

    let loop: TrainingLoop<Float>
    let ledger = MemoryLedger()
    let plan: MemoryPlan
    private let accumulation: Int

    init(
        _ variant: MethodVariant, _ memory: MemoryOptions, accumulation: Int = 1, clip: Double? = nil, rate: Double = 3e-3, seed: UInt64 = 3,
        threads: Int = 2, optimizer: OptimizerSpec = .adamW(), activations: ActivationSpec? = nil
    ) throws {
        self.accumulation = accumulation
        // Intervals so short that refreshes, merges and phases fall into a few updates.
        var variant = variant
        let merge = variant.changed == "restart_warmup_steps" ? 4 : 2
        for (name, value) in ["merge_interval": merge, "update_interval": 2, "exact_every": 2, "period": 2, "probe_interval": 1, "patience": 1, "full_rank_steps": 1, "restart_warmup_steps": 1]
        where variant.changed != name && variant.options[name] != nil && !(name == "full_rank_steps" && variant.changed != nil) {
            variant.options[name] = .integer(value)
        }
        // Another value of what plans an event still lets it happen.
        for name in ["exact_every", "period"] where variant.changed == name { variant.options[name] = 3 }
        let method = try variant.make(for: Self.shape).saving(activations, model: Self.shape)
        let training = TrainingSpec(
            steps: 40, batchSize: Self.rows, gradientAccumulation: accumulation, sequenceLength: Self.length, learningRate: rate,
            warmupSteps: 1, weightDecay: 0.1, optimizer: optimizer, gradientClip: clip, memory: memory, activations: activations)
        plan = try MemoryPlan(shape: Self.shape, method: method, training: training, threads: threads)
        loop = try TrainingLoop(
            shape: Self.shape, method: method, training: training, seed: seed, threads: threads,
            probe: (0..<Self.length).map { Int32($0) }, ledger: ledger)
    }

    struct Trace {
        /// Loss and gradient norm of each update.
        var reports: [[Double]]
        var weights, state: [[Float]]
    }

    var weights: [[Float]] { loop.model.parameters.map { $0.parameter.stored.elements } }
    var state: [[Float]] { loop.optimizer.state.map(\.value.elements) }

    func update(_ step: Int) throws -> UpdateReport {
        try loop.update((0..<accumulation).map { batch(step * accumulation + $0, rows: Self.rows / accumulation) })
    }

    func train(_ updates: Int) throws -> Trace {
        let reports = try (0..<updates).map { step in
            let report = try update(step)
            return [report.loss, report.gradientNorm]
        }
        return Trace(reports: reports, weights: weights, state: state)
    }

    /// Always another batch of one task: after word i comes word 7·i + 3, and one time in eight any other.
    private func batch(_ number: Int, rows: Int) -> TokenBatch {
        var stream = RandomStream(seed: UInt64(number), name: "task")
        let vocabulary = Self.shape.vocabularySize
        var (inputs, targets): ([Int32], [Int32]) = ([], [])
        for _ in 0..<rows {
            var word = stream.below(vocabulary)
            for _ in 0..<Self.length {
                inputs.append(Int32(word))
                word = stream.below(8) == 0 ? stream.below(vocabulary) : (7 * word + 3) % vocabulary
                targets.append(Int32(word))
            }
        }
        return TokenBatch(rows: rows, sequenceLength: Self.length, inputs: inputs, targets: targets)
    }
}
