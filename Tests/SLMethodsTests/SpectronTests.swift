import SLMethodKit
import SLMethods
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct SpectronTests {
    private let module = LinearModule(layer: 0, role: .up, outFeatures: 24, inFeatures: 16)

    private func harness(_ given: [String: OptionValue]) throws -> ModuleHarness<Double> {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "spectron"), model: shape, given: given)
        return try ModuleHarness(registry.make("spectron", options: options, model: shape), at: module)
    }

    private func dense(_ linear: ModuleHarness<Double>) throws -> Matrix<Double> {
        let result = try Matrix<Double>.zeros(module.outFeatures, module.inFeatures)
        #expect(try linear.parameterization.writeDenseEquivalent(into: result))
        return result
    }

    private func norm(_ matrix: Matrix<Double>) throws -> Double { try ThinSVD(of: matrix, ledger: MemoryLedger()).singularValues[0, 0] }

    /// The largest singular values of the dense init, shared between the factors; all of them are the init itself.
    @Test func itBeginsWithTheLargestSingularValues() throws {
        let plain = try Matrix<Double>.zeros(module.outFeatures, module.inFeatures)
        try InitialRandomness(seed: 1, deviation: 0.02).fillDense(plain, at: module)
        #expect(Deviation(try dense(harness(["rank": 16])).elements, from: plain.elements).relative < 1e-12)
        let sigma = try ThinSVD(of: plain, ledger: MemoryLedger()).singularValues.elements
        let linear = try harness(["rank": 5])
        #expect(Deviation(Array(try ThinSVD(of: dense(linear), ledger: MemoryLedger()).singularValues.elements.prefix(5)), from: Array(sigma.prefix(5))).relative < 1e-12)
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        let (left, right) = (try Matrix<Double>.zeros(5, 5), try Matrix<Double>.zeros(5, 5))
        left.setProduct(transposing: b, b)
        right.setProduct(a, transposing: a)
        #expect(Deviation(left.elements, from: right.elements).relative < 1e-12)
    }

    /// A ← A(1 − ηλ) − η/(σ_A + σ_B + 1)·orth(M), the norms those before either factor moves.
    @Test func aStepIsTheFormula() throws {
        let linear = try harness(["rank": 5, "power_iterations": 100])
        linear.randomizeParameters()
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        let before = ["lora_A": try a.duplicate(), "lora_B": try b.duplicate()]
        let bound = try 1 + norm(a) + norm(b)
        _ = try linear.steps(1, learningRate: 0.1)
        for (name, after) in [("lora_A", a), ("lora_B", b)] {
            let rule = OrthogonalMomentumRule(momentum: 0.9, iterations: 5)
            let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: after.rows, columns: after.columns, ledger: MemoryLedger())
            let gradient = try Matrix<Double>.normal(after.rows, after.columns, "gradient/\(name)/1")
            let space = try Matrix<Double>.zeros(1, rule.scratchCount(rows: after.rows, columns: after.columns))
            let size = try updater.direction(
                gradient,
                context: UpdateContext(learningRate: 0.1, step: 1, gradientScale: 1, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog()))
            let wanted = try #require(before[name])
            wanted.add(gradient, scaledBy: -size / bound)
            #expect(Deviation(after.elements, from: wanted.elements).relative < 1e-7, "\(name)")
        }
    }

    /// The product moves by about the rate at most, however large the factors are; Newton-Schulz overshoots by a fifth in either.
    @Test(arguments: [0.1, 1, 30]) func theProductMovesByTheRate(size: Double) throws {
        let linear = try harness(["rank": 5])
        linear.randomizeParameters(deviation: size)
        _ = try linear.steps(20, learningRate: 0)
        for _ in 0..<5 {
            let before = try dense(linear)
            _ = try linear.steps(1, learningRate: 0.05)
            let moved = try dense(linear)
            moved.add(before, scaledBy: -1)
            let length = try norm(moved)
            #expect(length < 1.5 * 0.05 && length > 0.005, "\(length)")
        }
    }

    /// Without looking ahead, and where no factor by shape is, it is Muon.
    @Test func theRuleIsMuonWithoutItsFactors() throws {
        func run(_ rule: any UpdateRule) throws -> [Double] {
            let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: 4, columns: 9, ledger: MemoryLedger())
            let (weight, space) = (try Matrix<Double>.zeros(4, 9), try Matrix<Double>.zeros(1, rule.scratchCount(rows: 4, columns: 9)))
            for step in 1...4 {
                try updater.update(
                    weight: weight, gradient: .normal(4, 9, "gradient/\(step)"),
                    context: UpdateContext(
                        learningRate: 0.1, weightDecay: 0.1, step: step, gradientScale: 0.7, scratch: Scratch(space), ledger: MemoryLedger(), log: RefreshLog()))
            }
            return weight.elements
        }
        let (mine, muon) = (try run(OrthogonalMomentumRule(momentum: 0.9, iterations: 5)), try run(MuonRule(momentum: 0.9, isNesterov: false)))
        #expect(mine == muon)
    }
}
