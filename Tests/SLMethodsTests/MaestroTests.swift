import SLMethodKit
import SLMethods
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct MaestroTests {
    private let shape = SmallShapes.small
    private var module: LinearModule { shape.modules[5] }

    private func harness(_ given: [String: OptionValue], at module: LinearModule) throws -> ModuleHarness<Double> {
        let registry = BuiltinMethods.registry
        let options = MethodOptions(descriptor: try registry.descriptor(named: "maestro"), model: shape, given: given)
        return try ModuleHarness(registry.make("maestro", options: options, model: shape), at: module)
    }

    private func output(_ linear: ModuleHarness<Double>) throws -> [Double] {
        let y = try Matrix<Double>.zeros(linear.tokens, linear.module.outFeatures)
        try linear.forward(try .normal(linear.tokens, linear.module.inFeatures, "x"), into: y)
        return y.elements
    }

    /// What the first `width` ranks compute.
    private func output(_ linear: ModuleHarness<Double>, width: Int) throws -> [Double] {
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        let dense = try Matrix<Double>.zeros(b.rows, a.columns)
        if width > 0 { dense.setProduct(b.window(rows: 0..<b.rows, columns: 0..<width), a.window(rows: 0..<width)) }
        return try Matrix<Double>.normal(linear.tokens, linear.module.inFeatures, "x").naiveProduct(transposing: dense)
    }

    @Test func itBeginsAsTheDenseWeight() throws {
        let linear = try harness([:], at: module)
        let (dense, plain) = (try Matrix<Double>.zeros(module.outFeatures, module.inFeatures), try Matrix<Double>.zeros(module.outFeatures, module.inFeatures))
        try InitialRandomness(seed: 1, deviation: 0.02).fillDense(plain, at: module)
        #expect(try linear.parameterization.writeDenseEquivalent(into: dense) && Deviation(dense.elements, from: plain.elements).relative < 1e-12)
    }

    /// In every training update exactly one linear of the model passes some of its ranks, and in evaluations none.
    @Test func oneLinearAnUpdatePassesItsFirstRanks() throws {
        let linears = try shape.modules.map { try harness([:], at: $0) }
        let whole = try linears.map { try output($0, width: $0.module.smallerSide) }
        var chosen: Set<Int> = []
        for update in 1...40 {
            for linear in linears { linear.parameterization.prepare(for: ModelPass(.train, update: update, seed: 7)) }
            let shortened = try linears.indices.filter { Deviation(try output(linears[$0]), from: whole[$0]).relative > 1e-9 }
            #expect(shortened.count <= 1, "update \(update)")
            if let index = shortened.first {
                chosen.insert(index)
                let widths = 1...linears[index].module.smallerSide
                let seen = try output(linears[index])
                #expect(try widths.contains { Deviation(seen, from: try output(linears[index], width: $0)).relative < 1e-9 })
            }
        }
        #expect(chosen.count > 5)
        for (linear, before) in zip(linears, whole) {
            linear.parameterization.prepare(for: ModelPass(.evaluate))
            #expect(Deviation(try output(linear), from: before).relative < 1e-9)
        }
    }

    /// Gradients of a shortened pass, and of the lasso by differences of λ·Σ(‖A_{i:}‖ + ‖B_{:,i:}‖).
    @Test func theLassoIsInTheGradient() throws {
        let lambda = 0.3
        let (linear, plain) = (try harness(["group_lasso": .real(lambda), "sampling": .bool(false)], at: module), try harness(["group_lasso": 0.0], at: module))
        func gradients(_ linear: ModuleHarness<Double>) throws -> [String: [Double]] {
            linear.randomizeParameters()
            let (x, delta) = (try Matrix<Double>.normal(5, module.inFeatures, "x"), try Matrix<Double>.normal(5, module.outFeatures, "delta"))
            let (y, dx) = (try Matrix<Double>.zeros(5, module.outFeatures), try Matrix<Double>.zeros(5, module.inFeatures))
            for index in 0..<2 {
                try linear.forward(x, into: y)
                try linear.backward(x, outputGradient: delta, inputGradient: dx, accumulate: index > 0)
            }
            #expect(!linear.trespassed)
            return Dictionary(uniqueKeysWithValues: linear.trainable.map { ($0.name, $0.parameter.gradient?.elements ?? []) })
        }
        linear.parameterization.prepare(for: ModelPass(.train, update: 1, seed: 1))
        let (with, without) = (try gradients(linear), try gradients(plain))
        func penalty() throws -> Double {
            let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
            return (0..<a.rows).reduce(0) { sum, i in
                sum + lambda * (a.window(rows: i..<a.rows).sumOfSquares().squareRoot()
                    + b.window(rows: 0..<b.rows, columns: i..<b.columns).sumOfSquares().squareRoot())
            }
        }
        for (name, parameter) in linear.trainable {
            let lasso = zip(with[name] ?? [], without[name] ?? []).map { $0 - $1 }
            let result = try GradientCheck().check(parameter.value, analytic: lasso, penalty)
            #expect(result.passes, "\(name): \(result)")
        }
    }

    /// Ranks from the first unimportant one on go, and do not come back; the rest compute what they did.
    @Test func unimportantRanksAreGivenUp() throws {
        let linear = try harness(["importance_threshold": 1e-4], at: module)
        linear.randomizeParameters()
        let (a, b) = (try linear.tensors.parameter("lora_A").value, try linear.tensors.parameter("lora_B").value)
        let kept = 3
        a.window(rows: kept..<a.rows).scale(by: 1e-4)
        b.window(rows: 0..<b.rows, columns: kept..<b.columns).scale(by: 1e-4)
        var stream = RandomStream(seed: 1, name: "")
        let context = try linear.perform(Rewrite("shrink"), random: &stream)
        #expect(context.averages["rank"] == 3 && context.averages["rank_\(module.role.rawValue)"] == 3)
        #expect(context.measurements["ranks_given_up"] == Double(a.rows - kept))
        #expect(context.edits.map(\.edit) == [.zeroRows(Array(kept..<a.rows)), .zeroColumns(Array(kept..<a.rows))])
        #expect(a.window(rows: kept..<a.rows).sumOfSquares() == 0 && b.window(rows: 0..<b.rows, columns: kept..<b.columns).sumOfSquares() == 0)
        #expect(Deviation(try output(linear), from: try output(linear, width: kept)).relative < 1e-12)
        let (x, delta) = (try Matrix<Double>.normal(5, module.inFeatures, "x"), try Matrix<Double>.normal(5, module.outFeatures, "delta"))
        let (y, dx) = (try Matrix<Double>.zeros(5, module.outFeatures), try Matrix<Double>.zeros(5, module.inFeatures))
        for (_, parameter) in linear.trainable { parameter.gradient?.fill(7) }
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: delta, inputGradient: dx)
        let gradient = try #require(linear.tensors.parameter("lora_A").gradient)
        #expect(gradient.window(rows: kept..<a.rows).sumOfSquares() == 0 && gradient.sumOfSquares() > 0)
        // Nothing at all is left: the linear outputs zeros.
        a.fill(1e-9)
        #expect(try linear.perform(Rewrite("shrink"), random: &stream).averages["rank"] == 0)
        #expect(try output(linear).allSatisfy { $0 == 0 })
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: delta, inputGradient: dx)
        #expect(dx.sumOfSquares() == 0)
    }
}
