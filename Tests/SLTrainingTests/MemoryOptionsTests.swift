import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Memory options together with every option of every method: what is spent changes, what is computed does not.
@Suite(.serialized, .compute(threads: 2)) struct MemoryOptionsTests {
    static let variants = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }.flatMap { $0.variants(for: LeanRun.shape) }

    static let formats = [
        MemoryOptions(), MemoryOptions(states: .eightBit), MemoryOptions(states: .eightBit, blockSize: 2048),
        MemoryOptions(storage: .bf16), MemoryOptions(storage: .bf16, rounding: .stochastic),
        MemoryOptions(states: .eightBit, storage: .bf16), MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic),
        MemoryOptions(precision: .bf16), MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic, precision: .bf16),
        MemoryOptions(states: .companded),
    ]

    /// Whether a later phase than the first can be the one with the peak.
    private static func passesPhases(_ variant: MethodVariant) -> Bool {
        variant.changed == nil || variant.options["merge_interval"] != nil || variant.options["restarts.every"]?.integer != nil
    }

    /// A failed `==` inside an expectation spells out how long lists differ, which takes minutes.
    private func same(_ a: [[Float]], _ b: [[Float]]) -> Bool { a == b }

    /// `format` with other ways to come by gradients and activations.
    private func lean(_ format: MemoryOptions, _ update: MemoryOptions.Update, _ recompute: MemoryOptions.Recompute) -> MemoryOptions {
        var memory = format
        (memory.update, memory.recompute) = (update, recompute)
        return memory
    }

    /// Both at once, and each alone: the bits of the ordinary run of the same format.
    @Test(arguments: variants.indices) func gradientsConsumedAndBlocksRecomputed(index: Int) throws {
        let variant = Self.variants[index]
        // All formats and ways with a method's own options; one of two formats, and the ways that differ most, with every other.
        let isBase = variant.changed == nil
        let both: [(MemoryOptions.Update, MemoryOptions.Recompute)] = [(.perLayer, .block), (.perLayer, .bottlenecks)]
        for format in isBase ? Self.formats : [Self.formats[index % 2 == 0 ? 0 : 8]] {
            let ordinary = try LeanRun(variant, format).train(5)
            for (update, recompute) in isBase ? [(.perLayer, .none), (.wholeModel, .block), (.wholeModel, .bottlenecks)] + both : both {
                let memory = lean(format, update, recompute)
                let found = try LeanRun(variant, memory).train(5)
                #expect(found.reports == ordinary.reports, "\(variant) \(memory.words)")
                #expect(same(found.weights, ordinary.weights), "weights, \(variant) \(memory.words)")
                #expect(same(found.state, ordinary.state), "state, \(variant) \(memory.words)")
            }
        }
    }

    /// Micro-batches and clipping do not mind what is recomputed or how tensors are kept.
    @Test(arguments: variants.indices.filter { variants[$0].changed == nil }) func accumulationAndClipping(index: Int) throws {
        let variant = Self.variants[index]
        for format in [Self.formats[0], Self.formats[8]] {
            let ordinary = try LeanRun(variant, format, accumulation: 2, clip: 0.05)
            let again = try LeanRun(variant, lean(format, .wholeModel, .block), accumulation: 2, clip: 0.05)
            let (a, b) = (try ordinary.train(4), try again.train(4))
            #expect(a.reports == b.reports && same(a.weights, b.weights), "\(variant) \(format.words)")
            for run in [ordinary, again] {
                let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                #expect(abs(planned - tracked) * 50 <= tracked, "\(variant) \(format.words), two micro-batches: \(planned), \(tracked)")
            }
        }
    }

    /// Planned bytes are the peak's, through refreshes, merges, prunings and phases.
    @Test(arguments: variants.indices) func thePlanIsThePeak(index: Int) throws {
        let variant = Self.variants[index]
        let isBase = variant.changed == nil
        // Which tensors blockllm trains and looks at is drawn: what is planned is the most that it can be.
        let isDrawn = variant.method.descriptor.name == "blockllm"
        for format in isBase ? Self.formats : [Self.formats[index % 2 == 0 ? 0 : 8]] {
            for update in MemoryOptions.Update.allCases {
                for recompute in isBase ? MemoryOptions.Recompute.allCases : [update == .perLayer ? .block : .none] {
                    let memory = lean(format, update, recompute)
                    let run = try LeanRun(variant, memory)
                    _ = try run.train(Self.passesPhases(variant) ? 6 : 3)
                    let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                    #expect(
                        abs(planned - tracked) * 50 <= tracked || (isDrawn && tracked <= planned && planned * 9 <= tracked * 10),
                        "\(variant) \(memory.words): \(planned) planned in \(run.plan.peakStage), \(tracked) tracked in \(run.ledger.peak.stage)")
                }
            }
        }
    }

    /// Two runs in turns give the bits of each alone: nothing of a run lives outside it. Another seed gives others.
    @Test(arguments: variants.indices.filter { variants[$0].changed == nil }) func runsKnowNothingOfEachOther(index: Int) throws {
        let variant = Self.variants[index]
        for format in Self.formats {
            for update in MemoryOptions.Update.allCases {
                let memory = lean(format, update, update == .perLayer ? .block : .none)
                let alone = try LeanRun(variant, memory).train(4)
                let (one, two) = (try LeanRun(variant, memory), try LeanRun(variant, memory, seed: 4))
                for step in 0..<4 {
                    _ = try one.update(step)
                    _ = try two.update(step)
                }
                #expect(same(one.weights, alone.weights) && same(one.state, alone.state), "\(variant) \(memory.words)")
                #expect(!same(two.weights, alone.weights), "\(variant) \(memory.words): another seed")
            }
        }
    }

    /// So do runs on any one number of threads.
    @Test(arguments: [1, 3]) func sameThreadsSameBits(threads: Int) throws {
        Compute.configure(threads: threads)
        for variant in Self.variants where variant.changed == nil {
            for format in [Self.formats[4], Self.formats[6]] {
                let memory = lean(format, .perLayer, .block)
                let (a, b) = (try LeanRun(variant, memory, threads: threads), try LeanRun(variant, memory, threads: threads))
                let (first, second) = (try a.train(3), try b.train(3))
                #expect(first.reports == second.reports && same(first.weights, second.weights), "\(variant) \(memory.words)")
                let ordinary = try LeanRun(variant, format, threads: threads).train(3)
                #expect(same(ordinary.weights, first.weights) && ordinary.reports == first.reports, "\(variant) \(memory.words)")
            }
        }
    }

    /// Rounding up or down is drawn anew for every step, tensor and seed, and is not rounding to nearest.
    @Test func stochasticRoundingIsDrawn() throws {
        let variant = try #require(Self.variants.first { $0.method.descriptor.name == "full_rank" })
        let nearest = try LeanRun(variant, Self.formats[3]).train(3)
        let stochastic = try LeanRun(variant, Self.formats[4]).train(3)
        #expect(!same(nearest.weights, stochastic.weights))
        // Steps far below a weight's last place: to nearest nothing moves, on average everything does.
        let (still, moving) = (try LeanRun(variant, Self.formats[3], rate: 1e-7), try LeanRun(variant, Self.formats[4], rate: 1e-7))
        let (before, after) = (still.weights, try still.train(5).weights)
        let large = before.indices.filter { before[$0].count >= 4096 }
        #expect(large.count > 2 && large.allSatisfy { index in
            zip(before[index], after[index]).count { $0 != $1 } * 100 < before[index].count
        })
        let (start, end) = (moving.weights, try moving.train(5).weights)
        #expect(large.contains { start[$0] != end[$0] })
    }
}
