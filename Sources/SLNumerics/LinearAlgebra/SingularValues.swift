import COpenBLAS

/// The singular values of a row-major matrix without its vectors, exact (LAPACK gesdd): a third of the work of ``ThinSVD``.
public enum SingularValues {
    /// 4-byte elements that ``of(_:ledger:)`` allocates, for planners.
    public static func workspaceCount<Element: Scalar>(rows: Int, columns: Int, _ type: Element.Type = Float.self) -> Int {
        let elements = rows * columns + min(rows, columns) + Element.gesddValuesWorkCount(rows: columns, columns: rows)
        return elements * MemoryLayout<Element>.size / 4 + 8 * min(rows, columns)
    }

    /// All of them, descending.
    ///
    /// - Parameter matrix: not modified.
    /// - Throws: ``LinearAlgebraError`` when the input is not finite or the iteration does not converge, ``OutOfMemoryError``.
    /// - Complexity: O(m·n·min(m, n)).
    public static func of<Element: Scalar>(_ matrix: Matrix<Element>, ledger: MemoryLedger) throws -> [Double] {
        guard matrix.isFinite else { throw LinearAlgebraError(routine: "gesdd", info: -5) }
        let (m, n) = (matrix.rows, matrix.columns)
        guard m > 0, n > 0 else { return [] }
        let copy = try Matrix<Element>(rows: m, columns: n, category: .workspace, ledger: ledger)
        copy.copy(from: matrix)
        let values = try Matrix<Element>(rows: 1, columns: min(m, n), category: .workspace, ledger: ledger)
        let workCount = Element.gesddValuesWorkCount(rows: n, columns: m)
        let work = try Allocation<Element>(count: workCount, category: .workspace, ledger: ledger)
        let integerWork = try Allocation<Int32>(count: 8 * min(m, n), category: .workspace, ledger: ledger)
        // In memory, our row-major A is LAPACK's column-major Aᵀ, which has the same values.
        try withExtendedLifetime((copy, values, work, integerWork)) {
            try Element.gesddValues(
                copy.base, rows: n, columns: m, into: values.base, work: work.base, workCount: workCount, integerWork: integerWork.base)
        }
        return values.elements.map { Double($0) }
    }
}

extension Float {
    public static func gesddValues(
        _ matrix: Row, rows: Int, columns: Int, into values: Row, work: Row, workCount: Int, integerWork: UnsafeMutablePointer<Int32>
    ) throws {
        let info = LAPACKE_sgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(rows), Int32(columns), matrix, Int32(rows), values, nil, 1, nil, 1, work,
            Int32(workCount), integerWork)
        if info != 0 { throw LinearAlgebraError(routine: "sgesdd", info: Int(info)) }
    }

    public static func gesddValuesWorkCount(rows: Int, columns: Int) -> Int {
        var answer: Float = 0
        _ = LAPACKE_sgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(rows), Int32(columns), nil, Int32(rows), nil, nil, 1, nil, 1, &answer, -1, nil)
        return Int(answer.nextUp.rounded(.up))
    }
}

extension Double {
    public static func gesddValues(
        _ matrix: Row, rows: Int, columns: Int, into values: Row, work: Row, workCount: Int, integerWork: UnsafeMutablePointer<Int32>
    ) throws {
        let info = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(rows), Int32(columns), matrix, Int32(rows), values, nil, 1, nil, 1, work,
            Int32(workCount), integerWork)
        if info != 0 { throw LinearAlgebraError(routine: "dgesdd", info: Int(info)) }
    }

    public static func gesddValuesWorkCount(rows: Int, columns: Int) -> Int {
        var answer = 0.0
        _ = LAPACKE_dgesdd_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(rows), Int32(columns), nil, Int32(rows), nil, nil, 1, nil, 1, &answer, -1, nil)
        return Int(answer.rounded(.up))
    }
}
