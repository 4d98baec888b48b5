import SLMethodKit
import SLMethods
import SLModel
import SLNumerics
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct LOSTTests {
    private let module = LinearModule(layer: 1, role: .down, outFeatures: 12, inFeatures: 20)

    private func harness(_ given: [String: OptionValue], at module: LinearModule) throws -> ModuleHarness<Double> {
        let (shape, registry) = (SmallShapes.small, BuiltinMethods.registry)
        let options = MethodOptions(descriptor: try registry.descriptor(named: "lost"), model: shape, given: given)
        return try ModuleHarness(registry.make("lost", options: options, model: shape), at: module, tokens: 4)
    }

    private func initialWeight(at module: LinearModule) throws -> Matrix<Double> {
        try ModuleHarness<Double>(PlainMethod(), at: module).tensors.parameter("weight").value
    }

    private func output(_ linear: ModuleHarness<Double>, _ x: Matrix<Double>) throws -> [Double] {
        let y = try Matrix<Double>.zeros(4, linear.module.outFeatures)
        try linear.forward(x, into: y)
        return y.elements
    }

    /// γ = 1 with the identity leaves the product alone: the low-rank method with the same factors and scale 1.
    @Test func withoutTheChannelsItIsLowRank() throws {
        let linear = try harness(["rank": 4, "gamma": 1.0, "activation": "identity", "delta": 0.2], at: module)
        let (shape, registry) = (SmallShapes.small, BuiltinMethods.registry)
        let low = try ModuleHarness<Double>(
            registry.make(
                "low_rank",
                options: MethodOptions(descriptor: registry.descriptor(named: "low_rank"), model: shape, given: ["rank": 4, "alpha": 4]),
                model: shape),
            at: module, tokens: 4)
        for name in ["lora_A", "lora_B"] { try low.tensors.parameter(name).value.copy(from: linear.tensors.parameter(name).value) }
        let x = try Matrix<Double>.normal(4, 20, "x")
        #expect(Deviation(try output(linear, x), from: try output(low, x)).relative < 1e-14)
    }

    /// δ = 1, γ = 0 keeps every channel of W₀: full-rank's own linear.
    @Test func withAllChannelsAndNoProductItIsDense() throws {
        for activation in ["identity", "silu"] {
            let linear = try harness(["rank": 3, "gamma": 0.0, "delta": 1.0, "activation": .text(activation)], at: module)
            let x = try Matrix<Double>.normal(4, 20, "x")
            #expect(Deviation(try output(linear, x), from: x.naiveProduct(transposing: try initialWeight(at: module))).relative < 1e-14)
        }
    }

    /// B·A is the best approximation of rank r: the residual's norm is that of the singular values left out.
    @Test(arguments: [1, 4, 12]) func theFactorsAreTheLeadingPart(rank: Int) throws {
        let linear = try harness(["rank": .integer(rank)], at: module)
        let weight = try initialWeight(at: module)
        let values = try ThinSVD(of: weight, ledger: MemoryLedger()).singularValues.elements
        let residual = try weight.duplicate()
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        residual.setProduct(b, a, scale: -1, keep: 1)
        let left = values.dropFirst(rank).reduce(0) { $0 + $1 * $1 }
        #expect(abs(residual.sumOfSquares() - left) < 1e-12)
        // √Σ on both sides: the two factors' directions have equal norms.
        for i in 0..<rank {
            let (row, column) = (a.window(rows: i..<i + 1).sumOfSquares(), b.window(rows: 0..<12, columns: i..<i + 1).sumOfSquares())
            #expect(abs(row - values[i]) < 1e-12 && abs(column - values[i]) < 1e-12)
        }
    }

    /// The kept channels are those where the residual is largest, sorted, and start as W₀'s own columns.
    @Test(arguments: [nil, 1, 3, 100]) func theChannelsAreTheResidualsLargest(window: Int?) throws {
        let rank = 4
        let linear = try harness(["rank": .integer(rank), "delta": 0.3, "residual_rank": window.map { .integer($0) } ?? .null], at: module)
        let weight = try initialWeight(at: module)
        let svd = try ThinSVD(of: weight, ledger: MemoryLedger())
        let last = min(12, rank + (window ?? 12))
        let scores = (0..<20).map { column in
            (0..<12).reduce(0.0) { sum, row in
                let value = (rank..<last).reduce(0.0) { $0 + svd.left[row, $1] * svd.singularValues[0, $1] * svd.right[$1, column] }
                return sum + value * value
            }
        }
        let chosen = try linear.tensors.indexVector("sparse_columns").elements
        #expect(chosen == scores.indices.sorted { scores[$0] > scores[$1] }.prefix(6).sorted())
        let values = try linear.tensors.parameter("sparse_weight").value
        for (position, channel) in chosen.enumerated() {
            for row in 0..<12 { #expect(values[row, position] == weight[row, channel]) }
        }
    }

    @Test(arguments: [(0.001, 1), (0.05, 1), (0.1, 2), (0.149, 2), (1.0, 20)]) func theShareOfChannels(delta: Double, count: Int) throws {
        #expect(try harness(["rank": 2, "delta": .real(delta)], at: module).tensors.indexVector("sparse_columns").count == count)
    }

    /// SiLU between the factors: no dense matrix does the same, and none is claimed.
    @Test func theActivationHasNoDenseEquivalent() throws {
        let dense = try Matrix<Double>.zeros(12, 20)
        #expect(try !harness(["activation": "silu"], at: module).parameterization.writeDenseEquivalent(into: dense))
        #expect(try harness(["activation": "identity"], at: module).parameterization.writeDenseEquivalent(into: dense))
    }

    /// y = γ·SiLU(x·Aᵀ)·Bᵀ + (1 − γ)·x[:, I]·Wsᵀ, element by element.
    @Test func theForwardPassByDefinition() throws {
        let linear = try harness(["rank": 3, "delta": 0.2, "gamma": 0.7], at: module)
        linear.randomizeParameters()
        let x = try Matrix<Double>.normal(4, 20, "x")
        let set = linear.tensors
        let (a, b, w) = (try set.parameter("lora_A").value, try set.parameter("lora_B").value, try set.parameter("sparse_weight").value)
        let columns = try set.indexVector("sparse_columns").elements
        let z = try Matrix<Double>.of(4, 3, x.naiveProduct(transposing: a))
        let h = try Matrix<Double>.zeros(4, 3)
        SiLU.forward(z, into: h)
        let low = h.naiveProduct(transposing: b)
        let taken = try Matrix<Double>.of(4, 4, (0..<4).flatMap { row in columns.map { x[row, $0] } })
        let exact = zip(low, taken.naiveProduct(transposing: w)).map { 0.7 * $0 + 0.3 * $1 }
        #expect(Deviation(try output(linear, x), from: exact).relative < 1e-13)
    }
}
