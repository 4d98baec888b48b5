import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// An activation scheme around every method, with memory options: planned as tracked, and the same bits whenever gradients are consumed and
/// whatever is computed again.
@Suite(.serialized, .compute(threads: 2)) struct ActivationSchemeTests {
    private static let all = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }.flatMap { $0.variants(for: LeanRun.shape).prefix(1) }
    /// Those that need the exact input; others save it in a way of their own.
    private static let variants = all.filter(needsExactInputs)

    private static func needsExactInputs(_ variant: MethodVariant) -> Bool {
        guard let method = try? variant.make(for: LeanRun.shape) else { return true }
        return LeanRun.shape.modules.allSatisfy { method.savedActivations(at: $0, phase: 0, pass: PassSize(tokens: 8)).input == .exact }
    }
    /// Of 66 and 77 columns; v_proj and o_proj beside readers of the same input, and alone.
    private static let scheme = ActivationSpec(groups: [.value: 6, .output: 11, .up: 3, .down: 7], scale: 1.5)

    private func same(_ a: [[Float]], _ b: [[Float]]) -> Bool { a == b }

    @Test(arguments: variants.indices) func worksWithMemoryOptions(index: Int) throws {
        let variant = Self.variants[index]
        for precision in MemoryOptions.Precision.allCases {
            let exact = try LeanRun(variant, MemoryOptions(precision: precision)).train(4)
            let ordinary = try LeanRun(variant, MemoryOptions(precision: precision), activations: Self.scheme).train(4)
            // Which tensors are trained at a time may be drawn: then those of the scheme need not be among them, and what is planned is a bound.
            let isDrawn = variant.method.descriptor.name == "blockllm"
            #expect(ordinary.reports.first?.first == exact.reports.first?.first && (isDrawn || !same(ordinary.weights, exact.weights)), "\(variant)")
            for update in MemoryOptions.Update.allCases {
                for recompute in MemoryOptions.Recompute.allCases {
                    let memory = MemoryOptions(update: update, recompute: recompute, precision: precision)
                    let run = try LeanRun(variant, memory, activations: Self.scheme)
                    let found = try run.train(4)
                    #expect(found.reports == ordinary.reports && same(found.weights, ordinary.weights), "\(variant) \(memory.words)")
                    let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                    #expect(isDrawn ? tracked <= planned : abs(planned - tracked) * 50 <= tracked, "\(variant) \(memory.words): \(planned) planned, \(tracked) tracked")
                }
            }
        }
    }

    /// A scheme around a scheme would keep what nobody reads.
    @Test func othersRefuse() throws {
        let others = Self.all.filter { !Self.needsExactInputs($0) }
        #expect(others.contains { $0.method.descriptor.name == "lora_fa" })
        for variant in others {
            #expect(throws: MethodOptionError.self, "\(variant)") { try LeanRun(variant, MemoryOptions(), activations: Self.scheme) }
        }
    }

    /// Short weights and states, and micro-batches: the direction is that of the first of them, whatever follows.
    @Test(arguments: variants.indices.filter { ["full_rank", "sltrain", "galore"].contains(variants[$0].method.descriptor.name) })
    func worksWithFormatsAndMicroBatches(index: Int) throws {
        let variant = Self.variants[index]
        let memory = MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic)
        let (one, two) = (
            try LeanRun(variant, memory, accumulation: 2, clip: 0.05, activations: Self.scheme),
            try LeanRun(variant, memory, accumulation: 2, clip: 0.05, activations: Self.scheme)
        )
        let (a, b) = (try one.train(3), try two.train(3))
        #expect(a.reports == b.reports && same(a.weights, b.weights) && a.reports.allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(one.loop.model.methodBuffers.contains { $0.name.hasSuffix("velora_v") && $0.matrix.elements.contains { $0 != 0 } })
    }
}
