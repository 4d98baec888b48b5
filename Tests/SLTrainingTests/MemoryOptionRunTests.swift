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

/// Every method with every way to spend less memory.
@Suite(.serialized, .compute(threads: 2)) struct MemoryOptionRunTests {
    /// Wide enough that tables and linears are stored short: 4096 elements and more.
    private static let shape = ModelShape(
        name: "lean", vocabularySize: 97, hiddenSize: 64, intermediateSize: 104, layerCount: 2, headCount: 2)
    private static let length = 12
    private static let methods = BuiltinMethods.registry.descriptors.map(\.name)

    /// Formats, without what decides when gradients are consumed.
    private static let formats = [
        MemoryOptions(), MemoryOptions(optimizer: .adamw8bit), MemoryOptions(optimizer: .adamw8bit, blockSize: 2048),
        MemoryOptions(storage: .bf16), MemoryOptions(storage: .bf16, rounding: .stochastic),
        MemoryOptions(optimizer: .adamw8bit, storage: .bf16, rounding: .stochastic),
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
            if name == "galore" { given = ["update_interval": 3, "rank": 24] }
            let method = try registry.make(name, options: MethodOptions(descriptor: descriptor, model: shape, given: given), model: shape)
            let training = TrainingSpec(
                steps: 40, batchSize: 3, sequenceLength: MemoryOptionRunTests.length, learningRate: rate, warmupSteps: 2,
                weightDecay: 0.1, memory: memory)
            plan = MemoryPlan(shape: shape, method: method, training: training, threads: 2)
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

    /// Consuming gradients as they come changes no bit, in any format.
    @Test(arguments: methods) func perLayerIsTheOrdinaryUpdate(method: String) throws {
        for format in Self.formats {
            var lean = format
            lean.update = .perLayer
            let (ordinary, perLayer) = (try Run(method, format).train(8), try Run(method, lean).train(8))
            #expect(ordinary.reports == perLayer.reports, "\(method) \(format.words)")
            #expect(ordinary.weights == perLayer.weights, "\(method) \(format.words)")
        }
    }

    /// Computing a block's interior again changes no bit.
    @Test(arguments: methods) func recomputingGivesTheSameBits(method: String) throws {
        for format in [MemoryOptions(), MemoryOptions(update: .perLayer, optimizer: .adamw8bit, storage: .bf16)] {
            var lean = format
            lean.recompute = .block
            let (stored, again) = (try Run(method, format).train(6), try Run(method, lean).train(6))
            #expect(stored.reports == again.reports && stored.weights == again.weights, "\(method) \(format.words)")
        }
    }

    /// The plan is the peak, for every combination, through refreshes, merges and phases.
    @Test(arguments: methods) func thePlanIsThePeak(method: String) throws {
        for format in Self.formats {
            for update in MemoryOptions.Update.allCases {
                for recompute in MemoryOptions.Recompute.allCases {
                    var memory = format
                    (memory.update, memory.recompute) = (update, recompute)
                    let run = try Run(method, memory)
                    _ = try run.train(5)
                    let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                    #expect(abs(planned - tracked) * 50 <= tracked, "\(method) \(memory.words): \(planned) planned, \(tracked) tracked")
                }
            }
        }
    }

    /// Short formats are really short: fewer bytes for weights and for state.
    @Test func shortFormatsTakeFewerBytes() throws {
        func bytes(_ memory: MemoryOptions) throws -> (weights: Int, optimizer: Int) {
            let run = try Run("full_rank", memory)
            return (run.ledger.current[.weights], run.ledger.current[.optimizer])
        }
        let (full, half, eight) = (
            try bytes(MemoryOptions()), try bytes(MemoryOptions(storage: .bf16)), try bytes(MemoryOptions(optimizer: .adamw8bit))
        )
        #expect(Double(half.weights) < 0.52 * Double(full.weights) && Double(half.optimizer) < 0.52 * Double(full.optimizer))
        #expect(eight.weights == full.weights && Double(eight.optimizer) < 0.28 * Double(full.optimizer))
    }

    @Test(arguments: methods) func sameSeedSameBitsInEveryFormat(method: String) throws {
        for format in Self.formats {
            let (a, b) = (try Run(method, format).train(5), try Run(method, format).train(5))
            #expect(a.reports == b.reports && a.weights == b.weights, "\(method) \(format.words)")
        }
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
