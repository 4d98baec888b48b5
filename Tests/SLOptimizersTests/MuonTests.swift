import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct MuonTests {
    static let shapes = [(5, 9), (9, 5), (6, 6), (1, 7), (40, 24)]

    /// As PyTorch writes it: a tall matrix is transposed, and back.
    private func orthogonalized(_ matrix: PlainMatrix, steps: Int) -> PlainMatrix {
        let isTall = matrix.rows > matrix.columns
        var x = isTall ? matrix.transposed : matrix
        let norm = max(x.sumOfSquares.squareRoot(), 1e-7)
        x = x.map { $0 / norm }
        for _ in 0..<steps {
            let gram = x * x.transposed
            let update = gram.mixed(-4.7750, gram * gram, 2.0315)
            x = x.mixed(3.4445, update * x, 1)
        }
        return isTall ? x.transposed : x
    }

    @Test(arguments: shapes, [false, true]) func followsTheAlgorithm(shape: (Int, Int), nesterov: Bool) throws {
        for (steps, adjustment) in [(5, MuonRule.Adjustment.original), (4, .matchAdamW)] {
            let rule = MuonRule(momentum: 0.8, isNesterov: nesterov, iterations: steps, adjustment: adjustment)
            var buffer = PlainMatrix(shape.0, shape.1)
            let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, _ in
                buffer = buffer.mixed(0.8, gradient, 0.2)
                let update = nesterov ? gradient.mixed(0.2, buffer, 0.8) : buffer
                let (m, n) = (Double(shape.0), Double(shape.1))
                let factor = adjustment == .original ? max(1, m / n).squareRoot() : 0.2 * max(m, n).squareRoot()
                weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, orthogonalized(update, steps: steps), -rate * factor)
            }
            #expect(apart < 1e-11)
        }
    }

    /// What it is for: all singular values come near 1, in either engine type.
    @Test(arguments: [(12, 30), (30, 12), (16, 16)]) func singularValuesComeNearOne(shape: (Int, Int)) throws {
        func step<Element: Scalar>(_ type: Element.Type) throws -> [Element] {
            let steps = try Steps(MuonRule(momentum: 0, isNesterov: false, adjustment: .original), weight: Matrix<Element>.zeros(shape.0, shape.1))
            try steps.update(.normal(shape.0, shape.1, "g"), rate: 1 / max(1, Double(shape.0) / Double(shape.1)).squareRoot())
            return try ThinSVD(of: steps.weight, ledger: MemoryLedger()).singularValues.elements
        }
        #expect(try step(Double.self).dropLast(2).allSatisfy { $0 > 0.6 && $0 < 1.3 })
        #expect(Deviation(try step(Float.self), from: try step(Double.self)).relative < 1e-4)
    }

    @Test func declaresWhatItKeeps() throws {
        let rule = MuonRule()
        #expect(rule.stateCount(rows: 9, columns: 5) == 45 && rule.scratchCount(rows: 9, columns: 5) == 45 + 2 * 25)
        #expect(rule.state(rows: 9, columns: 5)[0].kind == .momentum)
    }
}
