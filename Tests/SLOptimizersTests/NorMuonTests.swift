import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct NorMuonTests {
    private func orthogonalized(_ matrix: PlainMatrix, steps: Int) -> PlainMatrix {
        let isTall = matrix.rows > matrix.columns
        var x = isTall ? matrix.transposed : matrix
        let norm = max(x.sumOfSquares.squareRoot(), 1e-7)
        x = x.map { $0 / norm }
        for _ in 0..<steps {
            let gram = x * x.transposed
            x = x.mixed(3.4445, gram.mixed(-4.7750, gram * gram, 2.0315) * x, 1)
        }
        return isTall ? x.transposed : x
    }

    @Test(arguments: MuonTests.shapes, [false, true]) func followsTheAlgorithm(shape: (Int, Int), nesterov: Bool) throws {
        for adjustment in MuonRule.Adjustment.allCases {
            let rule = NorMuonRule(momentum: 0.8, beta2: 0.7, isNesterov: nesterov, iterations: 4, adjustment: adjustment)
            var (buffer, v) = (PlainMatrix(shape.0, shape.1), [Double](repeating: 0, count: shape.0))
            let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, _ in
                buffer = buffer.mixed(0.8, gradient, 0.2)
                let whole = orthogonalized(nesterov ? gradient.mixed(0.2, buffer, 0.8) : buffer, steps: 4)
                var balanced = whole
                for i in 0..<shape.0 {
                    v[i] = 0.7 * v[i] + 0.3 * whole.row(i).map { $0 * $0 }.mean
                    for j in 0..<shape.1 { balanced[i, j] /= v[i].squareRoot() + 1e-10 }
                }
                let (m, n) = (Double(shape.0), Double(shape.1))
                let length = adjustment == .original ? whole.sumOfSquares.squareRoot() * max(1, m / n).squareRoot() : 0.2 * (m * n).squareRoot()
                weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, balanced, -rate * length / (balanced.sumOfSquares.squareRoot() + 1e-10))
            }
            #expect(apart < 1e-11)
        }
    }

    /// The code's step is as long as Muon's; the paper's has AdamW's root mean square; rows are alike in a first step.
    @Test(arguments: [(12, 30), (30, 12), (16, 16)]) func lengths(shape: (Int, Int)) throws {
        func moved(_ rule: any UpdateRule) throws -> Matrix<Double> {
            let steps = try Steps(rule, weight: Matrix<Double>.zeros(shape.0, shape.1))
            try steps.update(.normal(shape.0, shape.1, "g"), rate: 0.1)
            return steps.weight
        }
        let (mine, muon) = (try moved(NorMuonRule()), try moved(MuonRule()))
        #expect(abs(mine.sumOfSquares() / muon.sumOfSquares() - 1) < 1e-9)
        #expect(Deviation(mine.elements, from: muon.elements).relative > 1e-3)
        let paper = try moved(NorMuonRule(adjustment: .matchAdamW))
        #expect(abs((paper.sumOfSquares() / Double(paper.count)).squareRoot() - 0.02) < 1e-10)
        let rows = (0..<shape.0).map { Double.sumOfSquares(mine.base + $0 * shape.1, shape.1) }
        for row in rows { #expect(abs(row / rows[0] - 1) < 1e-8) }
    }

    /// One number a row beside Muon's.
    @Test func declaresWhatItKeeps() {
        let rule = NorMuonRule()
        #expect(rule.stateCount(rows: 9, columns: 5) == 45 + 9)
        #expect(rule.scratchCount(rows: 9, columns: 5) == MuonRule().scratchCount(rows: 9, columns: 5) + 9)
        #expect(rule.state(rows: 9, columns: 5).map(\.kind) == [.momentum, .other])
    }
}
