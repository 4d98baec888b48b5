import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

/// Dion against its definition in plain Double code.
@Suite(.compute(threads: 2)) struct DionTests {
    static let shapes = [(9, 5), (5, 9), (6, 6)]

    /// Orthonormal columns of the same span, by Gram and Schmidt.
    private func orthonormal(_ matrix: Plain) -> Plain {
        var columns: [[Double]] = []
        for column in matrix.transposed.rows {
            var rest = column
            for _ in 0..<2 {
                for done in columns {
                    let share: Double = zip(done, rest).reduce(0) { $0 + $1.0 * $1.1 }
                    rest = zip(rest, done).map { $0 - share * $1 }
                }
            }
            let length = Plain([rest]).length
            columns.append(rest.map { $0 / length })
        }
        return Plain(columns).transposed
    }

    /// What is drawn at the start shows in nothing but the first subspace: the power iteration goes on from the Q that is kept.
    @Test(arguments: shapes) func byDefinition(shape: (Int, Int)) throws {
        let (mu, rank, rate, decay) = (0.8, 2, 0.1, 0.05)
        let steps = try Steps(DionRule(rank: rank, momentum: mu), weight: Matrix<Double>.normal(shape.0, shape.1, "w"))
        var (m, w) = (Plain(shape.0, shape.1), Plain(steps.weight))
        for t in 1...6 {
            let q = Plain(steps.state("Q")).transposed
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient, rate: rate, decay: decay, gradientScale: 0.7)
            let b = m + 0.7 * Plain(gradient)
            let next = Plain(steps.state("Q"))
            for row in next.rows { #expect(abs(Plain([row]).length - 1) < 1e-7) }
            // The first Q is drawn: its span is seen in what is taken out of the momentum.
            let p = t == 1 ? orthonormal((b - Plain(steps.state("momentum_buffer"))) * next.transposed) : orthonormal(b * q)
            let r = b.transposed * p
            let taken = b - (1 - mu) * (p * r.transposed)
            #expect(Deviation(steps.state("momentum_buffer").elements, from: taken.elements).relative < 1e-10, "update \(t)")
            let lengths = r.transposed.rows.map { Plain([$0]).length + 1e-8 }
            let directions = Plain(zip(r.transposed.rows, lengths).map { row, length in row.map { $0 / length } })
            // P and Q up to a common sign or turn of their columns: of the first update only the momentum is compared.
            if t > 1 {
                let scale = rate * (Double(shape.0) / Double(shape.1)).squareRoot()
                w = (1 - rate * decay) * w - scale * (p * directions)
                #expect(Deviation(steps.weight.elements, from: w.elements).relative < 1e-10, "update \(t)")
            }
            w = Plain(steps.weight)
            m = taken
        }
    }

    /// All that was given is in the momentum, or was taken out of it inside a subspace.
    @Test(arguments: shapes) func errorFeedbackConservesTheGradient(shape: (Int, Int)) throws {
        let mu = 0.6
        let steps = try Steps(DionRule(rank: 2, momentum: mu), weight: Matrix<Double>.zeros(shape.0, shape.1))
        var (given, taken) = (Plain(shape.0, shape.1), Plain(shape.0, shape.1))
        for t in 1...7 {
            let before = Plain(steps.state("momentum_buffer"))
            let weight = Plain(steps.weight)
            let gradient = try Matrix<Double>.normal(shape.0, shape.1, "g\(t)")
            try steps.update(gradient)
            // The step spans the subspace: its left singular vectors with values above zero are P.
            let step = try ThinSVD(of: Matrix<Double>.of(shape.0, shape.1, (Plain(steps.weight) - weight).elements), ledger: MemoryLedger())
            let p = Plain(Plain(step.left).rows.map { Array($0.prefix(2)) })
            given = given + Plain(gradient)
            taken = taken + (1 - mu) * (p * (p.transposed * (before + Plain(gradient))))
            #expect(Deviation((taken + Plain(steps.state("momentum_buffer"))).elements, from: given.elements).relative < 1e-10)
        }
    }

    /// The step of every update is as long as r orthonormal directions are, times what the shape gives: whatever the gradient's size.
    @Test(arguments: shapes, [1e-6, 1, 1e4]) func stepsHaveOneLength(shape: (Int, Int), size: Double) throws {
        let steps = try Steps(DionRule(rank: 3), weight: Matrix<Double>.zeros(shape.0, shape.1))
        for t in 1...4 {
            let before = steps.weight.elements
            try steps.update(.normal(shape.0, shape.1, "g\(t)", deviation: size), rate: 0.1)
            let square = 0.01 * Double(shape.0) / Double(shape.1) * 3
            // ε beside lengths of R.
            #expect(abs(Deviation(steps.weight.elements, from: before).difference - square.squareRoot()) < 0.01 * square.squareRoot())
        }
    }

    /// One row is one direction: the momentum by its length, scaled by the shape.
    @Test func aRowIsNormalised() throws {
        let steps = try Steps(DionRule(rank: 4, momentum: 0.9), weight: Matrix<Double>.zeros(1, 7))
        var m = Plain(1, 7)
        for t in 1...4 {
            let before = Plain(steps.weight)
            let gradient = try Matrix<Double>.normal(1, 7, "g\(t)")
            try steps.update(gradient, rate: 0.1)
            m = m + Plain(gradient)
            let expected = (-0.1 / 7.0.squareRoot() / m.length) * m
            #expect(Deviation((Plain(steps.weight) - before).elements, from: expected.elements).relative < 1e-6)
            m = 0.9 * m
        }
    }

    /// mn + nr numbers, and no more space than declared, in every format.
    @Test(arguments: [(72, 64), (64, 72)]) func spaceIsAsDeclared(shape: (Int, Int)) throws {
        #expect(DionRule(rank: 16).stateCount(rows: shape.0, columns: shape.1) == shape.0 * shape.1 + 16 * shape.1)
        #expect(DionRule(rank: 100).stateCount(rows: shape.0, columns: shape.1) == shape.0 * shape.1 + 64 * shape.1)
        for storage in ProjectedSpaceTests.storages {
            let rule = DionRule(rank: 64, storage: storage)
            let steps = try Steps(rule, weight: Matrix<Float>.normal(shape.0, shape.1, "w"))
            let state = steps.ledger.current.total
            #expect(steps.ledger.current[.optimizer] == rule.stateBytes(rows: shape.0, columns: shape.1))
            for t in 1...4 { try steps.update(.normal(shape.0, shape.1, "g\(t)")) }
            #expect(steps.ledger.peak.total - state == 4 * rule.refreshCount(rows: shape.0, columns: shape.1), "\(storage)")
            #expect(steps.ledger.current.total == state && steps.weight.isFinite)
        }
    }

    /// Gradients of zero, first or later, leave a rule that goes on.
    @Test func zeroGradientsAreHarmless() throws {
        let steps = try Steps(DionRule(rank: 2), weight: Matrix<Float>.zeros(9, 5))
        for t in 1...5 { try steps.update(t == 1 || t == 4 ? .zeros(9, 5) : .normal(9, 5, "g\(t)")) }
        #expect(steps.weight.isFinite && steps.weight.sumOfSquares() > 0)
    }
}
