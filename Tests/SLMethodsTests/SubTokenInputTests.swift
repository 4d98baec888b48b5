import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import Testing

/// VeLoRA around any method: what the gradients are made of, what is kept, who refuses.
@Suite(.compute(threads: 2)) struct SubTokenInputTests {
    private static let methods = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 7, inFeatures: 12)

    private func make(
        _ name: String, _ activations: ActivationSpec?, _ given: [String: OptionValue] = [:], shape: ModelShape = SmallShapes.small
    ) throws -> any PretrainingMethod {
        let registry = BuiltinMethods.registry
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: given), model: shape,
            activations: activations)
    }

    private struct Gradients {
        var weights: [String: [Double]] = [:]
        var input: [Double] = []
        var output: [Double] = []
    }

    private func gradients(_ linear: ModuleHarness<Double>, _ x: Matrix<Double>) throws -> Gradients {
        let y = try Matrix<Double>.zeros(5, 7)
        let dx = try Matrix<Double>.zeros(5, 12)
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: .normal(5, 7, "delta"), inputGradient: dx)
        #expect(!linear.trespassed)
        return Gradients(
            weights: Dictionary(uniqueKeysWithValues: linear.trainable.map { ($0.name, $0.parameter.gradient?.elements ?? []) }), input: dx.elements,
            output: y.elements)
    }

    /// ∂W = scale·δᵀ·x̂ with x̂ by the plainest loops; output and ∂x as without a scheme; kept parts and none give the same.
    @Test(arguments: [false, true]) func theGradientIsThatOfTheReducedInput(keeps: Bool) throws {
        let spec = ActivationSpec(groups: [.gate: 3], scale: 1.5)
        let linear = try ModuleHarness<Double>(make("full_rank", spec), at: module, keepsApproximation: keeps)
        let plain = try ModuleHarness<Double>(make("full_rank", nil), at: module)
        let x = try Matrix<Double>.normal(5, 12, "x")
        let (mine, exact) = (try gradients(linear, x), try gradients(plain, x))
        #expect(mine.output == exact.output && mine.input == exact.input)
        let v = try linear.tensors.buffer("velora_v").elements
        #expect(v.count == 4)
        var mean = [0.0, 0, 0, 0]
        for row in 0..<5 { for column in 0..<12 { mean[column % 4] += x[row, column] } }
        let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(Deviation(v, from: mean.map { $0 / norm }).relative < 1e-14)
        let delta = try Matrix<Double>.normal(5, 7, "delta")
        var expected = [Double](repeating: 0, count: 7 * 12)
        for row in 0..<5 {
            for group in 0..<3 {
                let part = (0..<4).reduce(0) { $0 + x[row, group * 4 + $1] * v[$1] }
                for index in 0..<4 { for out in 0..<7 { expected[out * 12 + group * 4 + index] += 1.5 * delta[row, out] * part * v[index] } }
            }
        }
        #expect(Deviation(mine.weights["weight"] ?? [], from: expected).relative < 1e-13)
        #expect(Deviation(mine.weights["weight"] ?? [], from: exact.weights["weight"] ?? []).relative > 0.1)
    }

    /// Of two factors the second reads z, which is exact; the first reads the input.
    @Test(arguments: ["low_rank", "lora", "cola"], [false, true]) func theSecondFactorsGradientIsExact(name: String, keeps: Bool) throws {
        let linear = try ModuleHarness<Double>(make(name, ActivationSpec(groups: [.gate: 4]), ["rank": 3]), at: module, keepsApproximation: keeps)
        let plain = try ModuleHarness<Double>(make(name, nil, ["rank": 3]), at: module)
        for harness in [linear, plain] { harness.randomizeParameters() }
        let x = try Matrix<Double>.normal(5, 12, "x")
        let (mine, exact) = (try gradients(linear, x), try gradients(plain, x))
        #expect(mine.output == exact.output && mine.input == exact.input && mine.weights["lora_B"] == exact.weights["lora_B"])
        #expect(mine.weights["lora_A"] != exact.weights["lora_A"])
    }

    /// Sub-tokens of one column are reduced to nothing less: ±1 is the only direction, and every method trains as it does without.
    /// So the whole contract holds, gradients included.
    @Test(arguments: methods.filter { ["full_rank", "low_rank", "sltrain", "cola", "relora", "loro"].contains($0.descriptor.name) })
    func subTokensOfOneColumnChangeNothing(method: MethodUnderTest) throws {
        let wrapped = MethodUnderTest(descriptor: method.descriptor) { options, shape in
            let groups = Dictionary(uniqueKeysWithValues: shape.modules(layer: 0).map { ($0.role, $0.inFeatures) })
            return try method.make(options, shape).saving(ActivationSpec(groups: groups), model: shape)
        }
        for topic in [MethodContract.Topic.accounting, .modelGradients, .updates, .lifecycle] {
            let violations = MethodContract.check(wrapped, topic, allVariants: false)
            #expect(violations.isEmpty, "\(topic): \(violations.prefix(4))")
        }
    }

    /// The direction is that of the first pass of training, and stays.
    @Test func theFirstMicroBatchFixesTheDirection() throws {
        let shape = SmallShapes.small
        let run = try MiniRun<Double>(make("full_rank", ActivationSpec(groups: [.value: 8, .output: 6, .down: 7])), shape: shape)
        var directions: [[Double]] { run.model.methodBuffers.map(\.matrix.elements) }
        #expect(run.model.methodBuffers.map(\.name).prefix(3) == [
            "model.layers.0.self_attn.v_proj.velora_v", "model.layers.0.self_attn.o_proj.velora_v", "model.layers.0.mlp.down_proj.velora_v",
        ])
        let batch = run.batch("batch")
        _ = try run.model.loss(inputs: batch.inputs, targets: batch.targets)
        #expect(directions.allSatisfy { $0.allSatisfy { $0 == 0 } }, "evaluation fixes nothing")
        try run.update(microBatches: 1)
        let first = directions
        #expect(first.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12 })
        try run.update()
        #expect(directions == first)
    }

    /// Inputs that are stored for their linear are gone from plan and peak, by the same bytes; the others take nothing before and nothing more after.
    @Test(arguments: MemoryOptions.Precision.allCases, [false, true]) func memoryFallsAsPlanned(precision: MemoryOptions.Precision, recomputes: Bool) throws {
        let shape = SmallShapes.small
        let memory = MemoryOptions(recompute: recomputes ? .block : .none, precision: precision)
        func bytes(_ groups: [LinearRole: Int]) throws -> (peak: Int, plan: Int, buffers: Int) {
            let method = try make("full_rank", groups.isEmpty ? nil : ActivationSpec(groups: groups))
            let run = try MiniRun<Float>(method, shape: shape, options: EngineOptions(memory))
            for _ in 0..<2 { try run.update() }
            let training = TrainingSpec(steps: 4, batchSize: 2, sequenceLength: 4, learningRate: 1e-2, warmupSteps: 1, memory: memory)
            let plan = try MemoryPlan(shape: shape, method: method, training: training, threads: Compute.threads)
            return (run.ledger.peak.total, plan.totalBytes, run.model.methodBuffers.reduce(0) { $0 + 4 * $1.matrix.count })
        }
        let plain = try bytes([:])
        let others = try bytes([.query: 4, .value: 8, .gate: 6, .down: 7])
        #expect(others.peak - plain.peak == others.buffers && others.plan - plain.plan == others.buffers && others.buffers > 0)
        let output = try bytes([.output: 6])
        let size = precision == .fp32 ? 4 : 2
        let freed = size * 8 * (recomputes ? 1 : shape.layerCount) * (shape.hiddenSize - 6) - output.buffers
        #expect(freed > 0 && plain.peak - output.peak == freed && plain.plan - output.plan == freed)
    }

    /// Linears that share an input and overwrite it, in every mixture, leave each other's gradients alone.
    @Test(arguments: [[LinearRole.query], [.query, .key], [.key, .value], [.query, .key, .value], [.gate], [.gate, .up], [.query, .up]])
    func sharedInputsAreThereForEveryReader(roles: [LinearRole]) throws {
        let shape = SmallShapes.tiny
        let plain = try MiniRun<Double>(make("full_rank", nil, shape: shape), shape: shape)
        let mixed = try MiniRun<Double>(
            make("full_rank", ActivationSpec(groups: Dictionary(uniqueKeysWithValues: roles.map { ($0, 2) })), shape: shape), shape: shape)
        let batch = plain.batch("batch")
        for run in [plain, mixed] {
            _ = try run.model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: 0.3, accumulate: false)
        }
        for (mine, theirs) in zip(mixed.model.parameters, plain.model.parameters) {
            let deviation = Deviation(try #require(mine.parameter.gradient).elements, from: try #require(theirs.parameter.gradient).elements)
            let isReduced = mine.module.map { roles.contains($0.role) } ?? false
            #expect(isReduced ? deviation.relative > 1e-3 : deviation.relative < 1e-11, "\(mine.parameter.name): \(deviation)")
        }
    }

    @Test func refusals() throws {
        #expect(throws: MethodOptionError.self) { try make("full_rank", ActivationSpec(groups: [.down: 5])) }
        #expect(throws: MethodOptionError.self) { try make("full_rank", ActivationSpec(groups: [.down: 0])) }
        #expect(throws: MethodOptionError.self) { try make("full_rank", ActivationSpec("lossless", groups: [.down: 7])) }
        let own = try CompressedInputMethod(options: MethodOptions(), model: SmallShapes.small)
        let error = #expect(throws: MethodOptionError.self) { try own.saving(ActivationSpec(groups: [.down: 7]), model: SmallShapes.small) }
        #expect(error?.description.contains("compressed_input has a way of its own") == true)
    }
}
