import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// The axes that no built-in method uses to the full work in the engine all the same.
@Suite(.compute(threads: 2)) struct AxisTests {
    @Test(arguments: [MethodUnderTest(CompressedInputMethod.self), MethodUnderTest(OwnRuleMethod.self), MethodUnderTest(PlainMethod.self), MethodUnderTest(LifecycleMethod.self)])
    func keepsTheContract(method: MethodUnderTest) {
        let violations = MethodContract.check(method)
        #expect(violations.isEmpty, "\(violations.prefix(6))")
    }

    /// The parameterization throws when it is handed an input: the engine passes none, and plans for the saved columns.
    @Test func compressedInputsAreNotStoredTwice() throws {
        let shape = SmallShapes.small
        let (plain, own) = (
            try MiniRun<Double>(PlainMethod(), shape: shape),
            try MiniRun<Double>(CompressedInputMethod(options: MethodOptions(), model: shape), shape: shape)
        )
        try own.update()
        try plain.update()
        for (name, weight) in plain.weights {
            #expect(Deviation(own.weights[name] ?? [], from: weight).relative < 1e-9, "an exact copy trains as the exact input does: \(name)")
        }
        // The attention's output is there for its linear alone; the other inputs follow from what is stored anyway.
        let columns = shape.modules.reduce(0) { $0 + $1.inFeatures } - shape.layerCount * shape.hiddenSize
        #expect(own.ledger.current[.activations] == plain.ledger.current[.activations] + 8 * 8 * columns)
    }

    private func sampled(_ layout: [String: OptionValue], shape: ModelShape) throws -> any PretrainingMethod {
        try MethodUnderTest(SampledInputMethod.self).make(layout, for: shape)
    }

    /// What a lossy copy replaces is really gone: from the plan and from the peak, by the same bytes.
    @Test(arguments: [1, 3], [false, true]) func lossyCopiesFreeWhatTheyReplace(columns: Int, recomputes: Bool) throws {
        let shape = SmallShapes.small
        let (tokens, layers) = (8, recomputes ? 1 : shape.layerCount)
        let options = EngineOptions(recomputesBlocks: recomputes)
        let training = TrainingSpec(
            steps: 4, batchSize: 2, sequenceLength: 4, learningRate: 1e-2, warmupSteps: 1, memory: MemoryOptions(recompute: recomputes ? .block : .none))
        func bytes(_ method: any PretrainingMethod) throws -> (peak: Int, plan: Int) {
            let run = try MiniRun<Float>(method, shape: shape, options: options)
            for _ in 0..<2 { try run.update() }
            return (run.ledger.peak.total, try MemoryPlan(shape: shape, method: method, training: training, threads: Compute.threads).totalBytes)
        }
        let (plain, lossy) = (try bytes(PlainMethod()), try bytes(sampled(["columns": .integer(columns)], shape: shape)))
        let freed = 4 * tokens * layers * (shape.hiddenSize - 7 * columns)
        #expect(freed > 0 && plain.peak - lossy.peak == freed && plain.plan - lossy.plan == freed)
        guard !recomputes else { return }
        // Where only the second layer's output projection is content with a copy, only its input goes.
        let layout: [String: OptionValue] = [
            "columns": .integer(columns), "layers.0.parameterization": "dense", "roles.down_proj.parameterization": "dense",
            "roles.q_proj.parameterization": "dense",
        ]
        let mixed = try bytes(sampled(layout, shape: shape))
        let second = 4 * tokens * (shape.hiddenSize - 5 * columns)
        #expect(plain.peak - mixed.peak == second && plain.plan - mixed.plan == second)
    }

    /// A copy that is lossy for weights is none for inputs: what the loss says of other tensors stays exact.
    @Test(arguments: [false, true]) func lossyCopiesLeaveTheOtherDerivativesAlone(recomputes: Bool) throws {
        let shape = SmallShapes.tiny
        let options = EngineOptions(recomputesBlocks: recomputes)
        let plain = try MiniRun<Double>(PlainMethod(), shape: shape)
        let lossy = try MiniRun<Double>(sampled(["columns": 3], shape: shape), shape: shape, options: options)
        let batch = plain.batch("batch")
        for run in [plain, lossy] {
            _ = try run.model.accumulateGradients(inputs: batch.inputs, targets: batch.targets, lossScale: 0.3, accumulate: false)
        }
        for (mine, theirs) in zip(lossy.model.parameters, plain.model.parameters) {
            let (gradient, exact) = (try #require(mine.parameter.gradient), try #require(theirs.parameter.gradient))
            let columns = mine.module == nil ? gradient.columns : 3
            let window = 0..<gradient.rows
            let deviation = Deviation(
                gradient.window(rows: window, columns: 0..<columns).elements, from: exact.window(rows: window, columns: 0..<columns).elements)
            #expect(deviation.relative < 1e-11, "\(mine.parameter.name): \(deviation)")
            #expect(gradient.window(rows: window, columns: columns..<gradient.columns).elements.allSatisfy { $0 == 0 })
        }
    }

    @Test func aRuleOfOneTensorReachesEmbeddingHeadAndNorms() throws {
        let shape = SmallShapes.small
        let run = try MiniRun<Float>(OwnRuleMethod(options: MethodOptions(), model: shape), shape: shape)
        let before = run.weights
        try run.update(learningRate: 0.125)
        for parameter in run.model.parameters where parameter.module == nil {
            let name = parameter.parameter.name
            for (new, old) in zip(parameter.parameter.stored.elements, before[name] ?? []) {
                #expect(new == old || new == old - 0.125 || new == old + 0.125, "\(name)")
            }
        }
        #expect(run.ledger.current[.optimizer] == 8 * shape.denseLinearParameterCount)
        #expect(
            ModelAccounting(shape: shape, method: run.model.method, optimizer: try RunOptimizer()).optimizerBytes(phase: 0) == 8
                * shape.denseLinearParameterCount)
    }
}
