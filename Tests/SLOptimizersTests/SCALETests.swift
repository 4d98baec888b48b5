import Foundation
import SLNumerics
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

@Suite(.compute(threads: 1)) struct SCALETests {
    private static let linear = TensorPlace(.linear(LinearModule(layer: 0, role: .up, outFeatures: 7, inFeatures: 5)), rows: 7, columns: 5)
    private static let embedding = TensorPlace(.embedding, rows: 7, columns: 5)
    private static let head = TensorPlace(.head, rows: 7, columns: 5)
    private static let norm = TensorPlace(.norm, fullName: "model.norm.weight", rows: 1, columns: 6)

    private func run(_ options: [(String, OptionValue)] = []) throws -> RunOptimizer {
        var given = MethodOptions()
        for (name, value) in options { given[name] = value }
        return try RunOptimizer(OptimizerSpec("scale", given))
    }

    /// Each output's gradient is normalised: rows of a linear, columns of the embedding; the head's on an average.
    @Test(arguments: [linear, embedding, head]) func followsTheCode(place: TensorPlace) throws {
        let momentum = place.part == .head ? 0.7 : 0
        let rule = try run([("momentum", 0.7)]).rule(for: place)
        var average = PlainMatrix(7, 5)
        let apart = try deviation(rule, 7, 5) { weight, gradient, rate, decay, _ in
            average = average.mixed(momentum, gradient, 1 - momentum)
            var u = average
            for i in 0..<7 {
                for j in 0..<5 {
                    let inputs = place.part == .embedding ? average.column(j) : average.row(i)
                    u[i, j] = average[i, j] / max(inputs.map { $0 * $0 }.mean.squareRoot(), 1e-8)
                }
            }
            weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, u, -rate)
        }
        #expect(apart < 1e-12)
        #expect(rule.stateCount(rows: 7, columns: 5) == (momentum > 0 ? 35 : 0))
    }

    /// Norm weights: Adam with ε beside the uncorrected root, decay first, at a rate of their own.
    @Test func vectorsAreAdams() throws {
        let run = try run([("beta1", 0.8), ("beta2", 0.9), ("epsilon", 0.01), ("vector_lr_factor", 5)])
        #expect(run.learningRateFactor(for: Self.norm) == 5 && run.learningRateFactor(for: Self.linear) == 1)
        var (m, v) = (PlainMatrix(1, 6), PlainMatrix(1, 6))
        let apart = try deviation(run.rule(for: Self.norm), 1, 6) { weight, gradient, rate, decay, k in
            let scale = (1 - pow(0.8, Double(k))) / (1 - pow(0.9, Double(k))).squareRoot()
            m = m.mixed(0.8, gradient, 0.2)
            v = v.with(gradient) { 0.9 * $0 + 0.1 * $1 * $1 }
            let direction = m.with(v) { $0 / (0.01 + $1.squareRoot()) }
            weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, direction, -rate / scale)
        }
        #expect(apart < 1e-12)
    }

    /// The recipe is groups: a run's own come before them.
    @Test func ownGroupsComeFirst() throws {
        let own = try RunOptimizer(
            OptimizerSpec("scale"), groups: [ParameterGroup(.head, optimizer: OptimizerSpec("sgd")), ParameterGroup(.norms, learningRateFactor: 2)])
        #expect(own.rule(for: Self.head) is SGDRule)
        #expect(own.rule(for: Self.norm) is LateEpsilonAdamRule && own.learningRateFactor(for: Self.norm) == 2)
        #expect(own.rule(for: Self.linear) is ColumnNormRule)
    }
}
