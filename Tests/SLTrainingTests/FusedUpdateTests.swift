import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Every optimizer of the registry lets its updates be made as gradients arise (LOMO, Lv et al. 2023, arXiv:2306.09782): none sees more of a
/// model than one tensor. What does not allow it, clipping by the norm of all gradients and accumulation, a config refuses.
@Suite(.serialized, .compute(threads: 2)) struct FusedUpdateTests {
    static let optimizers = BuiltinOptimizers.registry.descriptors.map(\.name)
    private static let formats = [
        MemoryOptions(), MemoryOptions(states: .eightBit, storage: .bf16, rounding: .stochastic, precision: .bf16),
    ]

    /// The bits of the ordinary run, and fewer bytes of gradients; planned as they are. SGD without momentum is LOMO itself.
    @Test(arguments: optimizers + ["lomo"]) func sameBitsWithFewerGradients(name: String) throws {
        var optimizer = OptimizerSpec(name == "lomo" ? "sgd" : name)
        if name == "lomo" { optimizer.options["momentum"] = .real(0) }
        let variant = try #require(MethodUnderTest(FullRankMethod.self).variants(for: LeanRun.shape).first { $0.changed == nil })
        for format in Self.formats {
            var fused = format
            fused.update = .perLayer
            let ordinary = try LeanRun(variant, format, optimizer: optimizer)
            let lean = try LeanRun(variant, fused, optimizer: optimizer)
            let (one, other) = (try ordinary.train(5), try lean.train(5))
            #expect(other.reports == one.reports, "\(fused.words)")
            let isSame = other.weights == one.weights && other.state == one.state
            #expect(isSame, "weights and state, \(fused.words)")
            #expect(lean.plan.breakdown.gradients * 2 < ordinary.plan.breakdown.gradients, "\(fused.words)")
            #expect(lean.ledger.peak.bytes[1] * 2 < ordinary.ledger.peak.bytes[1], "\(fused.words)")
            for run in [ordinary, lean] {
                let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                #expect(abs(planned - tracked) * 50 <= tracked, "\(fused.words): \(planned) planned, \(tracked) tracked in \(run.ledger.peak.stage)")
            }
            if name == "lomo" { #expect(lean.ledger.current[.optimizer] == 0) }
        }
    }
}
