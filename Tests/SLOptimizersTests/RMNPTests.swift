import SLNumerics
import SLOptimizers
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct RMNPTests {
    @Test(arguments: MuonTests.shapes, [false, true]) func followsTheAlgorithm(shape: (Int, Int), nesterov: Bool) throws {
        for factor in [ShapeFactor.kj, .one] {
            var buffer = PlainMatrix(shape.0, shape.1)
            let rule = RMNPRule(momentum: 0.8, isNesterov: nesterov, factor: factor)
            let apart = try deviation(rule, shape.0, shape.1) { weight, gradient, rate, decay, _ in
                buffer = buffer.mixed(0.8, gradient, 0.2)
                var update = nesterov ? gradient.mixed(0.2, buffer, 0.8) : buffer
                for i in 0..<shape.0 {
                    let length = update.row(i).reduce(0) { $0 + $1 * $1 }.squareRoot()
                    for j in 0..<shape.1 { update[i, j] /= length }
                }
                let size = factor == .one ? 1 : max(1, Double(shape.0) / Double(shape.1)).squareRoot()
                weight = weight.map { $0 * (1 - rate * decay) }.mixed(1, update, -rate * size)
            }
            #expect(apart < 1e-12)
        }
    }

    /// Where the rows are orthogonal already, rows of length 1 are what orthogonalisation is after: UVᵀ of the singular vectors.
    @Test func orthogonalRowsBecomeThePolarFactor() throws {
        let (m, n) = (4, 7)
        let rows = try Matrix<Double>.normal(m, n, "g")
        try ThinQR<Double>(rows: m, columns: n, ledger: MemoryLedger()).orthonormalizeRows(of: rows)
        for row in 0..<m { for column in 0..<n { rows[row, column] *= Double(row + 1) } }
        let steps = try Steps(RMNPRule(), weight: Matrix<Double>.zeros(m, n))
        try steps.update(rows, rate: 1)
        let svd = try ThinSVD(of: rows, ledger: MemoryLedger())
        let polar = Plain(svd.left) * Plain(svd.right)
        #expect(Deviation(steps.weight.elements, from: polar.elements.map { -$0 }).relative < 1e-12)
    }

    /// A row without gradient stays, beside rows of any size.
    @Test func rowsDoNotKnowOfEachOther() throws {
        let gradient = try Matrix<Float>.normal(5, 8, "g")
        for column in 0..<8 {
            gradient[1, column] = 0
            gradient[3, column] *= 1e-6
        }
        let steps = try Steps(RMNPRule(factor: .one), weight: Matrix<Float>.zeros(5, 8))
        try steps.update(gradient, rate: 0.1)
        for row in [0, 2, 3, 4] { #expect(abs(Float.sumOfSquares(steps.weight.base + row * 8, 8).squareRoot() - 0.1) < 1e-6) }
        #expect(Float.sumOfSquares(steps.weight.base + 8, 8) == 0)
    }

    @Test func declaresWhatItKeeps() {
        let rule = RMNPRule()
        #expect(rule.stateCount(rows: 9, columns: 5) == 45 && rule.scratchCount(rows: 9, columns: 5) == 0)
        #expect(rule.state(rows: 9, columns: 5)[0].kind == .momentum)
    }
}
