import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct FactorBalanceTests {
    /// Both factors at the square root of the product's singular values, and the product what it was.
    private func check<S: Scalar>(_ type: S.Type, rows: Int, columns: Int, rank: Int, tolerance: Double, prepare: (Matrix<S>, Matrix<S>) -> Void = { _, _ in }) throws {
        let (up, down) = (try Matrix<S>.normal(rows, rank, "up"), try Matrix<S>.normal(rank, columns, "down"))
        up.scale(by: 30)
        prepare(up, down)
        let before = try product(up, down)
        #expect(try balance(up, down))
        let after = try product(up, down)
        #expect(Deviation(after, from: before).relative < tolerance)
        let (left, right) = (try Matrix<S>.zeros(rank, rank), try Matrix<S>.zeros(rank, rank))
        left.setProduct(transposing: up, up)
        right.setProduct(down, transposing: down)
        let sigma = (0..<rank).map { Double(left[$0, $0]) }
        #expect(sigma == sigma.sorted(by: >))
        for i in 0..<rank {
            for j in 0..<rank {
                let wanted = i == j ? sigma[i] : 0
                #expect(abs(Double(left[i, j]) - wanted) < tolerance * sigma[0] && abs(Double(right[i, j]) - wanted) < tolerance * sigma[0])
            }
        }
    }

    private func product<S: Scalar>(_ up: Matrix<S>, _ down: Matrix<S>) throws -> [S] {
        let dense = try Matrix<S>.zeros(up.rows, down.columns)
        dense.setProduct(up, down)
        return dense.elements
    }

    private func balance<S: Scalar>(_ up: Matrix<S>, _ down: Matrix<S>) throws -> Bool {
        try FactorBalance.apply(up: up, down: down, ledger: MemoryLedger())
    }

    @Test(arguments: [(7, 5, 1), (7, 5, 3), (5, 7, 5), (40, 24, 8), (6, 6, 6), (64, 200, 32)])
    func theProductStaysAndTheFactorsAreEven(rows: Int, columns: Int, rank: Int) throws {
        try check(Double.self, rows: rows, columns: columns, rank: rank, tolerance: 1e-12)
        try check(Float.self, rows: rows, columns: columns, rank: rank, tolerance: 1e-5)
    }

    /// Equal rows leave fewer directions than there are rows.
    @Test func dependentFactorsAreBalancedToo() throws {
        try check(Double.self, rows: 9, columns: 8, rank: 4, tolerance: 1e-12) { _, down in
            for column in 0..<8 { down[3, column] = down[1, column] }
        }
    }

    /// Both factors at zero would be out of every gradient's reach.
    @Test func aProductOfZeroIsLeftAlone() throws {
        let (up, down) = (try Matrix<Float>.zeros(6, 2), try Matrix<Float>.normal(2, 5, "down"))
        let before = down.elements
        #expect(try !balance(up, down))
        #expect(down.elements == before && up.elements.allSatisfy { $0 == 0 })
    }

    @Test func infiniteFactorsAreErrors() throws {
        let (up, down) = (try Matrix<Float>.normal(6, 2, "up"), try Matrix<Float>.normal(2, 5, "down"))
        up[1, 1] = .infinity
        #expect(throws: LinearAlgebraError.self) { try balance(up, down) }
    }

    /// What the planner is told is what is allocated at most.
    @Test func theSpaceIsThatDeclared() throws {
        let (up, down) = (try Matrix<Float>.normal(96, 16, "up"), try Matrix<Float>.normal(16, 64, "down"))
        let ledger = MemoryLedger()
        #expect(try FactorBalance.apply(up: up, down: down, ledger: ledger))
        let declared = 4 * FactorBalance.workspaceCount(rows: 96, columns: 64, rank: 16)
        #expect(ledger.current.total == 0 && ledger.peak.total <= declared && ledger.peak.total > declared * 7 / 10, "\(ledger.peak.total) of \(declared)")
    }
}
