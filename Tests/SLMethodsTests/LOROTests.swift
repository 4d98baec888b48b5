import SLMethodKit
import SLMethods
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct LOROTests {
    private let module = LinearModule(layer: 0, role: .up, outFeatures: 14, inFeatures: 10)

    private func method(_ given: [String: OptionValue]) throws -> any PretrainingMethod {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "loro"), model: shape, given: given)
        return try registry.make("loro", options: options, model: shape)
    }

    private func harness(_ given: [String: OptionValue]) throws -> ModuleHarness<Double> {
        let linear = try ModuleHarness<Double>(try method(["rank": 4].merging(given) { $1 }), at: module)
        linear.randomizeParameters()
        return linear
    }

    private func factors(_ linear: ModuleHarness<Double>) throws -> (a: [Double], b: [Double]) {
        (try linear.tensors.parameter("lora_A").value.elements, try linear.tensors.parameter("lora_B").value.elements)
    }

    private var descent: OptimizerSpec {
        var spec = OptimizerSpec("sgd")
        spec.options["momentum"] = 0
        return spec
    }

    /// Between exact steps plain descent of both factors, times what is asked for or rank / hidden size.
    @Test(arguments: [OptionValue.null, 0.5]) func lazyStepsAreScaled(scaler: OptionValue) throws {
        let linear = try harness(["lr_scaler": scaler, "exact_every": 100])
        let before = try factors(linear)
        _ = try linear.steps(1, learningRate: 0.1, optimizer: try RunOptimizer(descent))
        let after = try factors(linear)
        let factor = scaler.real ?? 4 / Double(SmallShapes.small.hiddenSize)
        for (name, old, new) in [("lora_A", before.a, after.a), ("lora_B", before.b, after.b)] {
            let shape = try linear.tensors.parameter(name)
            let gradient = try Matrix<Double>.normal(shape.rows, shape.columns, "gradient/\(name)/1").elements
            #expect(Deviation(new, from: zip(old, gradient).map { $0 - 0.1 * factor * $1 }).relative < 1e-14, "\(name)")
        }
    }

    /// Every kth step is ``FixedRankStep`` of the two directions, whatever the scaler.
    @Test func everyKthStepIsExact() throws {
        let (linear, twin) = (try harness(["exact_every": 3, "restart_warmup_steps": 0]), try harness(["exact_every": 100]))
        #expect(try linear.steps(2).filter { $0 == "exact_step" }.isEmpty)
        _ = try twin.steps(2)
        #expect(try factors(linear) == factors(twin))
        let exact = try harness(["exact_every": 1, "restart_warmup_steps": 0])
        let (a, b) = (try exact.tensors.parameter("lora_A"), try exact.tensors.parameter("lora_B"))
        let (up, down) = (try b.value.duplicate(), try a.value.duplicate())
        #expect(try exact.steps(1, learningRate: 0.1, optimizer: try RunOptimizer(descent)).contains("exact_step"))
        #expect(
            try FixedRankStep.apply(
                up: StoredTensor(up), down: StoredTensor(down), upDirection: .normal(14, 4, "gradient/lora_B/1"),
                downDirection: .normal(4, 10, "gradient/lora_A/1"), upSize: 0.1, downSize: 0.1, keys: (0, 0), ledger: MemoryLedger()))
        #expect(b.value.elements == up.elements && a.value.elements == down.elements)
    }

    /// State begins anew after exact steps, of those that it should and as long as an update follows; the rate warms up again.
    @Test func whatFollowsAnExactStep() throws {
        let choices: [(String, TensorChoice?)] = [
            ("none", nil), ("factors", .linears(["lora_A", "lora_B"])), ("others", .outsideLinears), ("all", .all),
        ]
        for (word, choice) in choices {
            let method = try method(["refresh": .text(word), "exact_every": 10])
            var lifecycle = method.lifecycles(totalSteps: 40)[0]
            let seen = (1...40).map { lifecycle.actions(after: RunView(step: $0, totalSteps: 40)) }
            for (index, actions) in seen.enumerated() {
                let due = (index + 1) % 10 == 0 && index + 1 < 40 ? choice : nil
                #expect(actions == (due.map { [.editState(of: $0, .prune(.zero)), .setAge(of: $0, 0)] } ?? []))
            }
            #expect(method.learningRates(totalSteps: 40).dips.map(\.updates) == [11..<16, 21..<26, 31..<36])
        }
        #expect(try method(["exact_every": 10, "restart_warmup_steps": 0]).learningRates(totalSteps: 40) == LearningRatePlan())
    }

    @Test func stepsByTheWeightsAreRefused() throws {
        let loro = try method([:])
        let place = TensorPlace(.linear(module), name: "lora_A", rows: 4, columns: 10)
        #expect(loro.updateRule(for: place, optimizer: try RunOptimizer(OptimizerSpec("adalomo"))).refusal != nil)
        #expect(loro.updateRule(for: place, optimizer: try RunOptimizer()).refusal == nil)
    }

    /// Mean squares of first values.
    @Test func factorsBeginAsTheirWordsSay() throws {
        let wide = LinearModule(layer: 0, role: .down, outFeatures: 300, inFeatures: 500)
        for (word, variance) in [
            ("xavier", { 2 / (Double($0) + 16) }), ("kaiming", { _ in 2 / 16.0 }), ("auto", { _ in 0.02 / 4 }), ("orth", { 1 / Double($0) }),
            ("xavorth", { 2 / (Double($0) + 16) / Double($0) }),
        ] as [(String, (Int) -> Double)] {
            let linear = try ModuleHarness<Double>(try method(["rank": 16, "init": .text(word)]), at: wide)
            for (name, side) in [("lora_A", 500), ("lora_B", 300)] {
                let values = try linear.tensors.parameter(name).value.elements
                let mean = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
                #expect(abs(mean / variance(side) - 1) < (word.contains("orth") ? 1e-10 : 0.1), "\(word), \(name): \(mean)")
            }
        }
    }
}
