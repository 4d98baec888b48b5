import COpenBLAS

/// A [m, n] = P·L·U with partial pivoting by rows (LAPACK getrf): L has ones on its diagonal, U is upper triangular, P permutes rows.
public struct LUFactors<Element: Scalar> {
    /// Column-major, as LAPACK has it: row j here is column j of both factors.
    private let columns: Matrix<Element>  // [n, m]
    /// Where row i of L stands in A.
    private let origin: [Int]

    /// - Parameter matrix: not modified.
    /// - Throws: ``LinearAlgebraError`` for input that is not finite, ``OutOfMemoryError``.
    public init(of matrix: Matrix<Element>, ledger: MemoryLedger) throws {
        guard matrix.isFinite else { throw LinearAlgebraError(routine: "getrf", info: -4) }
        let (m, n) = (matrix.rows, matrix.columns)
        columns = try Matrix(rows: n, columns: m, category: .workspace, ledger: ledger)
        for i in 0..<m {
            for j in 0..<n { columns.base[j * m + i] = matrix.base[i * matrix.stride + j] }
        }
        var pivots = [Int32](repeating: 0, count: min(m, n))
        try Element.getrf(columns.base, rows: m, columns: n, pivots: &pivots)
        var order = Array(0..<m)
        for (i, pivot) in pivots.enumerated() { order.swapAt(i, Int(pivot) - 1) }
        origin = order
    }

    /// The k-th diagonal element of U.
    public func pivot(_ k: Int) -> Element { columns[k, k] }

    /// target [m, r] ← the first r columns of P·L.
    public func writeLower(into target: Matrix<Element>) {
        for (i, row) in origin.enumerated() {
            for k in 0..<target.columns { target[row, k] = i > k ? columns[k, i] : i == k ? 1 : 0 }
        }
    }

    /// target [r, n] ← the first r rows of U, each divided by its diagonal element.
    ///
    /// - Throws: ``LinearAlgebraError`` where one is zero.
    public func writeUnitUpper(into target: Matrix<Element>) throws {
        for k in 0..<target.rows {
            guard pivot(k) != 0 else { throw LinearAlgebraError(routine: "getrf", info: k + 1) }
            for j in 0..<target.columns { target[k, j] = j < k ? 0 : j == k ? 1 : columns[j, k] / pivot(k) }
        }
    }
}

extension Float {
    public static func getrf(_ a: UnsafeMutablePointer<Float>, rows: Int, columns: Int, pivots: UnsafeMutablePointer<Int32>) throws {
        // A pivot that is zero is no failure here: whoever divides by it sees it.
        let info = LAPACKE_sgetrf_work(LAPACK_COL_MAJOR, Int32(rows), Int32(columns), a, Int32(rows), pivots)
        if info < 0 { throw LinearAlgebraError(routine: "sgetrf", info: Int(info)) }
    }
}

extension Double {
    public static func getrf(_ a: UnsafeMutablePointer<Double>, rows: Int, columns: Int, pivots: UnsafeMutablePointer<Int32>) throws {
        let info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, Int32(rows), Int32(columns), a, Int32(rows), pivots)
        if info < 0 { throw LinearAlgebraError(routine: "dgetrf", info: Int(info)) }
    }
}
