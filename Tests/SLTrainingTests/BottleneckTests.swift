import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Testing

/// Only streams and bottlenecks kept (CoLA-M): same bits, less memory, and refused where there is no bottleneck.
@Suite(.serialized, .compute(threads: 2)) struct BottleneckTests {
    private static let variants = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }.flatMap { $0.variants(for: LeanRun.shape) }
    /// Whose linears are two factors and nothing else.
    private static let names = ["cola", "low_rank", "loro", "spectron", "maestro"]
    private static let bottled = variants.filter { names.contains($0.method.descriptor.name) }

    private func same(_ a: [[Float]], _ b: [[Float]]) -> Bool { a == b }

    /// Of a block stay, besides its input, the stream inside it, two reciprocals a token, and r columns a linear; all else is there once.
    @Test(arguments: MemoryOptions.Precision.allCases) func keepsNothingButStreamsAndBottlenecks(precision: MemoryOptions.Precision) throws {
        let shape = LeanRun.shape
        for variant in Self.bottled where variant.changed == nil {
            // Maestro begins at full rank.
            let ranks = shape.modules(layer: 0).reduce(0) { $0 + (variant.options["rank"]?.integer ?? $1.smallerSide) }
            let runs = try [MemoryOptions.Recompute.none, .block, .bottlenecks].map { try LeanRun(variant, MemoryOptions(recompute: $0, precision: precision)) }
            let traces = try runs.map { try $0.train(4) }
            for trace in traces.dropFirst() { #expect(trace.reports == traces[0].reports && same(trace.weights, traces[0].weights), "\(variant)") }
            let bytes = runs.map { $0.ledger.current[.activations] }
            let (tokens, size) = (36, precision == .fp32 ? 4 : 2)
            let bottlenecks = shape.layerCount * tokens * (4 * (shape.hiddenSize + 2) + size * ranks)
            #expect(bytes[2] - bytes[1] == bottlenecks, "\(variant)")
            #expect(bytes[2] < bytes[0])
            for run in runs {
                let (planned, tracked) = (run.plan.totalBytes, run.ledger.peak.total)
                #expect(abs(planned - tracked) * 50 <= tracked, "\(variant): \(planned) planned, \(tracked) tracked")
            }
        }
    }

    /// Dense linears among those with bottlenecks are computed again from their inputs.
    @Test(arguments: ["self_attn.o_proj", "self_attn.v_proj", "mlp.down_proj", "mlp.up_proj"]) func denseLinearsAmongThem(role: String) throws {
        let name = try #require(role.split(separator: ".").last)
        let base = try #require(Self.bottled.first { $0.method.descriptor.name == "cola" && $0.changed == nil })
        let variant = base.with(["roles.\(name).parameterization": "dense"])
        let ordinary = try LeanRun(variant, MemoryOptions()).train(3)
        let kept = try LeanRun(variant, MemoryOptions(recompute: .bottlenecks))
        let found = try kept.train(3)
        #expect(found.reports == ordinary.reports && same(found.weights, ordinary.weights))
        #expect(abs(kept.plan.totalBytes - kept.ledger.peak.total) * 50 <= kept.ledger.peak.total)
    }

    @Test func methodsWithoutBottlenecksAreRefused() throws {
        for variant in Self.variants where variant.changed == nil {
            let method = try variant.make(for: LeanRun.shape)
            let name = variant.method.descriptor.name
            let refusal = MemoryOptions(recompute: .bottlenecks).refusal(method, shape: LeanRun.shape)
            #expect((refusal == nil) == Self.names.contains(name), "\(name): \(refusal ?? "taken")")
            #expect(refusal == nil || refusal?.contains(name) == true)
            #expect(MemoryOptions(recompute: .block).refusal(method, shape: LeanRun.shape) == nil)
        }
    }
}
