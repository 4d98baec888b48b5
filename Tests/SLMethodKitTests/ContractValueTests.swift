import SLMethodKit
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct ContractValueTests {
    private let module = LinearModule(layer: 3, role: .up, outFeatures: 4, inFeatures: 6)

    @Test func theRegistryKnowsItsNames() throws {
        let registry = MethodRegistry([PlainMethod.self, OwnRuleMethod.self])
        #expect(registry.descriptors.map(\.name) == ["plain", "own_rule"])
        #expect(try registry.descriptor(named: "own-rule").name == "own_rule")
        #expect(throws: UnknownMethodError.self) { try registry.descriptor(named: "plian") }
        do {
            _ = try registry.make("plian", options: MethodOptions(), model: SmallShapes.tiny)
        } catch let error as UnknownMethodError {
            #expect(error.known == ["plain", "own_rule"] && error.description.contains("plian"))
        }
    }

    @Test func aParameterHasAGradientWhileItIsTrained() throws {
        let ledger = MemoryLedger()
        let parameter = try Parameter<Float>(name: "w", rows: 2, columns: 3, isTrainable: true, ledger: ledger)
        #expect(parameter.gradient == nil && ledger.current.total == 24)
        try parameter.allocateGradient(ledger: ledger)
        parameter.gradient?.fill(3)
        try parameter.allocateGradient(ledger: ledger)
        #expect(parameter.gradient?.elements == [3, 3, 3, 3, 3, 3] && ledger.current[.gradients] == 24)
        parameter.setTrainable(false)
        #expect(parameter.gradient == nil && ledger.current[.gradients] == 0)
        try parameter.allocateGradient(ledger: ledger)
        #expect(parameter.gradient == nil)
    }

    @Test func undeclaredTensorsAreErrors() throws {
        let set = TensorSet<Float>(module: module, parameters: [], indices: [], fresh: [])
        #expect(throws: ContractError.self) { try set.parameter("weight") }
        #expect(throws: ContractError.self) { try set.indexVector("columns") }
        #expect(!set.contains("weight"))
        #expect("\(ContractError.undeclared(tensor: "weight", module: module.name))".contains("model.layers.3.mlp.up_proj"))
    }

    @Test func parameterizationsRefuseWhatTheyCannotDo() throws {
        let harness = try ModuleHarness<Double>(PlainMethod(), at: module)
        var stream = RandomStream(seed: 1, name: "rewrite")
        for rewrite in [Rewrite.merge, .refactor, Rewrite("own")] {
            #expect(throws: ContractError.self) { try harness.perform(rewrite, random: &stream) }
        }
        let dx = try Matrix<Double>.zeros(5, 6)
        #expect(throws: ContractError.self) {
            try harness.parameterization.backward(
                nil, outputGradient: Operand(.zeros(5, 4)), inputGradient: dx, accumulateInput: false, saved: nil, scratch: Scratch(.zeros(1, 1)),
                accumulate: false)
        }
    }

    @Test func phasesBeginAfterTheirUpdates() {
        struct Phased: PretrainingMethod {
            static let descriptor = PlainMethod.descriptor
            init(options: MethodOptions, model: ModelShape) {}
            init() {}
            var phaseStarts: [Int] { [3, 10] }
        }
        let method = Phased()
        #expect(method.phaseCount == 3)
        #expect((1...12).map { method.phase(ofUpdate: $0) } == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2])
        #expect(PlainMethod().phaseCount == 1 && PlainMethod().phase(ofUpdate: 1_000_000) == 0)
        #expect(PlainMethod().lifecycles(totalSteps: 100).isEmpty && PlainMethod().learningRates(totalSteps: 100) == LearningRatePlan())
    }

    @Test func eventsHaveNames() {
        #expect(LifecycleAction.rewrite(.merge, preservesFunction: true).kind == "merge")
        #expect(LifecycleAction.setAge(of: .linears(["lora_A"]), 0).kind == "age")
        #expect(LifecycleAction.editState(of: .linears(["lora_A"]), .prune(.zero)).kind == "reset")
    }

    /// Streams are named by tensor: the dense init does not depend on what else is drawn, nor on the element type.
    @Test func firstValuesBelongToTheTensor() throws {
        let random = InitialRandomness(seed: 4, deviation: 0.02)
        let (a, b) = (try Matrix<Float>.zeros(4, 6), try Matrix<Double>.zeros(4, 6))
        try random.fillDense(a, at: module)
        var other = random.stream("lora_A", at: module)
        _ = other.next()
        try random.fillDense(b, at: module)
        #expect(a.elements == b.elements.map { Float($0) })
        #expect(random.stream("weight", at: module) == RandomStream(seed: 4, name: "init/model.layers.3.mlp.up_proj.weight"))
    }
}
