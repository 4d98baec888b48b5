import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct SVDTests {
    static let shapes = [(1, 1), (1, 7), (7, 1), (5, 5), (13, 4), (4, 13), (40, 31), (31, 40), (64, 64)]

    private func check<S: Scalar>(_ rows: Int, _ columns: Int, _ type: S.Type, tolerance: Double) throws {
        let ledger = MemoryLedger()
        let a = try Matrix<S>.normal(rows, columns, "a")
        let before = a.elements
        let svd = try ThinSVD(of: a.asWindow(), ledger: ledger)
        let k = min(rows, columns)
        #expect(a.elements == before)
        let values = svd.singularValues.elements
        #expect(values.count == k && zip(values, values.dropFirst()).allSatisfy { $0 >= $1 } && values.allSatisfy { $0 >= 0 })
        let scaled = try svd.left.duplicate()
        for row in 0..<rows { for i in 0..<k { scaled[row, i] *= values[i] } }
        let rebuilt = try Matrix<S>.zeros(rows, columns)
        rebuilt.setProduct(scaled, svd.right)
        #expect(Deviation(rebuilt.elements, from: before).relative < tolerance)
        let identity = (0..<k * k).map { $0 / k == $0 % k ? S(1) : 0 }
        let gram = try Matrix<S>.zeros(k, k)
        gram.setProduct(transposing: svd.left, svd.left)
        #expect(Deviation(gram.elements, from: identity).largest < tolerance)
        gram.setProduct(svd.right, transposing: svd.right)
        #expect(Deviation(gram.elements, from: identity).largest < tolerance)
    }

    /// Backward error of gesdd: a small multiple of √min(m, n)·ε.
    @Test(arguments: shapes) func inFloat(rows: Int, columns: Int) throws { try check(rows, columns, Float.self, tolerance: 1e-5) }
    @Test(arguments: shapes) func inDouble(rows: Int, columns: Int) throws { try check(rows, columns, Double.self, tolerance: 1e-13) }

    @Test func knownSingularValues() throws {
        let svd = try ThinSVD(of: Matrix<Double>.of(2, 3, [3, 0, 0, 0, 0, -4]), ledger: MemoryLedger())
        #expect(Deviation(svd.singularValues.elements, from: [4.0, 3.0]).largest < 1e-14)
    }

    @Test func rankDeficientAndZeroMatrices() throws {
        let a = try Matrix<Double>.zeros(6, 4)
        a.setProduct(try Matrix<Double>.normal(6, 2, "u"), try Matrix<Double>.normal(2, 4, "v"))
        let values = try ThinSVD(of: a, ledger: MemoryLedger()).singularValues.elements
        #expect(values[1] > 1e-3 && values[2] < 1e-13 && values[3] < 1e-13)
        #expect(try ThinSVD(of: Matrix<Float>.zeros(3, 5), ledger: MemoryLedger()).singularValues.elements == [0, 0, 0])
    }

    @Test(arguments: [(4, 6), (6, 4), (30, 20)]) func notANumberIsAnError(rows: Int, columns: Int) throws {
        let a = try Matrix<Float>.normal(rows, columns, "a")
        a[2, 3] = .nan
        #expect(throws: LinearAlgebraError.self) { try ThinSVD(of: a, ledger: MemoryLedger()) }
        for value in [Float.infinity, -.infinity] {
            a[2, 3] = value
            #expect(throws: LinearAlgebraError.self) { try ThinSVD(of: a, ledger: MemoryLedger()) }
        }
    }

    /// What the planner adds up is what a decomposition takes at its peak.
    @Test(arguments: [(13, 4), (40, 31), (31, 40), (128, 352), (352, 128)]) func theWorkspaceIsAsPlanned(rows: Int, columns: Int) throws {
        let ledger = MemoryLedger()
        do { _ = try ThinSVD(of: Matrix<Float>.normal(rows, columns, "a"), ledger: ledger) }
        let planned = ThinSVD<Float>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Float>.resultCount(rows: rows, columns: columns)
        #expect(ledger.peak.total == 4 * planned)
        #expect(ledger.current.total == 0)
    }
}
