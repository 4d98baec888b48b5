import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct LoRAFATests {
    private let module = LinearModule(layer: 0, role: .gate, outFeatures: 14, inFeatures: 9)

    private func linear(_ name: String) throws -> ModuleHarness<Double> {
        let registry = BuiltinMethods.registry
        let options = try MethodOptions(descriptor: registry.descriptor(named: name), model: SmallShapes.small, given: ["rank": 3, "alpha": 7.0])
        return try ModuleHarness<Double>(registry.make(name, options: options, model: SmallShapes.small), at: module)
    }

    /// LoRA with a factor that isn't trained: the same first values, and the same function of any others.
    @Test func itIsLoRAWithAFrozenFactor() throws {
        let (own, other) = (try linear("lora_fa"), try linear("lora"))
        #expect(own.bits == other.bits)
        let functions = try [own, other].map { linear in
            linear.randomizeParameters()
            let dense = try Matrix<Double>.zeros(module.outFeatures, module.inFeatures)
            #expect(try linear.parameterization.writeDenseEquivalent(into: dense))
            return dense.elements
        }
        #expect(functions[0] == functions[1])
        #expect(try !own.tensors.parameter("lora_A").isTrainable && own.tensors.parameter("lora_B").isTrainable)
    }

    /// What the paper promises: r values a token in place of the input.
    @Test func theInputIsNotKept() throws {
        let saved = try linear("lora_fa").method.savedActivations(at: module, phase: 0, pass: PassSize(tokens: 5))
        #expect(saved == SavedActivations(input: .compressed, columns: 3))
    }
}
