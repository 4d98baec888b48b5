import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

/// low_rank, lora and relora: first functions, merges, phases.
@Suite(.compute(threads: 2)) struct LowRankFamilyTests {
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 14, inFeatures: 9)

    private func make(_ name: String, _ given: [String: OptionValue], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod
    {
        let registry = BuiltinMethods.registry
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private let relora: [String: OptionValue] = ["rank": 3, "merge_interval": 10, "restart_warmup_steps": 2]

    @Test(arguments: ["lora", "relora"]) func theFirstFunctionIsFullRanks(name: String) throws {
        let mine = try MiniRun<Float>(make(name, name == "relora" ? relora : ["rank": 3]), shape: SmallShapes.small, seed: 5)
        let full = try MiniRun<Float>(make("full_rank", [:]), shape: SmallShapes.small, seed: 5)
        let batch = mine.batch("batch")
        #expect(try mine.model.hiddenStates(inputs: batch.inputs) == full.model.hiddenStates(inputs: batch.inputs))
    }

    @Test func factorsStartAsPublished() throws {
        let low = try ModuleHarness<Double>(make("low_rank", ["rank": 4]), at: module).bits
        // U(±1/√in), U(±1/√r)
        for (tensor, bound) in [("lora_A", 1.0 / 3), ("lora_B", 0.5)] {
            let values = try #require(low[tensor])
            #expect(values.allSatisfy { abs($0) <= bound } && values.contains { abs($0) > 0.8 * bound })
        }
        let lora = try ModuleHarness<Double>(make("lora", ["rank": 4]), at: module).bits
        #expect(lora["lora_A"] == low["lora_A"])
        #expect(try #require(lora["lora_B"]).allSatisfy { $0 == 0 })
    }

    /// alpha / rank, not alpha.
    @Test(arguments: [(4, 8.0), (2, 32.0)]) func theScaleIsAlphaOverRank(rank: Int, alpha: Double) throws {
        let linear = try ModuleHarness<Double>(make("low_rank", ["rank": .integer(rank), "alpha": .real(alpha)]), at: module)
        let dense = try Matrix<Double>.zeros(14, 9)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
        let product = try Matrix<Double>.zeros(14, 9)
        product.setProduct(
            try linear.tensors.parameter("lora_B").value, try linear.tensors.parameter("lora_A").value, scale: alpha / Double(rank))
        #expect(Deviation(dense.elements, from: product.elements).relative < 1e-15)
    }

    // MARK: Merges

    private func checkMerge<S: Scalar>(_ type: S.Type, tolerance: Double) throws {
        let linear = try ModuleHarness<S>(make("relora", relora), at: module)
        linear.randomizeParameters()
        let x = try Matrix<S>.normal(5, 9, "x")
        let (before, after) = (try Matrix<S>.zeros(5, 14), try Matrix<S>.zeros(5, 14))
        try linear.forward(x, into: before)
        let old = linear.bits
        var stream = RandomStream(seed: 1, name: "merge")
        _ = try linear.perform(.merge, random: &stream)
        try linear.forward(x, into: after)
        #expect(Deviation(after.elements, from: before.elements).relative < tolerance)
        let new = linear.bits
        #expect(try #require(new["lora_B"]).allSatisfy { $0 == 0 })
        #expect(new["lora_A"] != old["lora_A"] && new["weight"] != old["weight"])
        #expect(try #require(new["lora_A"]).allSatisfy { abs($0) <= 1.0 / 3 })
        var (same, other) = (RandomStream(seed: 1, name: "merge"), RandomStream(seed: 2, name: "merge"))
        _ = try linear.perform(.merge, random: &same)
        #expect(linear.bits["lora_A"] == new["lora_A"] && linear.bits["weight"] == new["weight"], "B = 0 adds nothing")
        _ = try linear.perform(.merge, random: &other)
        #expect(linear.bits["lora_A"] != new["lora_A"])
    }

    /// One more rounding of W a merge: Float's 6e-8 in sums of nine products.
    @Test func aMergePreservesTheFunction() throws {
        try checkMerge(Double.self, tolerance: 1e-14)
        try checkMerge(Float.self, tolerance: 1e-6)
    }

    @Test func aMergePreservesTheWholeModel() throws {
        let run = try MiniRun<Float>(make("relora", relora), shape: SmallShapes.small)
        for _ in 0..<4 { try run.update() }
        let batch = run.batch("probe")
        let before = try run.model.hiddenStates(inputs: batch.inputs)
        let factors = run.weights.filter { $0.key.hasSuffix("lora_A") }
        try run.model.perform(.merge, seed: 1, step: 11)
        let after = try run.model.hiddenStates(inputs: batch.inputs)
        #expect(Deviation(after, from: before).relative < 1e-5)
        for (name, values) in factors { #expect(run.weights[name] != values, "\(name) was not drawn anew") }
        let drawn = run.weights.filter { $0.key.hasSuffix("q_proj.lora_A") }.map(\.value)
        #expect(Set(drawn).count == drawn.count, "every module draws its own")
    }

    /// What the method's controller wants after every update of a run.
    private func actions(_ method: any PretrainingMethod, steps: Int) throws -> [[LifecycleAction]] {
        var lifecycle = try #require(method.lifecycles(totalSteps: steps).first)
        return (1...steps).map { lifecycle.actions(after: RunView(step: $0, totalSteps: steps)) }
    }

    private func dips(_ method: any PretrainingMethod, steps: Int) -> [Range<Int>] { method.learningRates(totalSteps: steps).dips.map(\.updates) }

    @Test func mergesComeWhereTheAuthorsHaveThem() throws {
        let method = try make("relora", relora)
        let actions = try actions(method, steps: 35)
        #expect((1...35).filter { !actions[$0 - 1].isEmpty } == [11, 21, 31])
        #expect(dips(method, steps: 35) == [11..<13, 21..<23, 31..<33])
        #expect(
            actions[10] == [
                .rewrite(.merge, preservesFunction: true), .editState(of: .linears(["lora_A", "lora_B"]), .prune(.random(0.99))),
            ], "a merge, then a reset by random pruning of 99 %")
        #expect(try make("lora", ["rank": 2]).lifecycles(totalSteps: 1000).isEmpty)
    }

    @Test func aWarmStartShiftsTheCycles() throws {
        var options = relora
        options["full_rank_steps"] = 5
        let method = try make("relora", options)
        #expect(method.phaseStarts == [5] && method.phaseCount == 2)
        #expect(dips(method, steps: 30).map(\.lowerBound) == [6, 16, 26])
        let actions = try actions(method, steps: 40)
        #expect((1...40).filter { !actions[$0 - 1].isEmpty } == [16, 26, 36])
    }

    @Test func aRestartLongerThanItsCycleIsRefused() {
        #expect(throws: MethodOptionError.self) { try make("relora", ["merge_interval": 5, "restart_warmup_steps": 5]) }
    }

    /// The full-rank phase's weights become the frozen base, bit by bit; embedding, head and norm weights go on.
    @Test func thePhaseChangeKeepsEveryWeight() throws {
        var options = relora
        options["full_rank_steps"] = 3
        let run = try MiniRun<Float>(make("relora", options), shape: SmallShapes.small)
        for _ in 0..<3 { try run.update() }
        let (weights, batch) = (run.weights, run.batch("probe"))
        let before = try run.model.hiddenStates(inputs: batch.inputs)
        try run.enter(phase: 1)
        for (name, values) in weights { #expect(run.weights[name] == values, "\(name)") }
        #expect(try run.model.hiddenStates(inputs: batch.inputs) == before)
        #expect(run.model.parameters.filter { $0.declaredName == "weight" && $0.module != nil }.allSatisfy { !$0.parameter.isTrainable })
        try run.update()
        for (name, values) in weights where name.contains("_proj.weight") { #expect(run.weights[name] == values, "\(name) is frozen now") }
    }
}
