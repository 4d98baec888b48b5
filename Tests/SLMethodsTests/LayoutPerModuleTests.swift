import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// Linears with options of their own.
@Suite(.compute(threads: 2)) struct LayoutPerModuleTests {
    private func method(_ name: String, _ given: [String: OptionValue], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    /// A layer's value comes before a role's, a role's before that of all.
    @Test func theNearestValueHolds() throws {
        let shape = SmallShapes.small
        let method = try method(
            "low_rank", ["rank": 4, "roles.down_proj.rank": 6, "roles.q_proj.parameterization": "dense", "layers.1.rank": 2], shape: shape)
        func rows(_ layer: Int, _ role: LinearRole) throws -> [Int] {
            let module = try #require(shape.modules(layer: layer).first { $0.role == role })
            return method.tensors(at: module, phase: 0).map(\.rows)
        }
        #expect(try rows(0, .up) == [4, 56] && rows(0, .down) == [6, 24] && rows(0, .query) == [24])
        #expect(try rows(1, .up) == [2, 56] && rows(1, .down) == [2, 24] && rows(1, .query) == [24])
        #expect(type(of: method).descriptor.name == "low_rank")
    }

    /// Without a word about single linears the method is made as it is.
    @Test func noLayoutIsNoWrapper() throws {
        #expect(try method("low_rank", [:]) is LowRankMethod)
        #expect(try method("low_rank", ["layers.0.rank": 2]) is LayoutPerModule<LowRankMethod>)
    }

    @Test(arguments: [
        ["layers.2.rank": 2], ["layers.0.merge_interval": 3], ["roles.q_proj.no_such": 1],
        Dictionary(uniqueKeysWithValues: LinearRole.allCases.map { ("roles.\($0.moduleName).parameterization", OptionValue.text("dense")) }),
    ] as [[String: OptionValue]])
    func impossibleLayoutsAreErrors(layout: [String: OptionValue]) throws {
        #expect(throws: MethodOptionError.self) { try method("relora", layout) }
    }

    /// A merge is none of a dense linear's business.
    @Test func rewritesPassOverDenseLinears() throws {
        let run = try MiniRun<Double>(method("relora", ["rank": 3, "layers.0.parameterization": "dense"]), shape: SmallShapes.small)
        for _ in 0..<2 { try run.update() }
        let before = run.weights
        let hidden = try run.model.hiddenStates(inputs: run.batch("probe").inputs)
        try run.model.perform(.merge, seed: 1, step: 2)
        #expect(Deviation(try run.model.hiddenStates(inputs: run.batch("probe").inputs), from: hidden).relative < 1e-10)
        for (name, weight) in run.weights where name.hasSuffix("proj.weight") {
            #expect((weight == before[name]) == name.contains("layers.0."), "\(name)")
        }
    }

    /// What is done to the whole run is promised once, and what rules do at times of their own as often as they do it.
    @Test func plannedEventsAreThoseOfAllLinears() throws {
        let relora = try method("relora", ["rank": 3, "roles.q_proj.rank": 2])
        #expect(try relora.plannedEvents == method("relora", ["rank": 3]).plannedEvents)
        let galore = try method("galore", ["update_interval": 50, "roles.q_proj.update_interval": 20])
        #expect(Set(galore.plannedEvents.map(\.interval)) == [50, 20])
        // Staggered, a linear that is none of GaLore's is not waited for.
        let staggered: [String: OptionValue] = ["update_interval": 14, "refresh": "staggered"]
        let (whole, part) = (try method("galore", staggered), try method("galore", staggered.merging(["layers.1.parameterization": "dense"]) { $1 }))
        #expect(whole.plannedEvents.count == 14 && part.plannedEvents.count == 7)
    }

    /// A dense linear under a method with another rule is trained by the run's own.
    @Test func denseLinearsAreTrainedByTheRunsOptimizer() throws {
        let galore = try method("galore", ["rank": 4, "roles.o_proj.parameterization": "dense"])
        for module in SmallShapes.small.modules {
            let place = TensorPlace(.linear(module), rows: module.outFeatures, columns: module.inFeatures)
            #expect((galore.updateRule(for: place, optimizer: try RunOptimizer()) is AdamWRule) == (module.role == .output))
        }
    }
}
