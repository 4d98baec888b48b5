import SLMethodKit
import SLMethods
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

struct GaLoreTests {
    private func method(_ given: [String: OptionValue] = [:], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(
            "galore", options: MethodOptions(descriptor: registry.descriptor(named: "galore"), model: shape, given: given), model: shape)
    }

    /// Block linears by the projected rule; embedding, head and norm weights by Adam of the same form; ε before the correction,
    /// decay after the step, as the authors' optimizer has them.
    @Test func rulesByTensor() throws {
        let method = try method(["rank": 5, "update_interval": 7, "scale": 0.5, "moments": "rotate", "projection": "left"])
        let optimizer = try RunOptimizer(.adamW(epsilon: 1e-6))
        let expected = AdamWRule(AdamSettings(epsilon: 1e-6, form: .huggingFace))
        let rule = try #require(
            method.updateRule(for: TensorPlace(.linear(SmallShapes.small.modules[0]), rows: 24, columns: 24), optimizer: optimizer) as? ProjectedRule)
        #expect(rule.inner as? AdamWRule == expected)
        #expect(rule.rank == 5 && rule.side == .left && rule.refresh == RefreshPolicy(interval: 7) && rule.scale == 0.5)
        #expect(rule.stateAtRefresh == .rotate && rule.projector == .singularVectors(.automatic) && rule.outside == .dropped)
        for part in [ModelPart.embedding, .head, .norm] {
            #expect(method.updateRule(for: TensorPlace(part, rows: 24, columns: 24), optimizer: optimizer) as? AdamWRule == expected)
        }
    }

    @Test func publishedDefaults() throws {
        func defaults(_ name: String) throws -> [String: OptionValue] {
            let shape = try #require(ModelShape.preset(named: name))
            return Dictionary(
                uniqueKeysWithValues: try BuiltinMethods.registry.descriptor(named: "galore").options.map {
                    ($0.name, $0.defaultValue(shape))
                })
        }
        let (small, large) = (try defaults("60m"), try defaults("7b"))
        #expect(
            small["rank"] == 128 && small["update_interval"] == 200 && small["scale"] == 0.25 && small["moments"] == "keep"
                && small["projection"] == "std")
        #expect(large["rank"] == 1024 && large["update_interval"] == 500)
    }
}
