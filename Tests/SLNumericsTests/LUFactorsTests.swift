import SLNumerics
import SLTestSupport
import Testing

@Suite(.compute(threads: 2)) struct LUFactorsTests {
    @Test(arguments: [(6, 6), (9, 4), (5, 11), (1, 3)]) func theProductIsTheMatrix(rows: Int, columns: Int) throws {
        let matrix = try Matrix<Double>.normal(rows, columns, "A")
        let before = matrix.elements
        let factors = try LUFactors(of: matrix, ledger: MemoryLedger())
        #expect(matrix.elements == before)
        let rank = min(rows, columns)
        let (lower, upper) = (try Matrix<Double>.zeros(rows, rank), try Matrix<Double>.zeros(rank, columns))
        factors.writeLower(into: lower)
        try factors.writeUnitUpper(into: upper)
        #expect(lower.elements.allSatisfy { abs($0) <= 1 }, "partial pivoting")
        for k in 0..<rank {
            #expect(upper[k, k] == 1 && (0..<k).allSatisfy { upper[k, $0] == 0 })
            #expect((0..<rows).count { lower[$0, k] != 0 } == rows - k)
            for row in 0..<rows { lower[row, k] *= factors.pivot(k) }
        }
        let product = try Matrix<Double>.zeros(rows, columns)
        product.setProduct(lower, upper)
        #expect(Deviation(product.elements, from: before).relative < 1e-13)
    }

    @Test func aZeroPivotIsAnError() throws {
        let singular = try Matrix<Float>.of(2, 2, [1, 2, 2, 4])
        let factors = try LUFactors(of: singular, ledger: MemoryLedger())
        #expect(throws: LinearAlgebraError.self) { try factors.writeUnitUpper(into: .zeros(2, 2)) }
        singular[0, 0] = .nan
        #expect(throws: LinearAlgebraError.self) { try LUFactors(of: singular, ledger: MemoryLedger()) }
    }
}
