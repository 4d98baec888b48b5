import COpenBLAS

/// LAPACK could not finish a decomposition.
public struct LinearAlgebraError: Error, Sendable, CustomStringConvertible {
    public let routine: String
    public let info: Int
    public var description: String {
        info < 0 ? "\(routine): argument \(-info) is not acceptable (NaN or infinite input)" : "\(routine) did not converge (info \(info))"
    }
}

/// One thin SVD in LAPACK's terms: column-major, `rows` × `columns`, so the transpose of a row-major matrix.
public struct SVDProblem<Element: BitwiseCopyable> {
    let rows: Int
    let columns: Int
    let matrix: UnsafeMutablePointer<Element>
    let singularValues: UnsafeMutablePointer<Element>
    let left: UnsafeMutablePointer<Element>
    let right: UnsafeMutablePointer<Element>
    let work: UnsafeMutablePointer<Element>
    let workCount: Int
    let integerWork: UnsafeMutablePointer<Int32>
}

/// The thin singular value decomposition of a row-major matrix, exact (LAPACK gesdd).
///
/// A [m, n] = U · diag(σ) · Vᵀ with k = min(m, n), σ descending. Signs of paired vectors are LAPACK's choice.
public struct ThinSVD<Element: Scalar> {
    public let left: Matrix<Element>  // U [m, k]
    public let singularValues: Matrix<Element>  // σ [1, k]
    public let right: Matrix<Element>  // Vᵀ [k, n]

    /// 4-byte elements of working space that ``init(of:ledger:)`` allocates besides its results, for the planner.
    public static func workspaceCount(rows: Int, columns: Int) -> Int {
        rows * columns + Element.gesddWorkCount(rows: columns, columns: rows) + 8 * min(rows, columns)
    }

    /// Elements of the results.
    public static func resultCount(rows: Int, columns: Int) -> Int { min(rows, columns) * (rows + columns + 1) }

    /// - Parameter matrix: not modified.
    /// - Throws: ``LinearAlgebraError`` when the input is not finite or the iteration does not converge, ``OutOfMemoryError``.
    /// - Complexity: O(m·n·min(m, n)).
    public init(of matrix: Matrix<Element>, ledger: MemoryLedger) throws {
        // LAPACK answers infinite elements with infinite factors and no error.
        guard matrix.isFinite else { throw LinearAlgebraError(routine: "gesdd", info: -5) }
        let (m, n) = (matrix.rows, matrix.columns)
        let k = min(m, n)
        left = try Matrix(rows: m, columns: k, category: .workspace, ledger: ledger)
        singularValues = try Matrix(rows: 1, columns: k, category: .workspace, ledger: ledger)
        right = try Matrix(rows: k, columns: n, category: .workspace, ledger: ledger)
        let copy = try Matrix<Element>(rows: m, columns: n, category: .workspace, ledger: ledger)
        copy.copy(from: matrix)
        let workCount = Element.gesddWorkCount(rows: n, columns: m)
        let work = try Allocation<Element>(count: workCount, category: .workspace, ledger: ledger)
        let integerWork = try Allocation<Int32>(count: 8 * k, category: .workspace, ledger: ledger)
        // In memory, our row-major A is LAPACK's column-major Aᵀ = V σ Uᵀ: its left vectors come out as rows of Vᵀ,
        // its right ones as rows of U. Nothing is transposed.
        try Element.gesdd(
            SVDProblem(
                rows: n, columns: m, matrix: copy.base, singularValues: singularValues.base, left: right.base,
                right: left.base, work: work.base, workCount: workCount, integerWork: integerWork.base))
    }
}

extension Float {
    public static func gesdd(_ p: SVDProblem<Float>) throws {
        let info = LAPACKE_sgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(p.rows), Int32(p.columns), p.matrix, Int32(p.rows), p.singularValues,
            p.left, Int32(p.rows), p.right, Int32(min(p.rows, p.columns)), p.work, Int32(p.workCount), p.integerWork)
        if info != 0 { throw LinearAlgebraError(routine: "sgesdd", info: Int(info)) }
    }

    public static func gesddWorkCount(rows: Int, columns: Int) -> Int {
        var answer: Float = 0
        _ = LAPACKE_sgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(rows), Int32(columns), nil, Int32(rows), nil, nil, Int32(rows), nil,
            Int32(min(rows, columns)), &answer, -1, nil)
        return Int(answer.nextUp.rounded(.up))
    }
}

extension Double {
    public static func gesdd(_ p: SVDProblem<Double>) throws {
        let info = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(p.rows), Int32(p.columns), p.matrix, Int32(p.rows), p.singularValues,
            p.left, Int32(p.rows), p.right, Int32(min(p.rows, p.columns)), p.work, Int32(p.workCount), p.integerWork)
        if info != 0 { throw LinearAlgebraError(routine: "dgesdd", info: Int(info)) }
    }

    public static func gesddWorkCount(rows: Int, columns: Int) -> Int {
        var answer = 0.0
        _ = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(rows), Int32(columns), nil, Int32(rows), nil, nil, Int32(rows), nil,
            Int32(min(rows, columns)), &answer, -1, nil)
        return Int(answer.rounded(.up))
    }
}
