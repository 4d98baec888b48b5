import SLOptimizers
import SLSpec
import Testing

/// Which tensors recipes leave to other rules.
struct RecipeTests {
    private let module = LinearModule(layer: 0, role: .up, outFeatures: 7, inFeatures: 5)

    @Test func muonLeavesTheRestToAdamW() throws {
        let run = try RunOptimizer(OptimizerSpec("muon"))
        #expect(run.rule(for: TensorPlace(.linear(module), rows: 7, columns: 5)) is MuonRule)
        #expect(run.rule(for: TensorPlace(.linear(module), name: "lora_A", rows: 2, columns: 5)) is MuonRule)
        for place in [
            TensorPlace(.embedding, rows: 9, columns: 5), TensorPlace(.head, rows: 9, columns: 5),
            TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 5), TensorPlace(.linear(module), name: "sparse_value", rows: 1, columns: 4),
        ] {
            #expect(run.rule(for: place) is AdamWRule, "\(place.fullName)")
        }
    }

    @Test func onlyBlockMatricesAreMasked() throws {
        var options = MethodOptions()
        options["density"] = 0.5
        let run = try RunOptimizer(OptimizerSpec("spam", options))
        #expect(run.rule(for: TensorPlace(.linear(module), rows: 7, columns: 5)) is MaskedSPAMRule)
        #expect(run.rule(for: TensorPlace(.embedding, rows: 9, columns: 5)) is SPAMRule)
        #expect(run.rule(for: TensorPlace(.linear(module), name: "sparse_value", rows: 1, columns: 4)) is SPAMRule)
        #expect(try RunOptimizer(OptimizerSpec("spam")).rule(for: TensorPlace(.linear(module), rows: 7, columns: 5)) is SPAMRule)
    }
}
