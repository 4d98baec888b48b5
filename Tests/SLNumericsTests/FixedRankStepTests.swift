import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct FixedRankStepTests {
    /// The dense formula: W − (U·Uᵀ·G + G·V·Vᵀ − U·Uᵀ·G·V·Vᵀ), cut to its r largest singular values.
    private func dense(_ w: Matrix<Double>, _ g: Matrix<Double>, rank: Int) throws -> [Double] {
        let (m, n) = (w.rows, w.columns)
        let svd = try ThinSVD(of: w, ledger: MemoryLedger())
        let (u, v) = (svd.left.window(rows: 0..<m, columns: 0..<rank), svd.right.window(rows: 0..<rank))
        let (inside, outside, corner, mixed) = (
            try Matrix<Double>.zeros(rank, n), try Matrix<Double>.zeros(m, rank), try Matrix<Double>.zeros(rank, rank), try w.duplicate()
        )
        inside.setProduct(transposing: u, g)
        outside.setProduct(g, transposing: v)
        corner.setProduct(inside, transposing: v)
        mixed.setProduct(u, inside, scale: -1, keep: 1)
        mixed.setProduct(outside, v, scale: -1, keep: 1)
        inside.setProduct(corner, v)
        mixed.setProduct(u, inside, keep: 1)
        let cut = try ThinSVD(of: mixed, ledger: MemoryLedger())
        for i in 0..<rank { for row in 0..<m { cut.left[row, i] *= cut.singularValues[0, i] } }
        let result = try Matrix<Double>.zeros(m, n)
        result.setProduct(cut.left.window(rows: 0..<m, columns: 0..<rank), cut.right.window(rows: 0..<rank))
        return result.elements
    }

    private func product<S: Scalar>(_ up: Matrix<S>, _ down: Matrix<S>) throws -> Matrix<S> {
        let dense = try Matrix<S>.zeros(up.rows, down.columns)
        dense.setProduct(up, down)
        return dense
    }

    /// The factors' gradients are G·Aᵀ and Bᵀ·G.
    private func step<S: Scalar>(_ up: Matrix<S>, _ down: Matrix<S>, _ g: Matrix<S>, size: Double, ledger: MemoryLedger = MemoryLedger()) throws -> Bool {
        let (upDirection, downDirection) = (try Matrix<S>.zeros(up.rows, up.columns), try Matrix<S>.zeros(down.rows, down.columns))
        upDirection.setProduct(g, transposing: down)
        downDirection.setProduct(transposing: up, g)
        return try FixedRankStep.apply(
            up: StoredTensor(up), down: StoredTensor(down), upDirection: upDirection, downDirection: downDirection, upSize: size, downSize: size,
            keys: (1, 2), ledger: ledger)
    }

    @Test(arguments: [(7, 5, 1), (7, 5, 3), (5, 7, 5), (40, 24, 8), (6, 6, 6), (30, 12, 7)])
    func itIsTheDenseFormula(rows: Int, columns: Int, rank: Int) throws {
        let (up, down) = (try Matrix<Double>.normal(rows, rank, "up"), try Matrix<Double>.normal(rank, columns, "down"))
        let g = try Matrix<Double>.normal(rows, columns, "g")
        let size = 0.3
        let scaled = try g.duplicate()
        scaled.scale(by: size)
        let wanted = try dense(try product(up, down), scaled, rank: rank)
        #expect(try step(up, down, g, size: size))
        #expect(Deviation(try product(up, down).elements, from: wanted).relative < 1e-10)
        let (left, right) = (try Matrix<Double>.zeros(rank, rank), try Matrix<Double>.zeros(rank, rank))
        left.setProduct(transposing: up, up)
        right.setProduct(down, transposing: down)
        #expect(Deviation(left.elements, from: right.elements).relative < 1e-10, "the factors share the roots of the singular values")
    }

    @Test func floatsAreSteppedInDouble() throws {
        let (up, down) = (try Matrix<Double>.normal(20, 4, "up"), try Matrix<Double>.normal(4, 16, "down"))
        let (upShort, downShort) = (try Matrix<Float>.normal(20, 4, "up"), try Matrix<Float>.normal(4, 16, "down"))
        #expect(try step(up, down, try .normal(20, 16, "g"), size: 0.2))
        #expect(try step(upShort, downShort, try .normal(20, 16, "g"), size: 0.2))
        #expect(Deviation(try product(upShort, downShort).elements, from: try product(up, down).elements).relative < 1e-5)
    }

    /// A step of no length leaves the product and evens the factors out.
    @Test func aStepOfNoLengthKeepsTheProduct() throws {
        let (up, down) = (try Matrix<Double>.normal(9, 3, "up"), try Matrix<Double>.normal(3, 8, "down"))
        let before = try product(up, down).elements
        #expect(try step(up, down, try .normal(9, 8, "g"), size: 0))
        #expect(Deviation(try product(up, down).elements, from: before).relative < 1e-12)
    }

    @Test func dependentFactorsAreLeftAlone() throws {
        let (up, down) = (try Matrix<Float>.normal(9, 3, "up"), try Matrix<Float>.normal(3, 8, "down"))
        for column in 0..<8 { down[2, column] = 2 * down[0, column] }
        let before = (up.elements, down.elements)
        #expect(try !step(up, down, try .normal(9, 8, "g"), size: 0.1))
        #expect(up.elements == before.0 && down.elements == before.1)
    }

    @Test func infiniteDirectionsAreErrors() throws {
        let (up, down, g) = (try Matrix<Float>.normal(6, 2, "up"), try Matrix<Float>.normal(2, 5, "down"), try Matrix<Float>.normal(6, 5, "g"))
        g[1, 1] = .infinity
        #expect(throws: LinearAlgebraError.self) { try step(up, down, g, size: 1) }
    }

    @Test func theSpaceIsThatDeclared() throws {
        let ledger = MemoryLedger()
        #expect(try step(try .normal(96, 16, "up"), try .normal(16, 64, "down"), try Matrix<Float>.normal(96, 64, "g"), size: 0.1, ledger: ledger))
        let declared = 4 * FixedRankStep.workspaceCount(rows: 96, columns: 64, rank: 16)
        #expect(ledger.current.total == 0 && ledger.peak.total <= declared && ledger.peak.total > declared * 9 / 10, "\(ledger.peak.total) of \(declared)")
    }
}
