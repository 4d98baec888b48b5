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

/// Short formats in training: fewer bytes, and losses that stay near.
@Suite(.serialized, .compute(threads: 2)) struct MemoryOptionRunTests {
    /// Wide enough that tables and linears are stored short: 4096 elements and more.
    private static let shape = ModelShape(
        name: "lean", vocabularySize: 97, hiddenSize: 64, intermediateSize: 104, layerCount: 2, headCount: 2)
    private static let length = 12
    private static let methods = BuiltinMethods.registry.descriptors.map(\.name)

    /// Formats, without what decides when gradients are consumed.
    private static let formats = [
        MemoryOptions(), MemoryOptions(states: .eightBit), MemoryOptions(states: .eightBit, blockSize: 2048),
        MemoryOptions(storage: .bf16), MemoryOptions(storage: .bf16, rounding: .stochastic),
        MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic), MemoryOptions(precision: .bf16),
        MemoryOptions(states: .eightBit, storage: .bf16, precision: .bf16), MemoryOptions(states: .companded),
    ]

    private struct Run {
        let loop: TrainingLoop<Float>
        let ledger = MemoryLedger()
        let plan: MemoryPlan

        init(_ name: String, _ memory: MemoryOptions, rate: Double = 3e-3) throws {
            let (registry, shape) = (BuiltinMethods.registry, MemoryOptionRunTests.shape)
            let descriptor = try registry.descriptor(named: name)
            // Intervals short enough that merges, restarts and refreshes happen.
            var given: [String: OptionValue] = [:]
            if name == "relora" { given = ["merge_interval": 3, "restart_warmup_steps": 1, "full_rank_steps": 2] }
            if name == "spiel" { given = ["regrow_interval": 4, "regrow_window": 1] }
            if name == "sparse" { given = ["regrow": "random", "regrow_interval": 3] }
            if name == "blockllm" { given = ["update_interval": 2, "patience": 1, "probe_interval": 2, "sparsity": 0.7] }
            if name == "badam" { given = ["switch_interval": 2] }
            if name == "galore" { given = ["update_interval": 3, "rank": 24] }
            let method = try registry.make(name, options: MethodOptions(descriptor: descriptor, model: shape, given: given), model: shape)
            let training = TrainingSpec(
                steps: 40, batchSize: 3, sequenceLength: MemoryOptionRunTests.length, learningRate: rate, warmupSteps: 2,
                weightDecay: 0.1, memory: memory)
            plan = try MemoryPlan(shape: shape, method: method, training: training, threads: 2)
            loop = try TrainingLoop(
                shape: shape, method: method, training: training, seed: 3, threads: 2,
                probe: (0..<MemoryOptionRunTests.length).map { Int32($0) }, ledger: ledger)
        }

        /// Loss and gradient norm of each of some updates, and every weight afterwards.
        func train(_ updates: Int, fixed: Bool = false) throws -> (reports: [[Double]], weights: [[Float]]) {
            let reports = try (0..<updates).map { step in
                let report = try loop.update([batch(fixed ? 0 : step)])
                return [report.loss, report.gradientNorm]
            }
            return (reports, loop.model.parameters.map { $0.parameter.stored.elements })
        }

        private func batch(_ step: Int) -> TokenBatch {
            var stream = RandomStream(seed: UInt64(step), name: "lean")
            let length = MemoryOptionRunTests.length
            let ids = (0..<3 * (length + 1)).map { _ in Int32(stream.below(97)) }
            let starts = (0..<3).map { $0 * (length + 1) }
            return TokenBatch(
                rows: 3, sequenceLength: length, inputs: starts.flatMap { ids[$0..<$0 + length] },
                targets: starts.flatMap { ids[$0 + 1...$0 + length] })
        }
    }

    /// Short formats are really short: fewer bytes for weights and for state.
    @Test func shortFormatsTakeFewerBytes() throws {
        func bytes(_ memory: MemoryOptions) throws -> (weights: Int, optimizer: Int) {
            let run = try Run("full_rank", memory)
            return (run.ledger.current[.weights], run.ledger.current[.optimizer])
        }
        let (full, half, eight) = (
            try bytes(MemoryOptions()), try bytes(MemoryOptions(storage: .bf16)), try bytes(MemoryOptions(states: .eightBit))
        )
        #expect(Double(half.weights) < 0.52 * Double(full.weights) && Double(half.optimizer) < 0.52 * Double(full.optimizer))
        #expect(eight.weights == full.weights && Double(eight.optimizer) < 0.28 * Double(full.optimizer))
        // A scale for 32 elements, not for 256.
        let companded = try bytes(MemoryOptions(states: .companded))
        #expect(companded.weights == full.weights && companded.optimizer > eight.optimizer && Double(companded.optimizer) < 0.31 * Double(full.optimizer))
    }

    /// Rounding is not for show: short formats move the weights elsewhere, and not far.
    /// ReLoRA's linears are LoRA's; its resets throw a random 99 % of the state away, after which two runs need not agree.
    @Test(arguments: methods.filter { $0 != "relora" }) func shortFormatsStayNearFullOnes(method: String) throws {
        let full = try Run(method, MemoryOptions(), rate: 0.01).train(30, fixed: true)
        let (start, end) = (try #require(full.reports.first?.first), try #require(full.reports.last?.first))
        for format in Self.formats.dropFirst() {
            let short = try Run(method, format, rate: 0.01).train(30, fixed: true)
            let reached = try #require(short.reports.last?.first)
            #expect(short.weights != full.weights, "\(method) \(format.words)")
            #expect(abs(reached - end) < 0.1 * (start - end) + 0.02, "\(method) \(format.words): \(start) to \(reached), in full \(end)")
        }
    }
}
