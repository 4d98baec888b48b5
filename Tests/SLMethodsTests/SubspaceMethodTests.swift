import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// What the published methods are made of, and what `inner` puts in.
struct SubspaceMethodTests {
    /// A factor on the linears' steps is a rate of their own, which reports tell.
    @Test func aScaleIsARateOfTheLinearsOwn() {
        let scaled = BuiltinMethods.registry.descriptors.filter { $0.option(named: "scale") != nil }
        #expect(scaled.map(\.name).sorted() == ["adarankgrad", "apollo", "apollo_mini", "fira", "galore", "golore", "q_galore"])
        for method in scaled { #expect(method.ownRates?.contains("`scale`") == true, "\(method.name)") }
    }

    private func method(_ name: String, _ given: [String: OptionValue] = [:], shape: ModelShape = SmallShapes.small) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape)
    }

    private func rule(_ name: String, _ given: [String: OptionValue] = [:], _ optimizer: RunOptimizer? = nil) throws -> ProjectedRule {
        let place = TensorPlace(.linear(SmallShapes.small.modules[0]), rows: 24, columns: 24)
        return try #require(try method(name, given).updateRule(for: place, optimizer: optimizer ?? RunOptimizer()) as? ProjectedRule)
    }

    @Test func axesOfThePresets() throws {
        let fira = try rule("fira")
        #expect(fira.outside == .scaled(GradientScaling(.channel, growthLimit: 1.01), share: 0.25) && fira.scale == 0.25)
        #expect(try rule("fira", ["residual": "exact", "limiter": .null]).outside == .scaled(GradientScaling(growthLimit: nil), share: 1))
        let apollo = try rule("apollo")
        #expect(apollo.projector == .gaussian && apollo.outside == .whole(GradientScaling(.channel)) && apollo.refresh == RefreshPolicy(interval: 200))
        let mini = try rule("apollo_mini")
        #expect(mini.rank == 1 && mini.outside == .whole(GradientScaling(.tensor, factor: 128.0.squareRoot())))
        let golore = try rule("golore")
        #expect(golore.randomFrom == 0.8 && golore.stateAtRefresh == .rotateMomentum && golore.scale == 1)
        let qGaLore = try rule("q_galore")
        #expect(qGaLore.refresh.condition == .lazy(threshold: 0.4, factor: 2, queue: 5))
        #expect(qGaLore.basisFormat == .affine(AffineCode(bits: 4), groupSize: 256, .nearest))
        let dct = try rule("dct_adamw", ["update_interval": 5, "column_norm": 2, "error_feedback": .bool(true)])
        #expect(dct.projector == .cosine(.l2) && dct.refresh == RefreshPolicy(interval: 5, offset: 4) && dct.outside == .errorFeedback)
        #expect((dct.inner as? AdamWRule)?.settings.form == .pytorch)
        let ada = try rule("adarankgrad")
        #expect(ada.energy == 0.9 && ada.stateAtRefresh == .rotate && ada.refresh.condition == .converged(below: 0.5))
        let any = try rule("galore", ["projector": "dct", "outside": "error_feedback", "cadence": "lazy"])
        #expect(any.projector == .cosine(.l1) && any.outside == .errorFeedback && any.refresh.condition == .lazy(threshold: 0.4, factor: 2, queue: 5))
    }

    /// The linears' weights are in codes, and only theirs.
    @Test func weightsInEightBits() throws {
        let (coded, plain) = (try method("q_galore"), try method("q_galore", ["weights": "as_stored"]))
        let module = SmallShapes.small.modules[0]
        #expect(coded.tensors(at: module, phase: 0).map(\.format) == [.affine(AffineCode(bits: 8), groupSize: 256, .stochastic)])
        #expect(plain.tensors(at: module, phase: 0).map(\.format) == [nil])
    }

    // MARK: Controls

    /// With as many dimensions as there are, whatever the basis, a step of descent is a step of ordinary descent; with fewer it is not.
    @Test(arguments: ["svd", "orthonormal"]) func ofFullRankDescentIsDescent(projector: String) throws {
        let sgd = try RunOptimizer(OptimizerSpec("sgd"))
        func weights(_ method: any PretrainingMethod) throws -> [String: [Double]] {
            let run = try MiniRun<Double>(method, shape: SmallShapes.small, optimizer: sgd)
            for _ in 0..<3 { try run.update() }
            return run.weights
        }
        let plain = try weights(PlainMethod())
        let whole = try weights(method("galore", ["projector": .text(projector), "rank": 24, "scale": 1.0, "update_interval": 50, "refresh": "together"]))
        let less = try weights(method("galore", ["projector": .text(projector), "rank": 12, "scale": 1.0, "update_interval": 50, "refresh": "together"]))
        for (name, weight) in plain { #expect(Deviation(whole[name] ?? [], from: weight).relative < 1e-9, "\(name)") }
        let name = "model.layers.0.mlp.up_proj.weight"
        #expect(Deviation(less[name] ?? [], from: plain[name] ?? []).relative > 1e-6)
    }

    // MARK: The inner rule

    @Test func innerIsAnOptimizerOfTheRegistry() throws {
        let given: [String: OptionValue] = ["inner": "adamw", "inner.beta1": 0.5]
        let own = try rule("galore", given, RunOptimizer(.adamW(beta1: 0.8)))
        #expect((own.inner as? AdamWRule)?.settings.beta1 == 0.5 && (own.inner as? AdamWRule)?.settings.form == .huggingFace)
        #expect((try rule("galore", [:], RunOptimizer(.adamW(beta1: 0.8))).inner as? AdamWRule)?.settings.beta1 == 0.8)
        #expect(throws: MethodOptionError.self) { try rule("galore", ["inner": "no such rule"]) }
    }

    /// Options at their default leave a run's spec, and with it its identity, as it was before there were such options.
    @Test func laterOptionsAreUnwrittenAtTheirDefault() throws {
        let descriptor = try BuiltinMethods.registry.descriptor(named: "galore")
        let names = ["rank", "update_interval", "scale", "projection", "moments", "subspace", "refresh"]
        #expect(MethodOptions(descriptor: descriptor, model: SmallShapes.small).values.map { $0.key } == names)
        let asked = MethodOptions(descriptor: descriptor, model: SmallShapes.small, given: ["inner": "adamw", "inner.beta1": 0.5, "projector": "dct"])
        #expect(asked.values.map { $0.key } == names + ["inner", "inner.beta1", "projector"])
    }

    /// LDAdam is an Adam of its own.
    @Test func anotherRuleIsRefused() throws {
        let method = try method("ldadam")
        let place = TensorPlace(.linear(SmallShapes.small.modules[0]), rows: 24, columns: 24)
        let settings = try #require(method.updateRule(for: place, optimizer: RunOptimizer(.adamW(beta1: 0.7))) as? LowDimensionalAdamRule).settings
        #expect(settings.beta1 == 0.7 && settings.form == .pytorch)
    }

    /// Dion and Trion have rules of their own, which stand in AdamW's place: any other was asked for, and is refused with the reason. The
    /// rest of the model is trained as the run says.
    @Test(arguments: ["dion", "trion", "ldadam"]) func ownRulesTakeAdamWsPlace(name: String) throws {
        let method = try method(name)
        let place = TensorPlace(.linear(SmallShapes.small.modules[0]), rows: 24, columns: 24)
        #expect(method.updateRule(for: place, optimizer: try RunOptimizer()).refusal == nil)
        let other = try RunOptimizer(OptimizerSpec("adafactor"))
        #expect(method.updateRule(for: place, optimizer: other).refusal?.contains("adamw") == true)
        #expect(method.updateRule(for: TensorPlace(.head, rows: 11, columns: 24), optimizer: other) is AdafactorRule)
    }

    /// Trion is a preset of the projected rule; its step's factor goes by the whole matrix.
    @Test func trionIsAPreset() throws {
        let trion = try rule("trion", ["momentum": 0.9])
        #expect(trion.projector == .cosine(.l1, .rowsOnTheLeft) && trion.outside == .momentum(kept: 0.9))
        #expect(trion.inner is OrthogonalRule && trion.refresh == RefreshPolicy(interval: 1) && trion.scale == 1)
        let tall = TensorPlace(.linear(SmallShapes.small.modules[0]), rows: 40, columns: 10)
        for (scaling, scale) in [("kj", 2), ("dion", 2), ("none", 1), ("kimi", 0.2 * 40.0.squareRoot())] {
            let rule = try method("trion", ["scaling": .text(scaling)]).updateRule(for: tall, optimizer: RunOptimizer())
            #expect((rule as? ProjectedRule)?.scale == scale, "\(scaling)")
        }
    }

    // MARK: Published settings

    @Test(arguments: ["60m", "130m", "350m", "1b", "7b"]) func recipes(size: String) throws {
        let shape = try #require(ModelShape.preset(named: size))
        func recipe(_ name: String) throws -> MethodDescriptor.Recipe { try BuiltinMethods.registry.descriptor(named: name).recipe(shape) }
        func value(_ name: String, _ option: String) throws -> OptionValue? {
            try BuiltinMethods.registry.descriptor(named: name).option(named: option)?.defaultValue(shape)
        }
        let isLarge = size == "1b" || size == "7b"
        #expect(try recipe("fira").learningRate == (size == "7b" ? 0.005 : 0.01) && recipe("apollo").learningRate == 0.01)
        #expect(try value("fira", "scale") == (isLarge ? 0.0625 : 0.25) && value("apollo_mini", "scale") == (size == "130m" ? 192 : 128))
        #expect(try recipe("q_galore").learningRate == ["60m": 0.015, "130m": 0.015, "7b": 0.004][size, default: 0.01])
        #expect(try recipe("golore").gradientClip == 1 && recipe("golore").learningRate == 0.001)
        let betas = try #require(try recipe("ldadam").betas)
        #expect(betas.first == 0.908 && betas.second == 0.99)
        for name in ["fira", "apollo", "apollo_mini", "golore", "q_galore", "adarankgrad"] { #expect(try recipe(name).epsilon == 1e-6) }
        #expect(try recipe("dion").learningRate == 0.02 && recipe("dion").weightDecay == 0.01 && recipe("trion").learningRate == 0.02)
        for name in ["dct_adamw", "ldadam"] { #expect(try recipe(name).epsilon == 1e-8) }
    }

    // MARK: Promises

    @Test func promises() throws {
        func steps(_ name: String, _ given: [String: OptionValue]) throws -> (sure: [Int], open: [Int]) {
            let method = try method(name, given)
            let (sure, open) = (method.eventSteps(totalSteps: 20), method.openEventSteps(totalSteps: 20))
            return ((sure["refresh"] ?? []).sorted(), (open["refresh"] ?? []).sorted())
        }
        #expect(try steps("dct_adamw", ["update_interval": 6]) == ([1, 6, 12, 18], []))
        func together(_ given: [String: OptionValue]) -> [String: OptionValue] { given.merging(["refresh": "together"]) { $1 } }
        #expect(try steps("q_galore", together(["update_interval": 4, "queue": 2])) == ([1, 5, 9], [5, 9, 13, 17]))
        #expect(try steps("q_galore", together(["update_interval": 8, "queue": 1, "gamma": 1.5])) == ([1, 9], Array(9...20)))
        #expect(try steps("adarankgrad", together(["update_interval": 5])) == ([1], Array(2...20)))
        // In turns 0 to 3, which are no intervals and have no cosine.
        #expect(try steps("q_galore", ["update_interval": 4, "queue": 2]) == (Array(1...12), Array(5...20)))
        #expect(try steps("golore", ["update_interval": 28]) == (Array(stride(from: 1, to: 20, by: 2)), []))
    }

    // MARK: Turns

    static let refreshing = ["galore", "golore", "fira", "q_galore", "adarankgrad"]

    /// At 60m no two linears have one turn: after update 1, whose subspaces are found in one pass, no update finds more than one.
    @Test(arguments: refreshing) func theDefaultIsInTurns(name: String) throws {
        let shape = try #require(ModelShape.preset(named: "60m"))
        let method = try method(name, shape: shape)
        let policies = try shape.modules.map { module in
            let place = TensorPlace(.linear(module), rows: module.outFeatures, columns: module.inFeatures)
            let rule = method.updateRule(for: place, optimizer: try RunOptimizer())
            return try #require(rule as? ProjectedRule).refresh
        }
        #expect(policies.count == 56 && policies.map(\.offset) == (0..<56).map { $0 * 200 / 56 } && Set(policies.map(\.offset)).count == 56)
        #expect(policies.allSatisfy { $0.interval == 200 })
        // Of subspaces that end by themselves an eighth may do so in one update.
        #expect(policies.allSatisfy { $0.turnLength == (name == "adarankgrad" ? 8 : 1) })
        let alike = Dictionary(grouping: policies) { $0.offset % 8 }
        #expect(alike.values.allSatisfy { $0.count <= 8 })
        let together = try rule(name, ["refresh": "together"]).refresh
        #expect(together.offset == 0 && together.turnLength == 1)
    }

    /// Runs that were made before there were turns keep their identity, and go on as they began.
    @Test(arguments: refreshing) func earlierRunsAreTogether(name: String) throws {
        let descriptor = try BuiltinMethods.registry.descriptor(named: name)
        let shape = SmallShapes.small
        func values(_ given: [String: OptionValue]) -> MethodOptions { MethodOptions(descriptor: descriptor, model: shape, given: given) }
        #expect(values([:])["refresh"] == "staggered")
        #expect(values(["refresh": "together"])["refresh"] == (name == "galore" ? "together" : nil))
        var earlier = values(["refresh": "together"])
        for module in shape.modules {
            let place = TensorPlace(.linear(module), rows: module.outFeatures, columns: module.inFeatures)
            let method = try BuiltinMethods.registry.make(name, options: earlier, model: shape)
            let rule = method.updateRule(for: place, optimizer: try RunOptimizer())
            #expect((rule as? ProjectedRule)?.refresh.offset == 0)
        }
        earlier["refresh"] = "in turns"
        #expect(throws: MethodOptionError.self) { try BuiltinMethods.registry.make(name, options: earlier, model: shape) }
    }
}
