import Foundation
import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct CoLATests {
    private let module = LinearModule(layer: 1, role: .down, outFeatures: 300, inFeatures: 500)

    private func harness(_ method: String, _ given: [String: OptionValue], at module: LinearModule) throws -> ModuleHarness<Double> {
        let (shape, registry) = (SmallShapes.small, BuiltinMethods.registry)
        let options = MethodOptions(descriptor: try registry.descriptor(named: method), model: shape, given: given)
        return try ModuleHarness(registry.make(method, options: options, model: shape), at: module, tokens: 4)
    }

    /// Mean and spread of both factors' first values: N(0, 1/√(r·(in + out))).
    @Test func bothFactorsStartAlike() throws {
        let linear = try harness("cola", ["rank": 16], at: module)
        let variance = 1 / (16.0 * 800).squareRoot()
        for name in ["lora_A", "lora_B"] {
            let values = try linear.tensors.parameter(name).value.elements
            let (mean, square) = values.reduce((0.0, 0.0)) { ($0.0 + $1 / Double(values.count), $0.1 + $1 * $1 / Double(values.count)) }
            // Five standard errors of mean and mean square.
            let error = (variance / Double(values.count)).squareRoot()
            #expect(abs(mean) < 5 * error, "\(name): \(mean)")
            #expect(abs(square / variance - 1) < 5 * (2 / Double(values.count)).squareRoot(), "\(name): \(square)")
        }
    }

    /// Token by token from the formula.
    @Test func outputsAreTheFormula() throws {
        let module = LinearModule(layer: 0, role: .up, outFeatures: 7, inFeatures: 5)
        let linear = try harness("cola", ["rank": 3], at: module)
        linear.randomizeParameters()
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        let (x, y) = (try Matrix<Double>.normal(4, 5, "x"), try Matrix<Double>.zeros(4, 7))
        try linear.forward(x, into: y)
        for token in 0..<4 {
            let hidden = (0..<3).map { r in
                let z = (0..<5).reduce(0.0) { $0 + a[r, $1] * x[token, $1] }
                return z / (1 + exp(-z))
            }
            for row in 0..<7 {
                let exact = (0..<3).reduce(0.0) { $0 + b[row, $1] * hidden[$1] }
                #expect(abs(y[token, row] - exact) < 1e-13)
            }
        }
        #expect(try !linear.parameterization.writeDenseEquivalent(into: .zeros(7, 5)))
    }

    /// LOST without its channels is the same function of the same factors.
    @Test func itIsThatOfLOSTWithoutChannels() throws {
        let module = LinearModule(layer: 0, role: .up, outFeatures: 9, inFeatures: 6)
        let (own, other) = (try harness("cola", ["rank": 3], at: module), try harness("lost", ["rank": 3, "gamma": 1.0], at: module))
        for name in ["lora_A", "lora_B"] { try own.tensors.parameter(name).value.copy(from: other.tensors.parameter(name).value) }
        let x = try Matrix<Double>.normal(4, 6, "x")
        let outputs = try [own, other].map { linear in
            let y = try Matrix<Double>.zeros(4, 9)
            try linear.forward(x, into: y)
            return y.elements
        }
        #expect(Deviation(outputs[0], from: outputs[1]).relative < 1e-14)
    }

    /// Rate, clip, decay, rank and the feed-forward block's own SiLU by size; parameters to the published digit.
    @Test(arguments: [
        ("60m", 128, 6e-3, "silu", 42.8), ("130m", 256, 3e-3, "silu", 94.0), ("350m", 256, 3e-3, "identity", 185.2),
        ("1b", 512, 2e-3, "identity", 609.3), ("7b", 1024, 1e-3, "identity", 2820.9),
    ])
    func thePublishedSettings(size: String, rank: Int, rate: Double, activation: String, millions: Double) throws {
        let registry = BuiltinMethods.registry
        let shape = try #require(ModelShape.preset(named: size))
        let descriptor = try registry.descriptor(named: "cola")
        let options = MethodOptions(descriptor: descriptor, model: shape)
        let recipe = descriptor.recipe(shape)
        #expect(options["rank"] == .integer(rank) && options["mlp_activation"] == .text(activation))
        #expect(recipe.learningRate == rate && recipe.gradientClip == 0.5 && recipe.weightDecay == 0.01)
        let method = try registry.make("cola", options: options, model: shape)
        #expect(method.gateActivation.rawValue == activation)
        let count = ModelAccounting(shape: shape, method: method, optimizer: try RunOptimizer()).totalParameters(phase: 0)
        #expect(abs(Double(count) / 1e6 - millions) < 0.051)
    }
}
