import Foundation
import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// What Trion is made of: a momentum that a subspace is taken out of, orthogonalised there, in vectors of the cosine transform.
@Suite(.compute(threads: 2)) struct TrionTests {
    static let shapes = [(9, 5), (5, 9), (6, 6)]

    private func rule(rank: Int, momentum: Double) -> ProjectedRule {
        ProjectedRule(
            OrthogonalRule(), rank: rank, scale: 1, projector: .cosine(.l1, .rowsOnTheLeft), refresh: RefreshPolicy(interval: 1),
            outside: .momentum(kept: momentum))
    }

    private func cosines(_ d: Int) -> Plain {
        Plain((0..<d).map { i in
            let first: Double = i == 0 ? 0.5.squareRoot() : 1
            return (0..<d).map { first * (2 / Double(d)).squareRoot() * cos(Double.pi * Double(i * (2 * $0 + 1)) / Double(2 * d)) }
        })
    }

    private func orthogonalized(_ matrix: Plain) -> Plain {
        let isTall = matrix.rows.count > matrix.rows[0].count
        var x = (1 / matrix.length) * (isTall ? matrix.transposed : matrix)
        for _ in 0..<5 {
            let gram = x * x.transposed
            x = 3.4445 * x + (-4.7750 * gram + 2.0315 * (gram * gram)) * x
        }
        return isTall ? x.transposed : x
    }

    /// Columns of the transform's matrix on the right, its rows on the left.
    @Test(arguments: shapes) func byDefinition(shape: (Int, Int)) throws {
        let (mu, rate, decay, rank) = (0.8, 0.1, 0.05, 2)
        let steps = try Steps(rule(rank: rank, momentum: mu), weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
        let isRight = shape.0 >= shape.1
        let q = cosines(min(shape.0, shape.1))
        var (m, w) = (Plain(shape.0, shape.1), Plain(steps.weight))
        for t in 1...6 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient, rate: rate, decay: decay, gradientScale: 0.7)
            m = m + 0.7 * Plain(gradient)
            // What lies along each vector, as rows.
            let parts = isRight ? (m * q).transposed : q * m
            let sizes: [Double] = parts.rows.map { row in row.reduce(0) { $0 + abs($1) } }
            let chosen = sizes.indices.sorted { sizes[$0] > sizes[$1] }.prefix(rank)
            #expect(steps.state("indices").elements.map { Int($0) } == Array(chosen), "update \(t)")
            let vectors = Plain(chosen.map { isRight ? q.transposed.rows[$0] : q.rows[$0] })
            let inside = Plain(chosen.map { parts.rows[$0] })
            func back(_ x: Plain) -> Plain { isRight ? x.transposed * vectors : vectors.transposed * x }
            m = m - (1 - mu) * back(inside)
            let step = isRight ? orthogonalized(inside.transposed).transposed : orthogonalized(inside)
            w = (1 - rate * decay) * w - rate * back(step)
            #expect(Deviation(steps.state("momentum_buffer").elements, from: m.elements).relative < 1e-11)
            #expect(Deviation(steps.weight.elements, from: w.elements).relative < 1e-10)
        }
    }

    /// All that was given is in the momentum, or was taken out of it inside a subspace.
    @Test(arguments: shapes) func errorFeedbackConservesTheGradient(shape: (Int, Int)) throws {
        let mu = 0.6
        let steps = try Steps(rule(rank: 2, momentum: mu), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let isRight = shape.0 >= shape.1
        let q = cosines(min(shape.0, shape.1))
        var (given, taken) = (Plain(shape.0, shape.1), Plain(shape.0, shape.1))
        for t in 1...7 {
            let before = Plain(steps.state("momentum_buffer"))
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient)
            let sum = before + Plain(gradient)
            let vectors = Plain(steps.state("indices").elements.map { isRight ? q.transposed.rows[Int($0)] : q.rows[Int($0)] })
            let held = isRight ? sum * vectors.transposed * vectors : vectors.transposed * (vectors * sum)
            given = given + Plain(gradient)
            taken = taken + (1 - mu) * held
            #expect(Deviation((taken + Plain(steps.state("momentum_buffer"))).elements, from: given.elements).relative < 1e-12)
        }
    }

    /// With as many vectors as there are nothing is left out: it is Muon, whatever the vectors.
    @Test(arguments: shapes) func theWholeSpaceIsMuon(shape: (Int, Int)) throws {
        let whole = try Steps(rule(rank: 9, momentum: 0.8), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let muon = try Steps(MuonRule(momentum: 0.8, isNesterov: false), weight: Matrix<Double>.zeros(shape.0, shape.1))
        let factor = ShapeFactor.kj.factor(rows: shape.0, columns: shape.1)
        for t in 1...6 {
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try whole.update(gradient, rate: 0.1 * factor)
            try muon.update(gradient, rate: 0.1)
        }
        #expect(Deviation(whole.weight.elements, from: muon.weight.elements).relative < 1e-9)
    }

    @Test func factorsByShape() {
        func factor(_ factor: ShapeFactor) -> Double { factor.factor(rows: 3, columns: 12) }
        #expect(factor(.kj) == 1 && factor(.dion) == 0.5 && factor(.one) == 1 && abs(factor(.kimi) - 0.2 * 12.0.squareRoot()) < 1e-15)
        #expect(ShapeFactor.kj.factor(rows: 12, columns: 3) == 2 && ShapeFactor.dion.factor(rows: 12, columns: 3) == 2)
    }
}
