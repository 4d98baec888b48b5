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

    /// The form throws when it is handed an input: the engine passes none, and plans for the kept columns.
    @Test func compressedInputsAreNotStoredTwice() throws {
        let shape = SmallShapes.small
        let (plain, own) = (
            try MiniRun<Float>(PlainMethod(), shape: shape),
            try MiniRun<Float>(CompressedInputMethod(options: MethodOptions(), model: shape), shape: shape)
        )
        try own.update()
        try plain.update()
        #expect(own.weights == plain.weights, "an exact copy trains as the exact input does")
        let columns = shape.sites.reduce(0) { $0 + $1.inFeatures }
        #expect(own.ledger.current[.activations] == plain.ledger.current[.activations] + 4 * 8 * columns)
    }

    @Test func aRuleOfOneTensorReachesEmbeddingHeadAndGains() throws {
        let shape = SmallShapes.small
        let run = try MiniRun<Float>(OwnRuleMethod(options: MethodOptions(), model: shape), shape: shape)
        let before = run.weights
        try run.update(learningRate: 0.125)
        for parameter in run.model.parameters where parameter.site == nil {
            let name = parameter.parameter.name
            for (new, old) in zip(parameter.parameter.value.elements, before[name] ?? []) {
                #expect(new == old || new == old - 0.125 || new == old + 0.125, "\(name)")
            }
        }
        #expect(run.ledger.current[.optimizer] == 8 * shape.denseLinearParameterCount)
        #expect(
            ModelAccounting(shape: shape, method: run.model.method, optimizer: try RunOptimizer()).optimizerBytes(phase: 0) == 8
                * shape.denseLinearParameterCount)
    }
}
