import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct SingularValuesTests {
    static let shapes = [(1, 1), (1, 7), (7, 1), (13, 4), (4, 13), (40, 31), (64, 64)]

    private func check<S: Scalar>(_ rows: Int, _ columns: Int, _ type: S.Type, tolerance: Double) throws {
        let a = try Matrix<S>.normal(rows, columns, "a")
        let before = a.elements
        let ledger = MemoryLedger()
        let values = try SingularValues.of(a.asWindow(), ledger: ledger)
        #expect(a.elements == before && values == values.sorted(by: >))
        #expect(ledger.current.total == 0 && ledger.peak.total == 4 * SingularValues.workspaceCount(rows: rows, columns: columns, type))
        let whole = try ThinSVD(of: a, ledger: MemoryLedger()).singularValues.elements.map { Double($0) }
        #expect(values.count == whole.count && zip(values, whole).allSatisfy { abs($0 - $1) < tolerance * whole[0] })
    }

    /// The same as those that come with their vectors, in the memory that was planned.
    @Test(arguments: shapes) func inFloat(rows: Int, columns: Int) throws { try check(rows, columns, Float.self, tolerance: 1e-6) }
    @Test(arguments: shapes) func inDouble(rows: Int, columns: Int) throws { try check(rows, columns, Double.self, tolerance: 1e-14) }

    @Test func knownAndZeroAndNotFinite() throws {
        let values = try SingularValues.of(try Matrix<Double>.of(2, 3, [3, 0, 0, 0, 0, -4]), ledger: MemoryLedger())
        #expect(values.count == 2 && abs(values[0] - 4) < 1e-14 && abs(values[1] - 3) < 1e-14)
        #expect(try SingularValues.of(try Matrix<Float>.zeros(5, 3), ledger: MemoryLedger()) == [0, 0, 0])
        for bad in [Float.nan, .infinity] {
            #expect(throws: LinearAlgebraError.self) { try SingularValues.of(try Matrix<Float>.of(2, 2, [1, bad, 0, 1]), ledger: MemoryLedger()) }
        }
    }
}
