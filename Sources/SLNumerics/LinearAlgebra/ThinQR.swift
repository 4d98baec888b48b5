/// Makes the rows of a wide matrix orthonormal and keeps their span: the Q of a thin QR of the transpose.
///
/// Cholesky QR, T·Tᵀ = L·Lᵀ and Q = L⁻¹·T, is matrix products almost entirely, and twice it is as orthonormal as
/// Householder's. It needs rows that are not dependent to working precision; where the Gram matrix says otherwise,
/// LAPACK's Householder QR takes over, which answers with orthonormal rows for any input, zeros included.
///
/// Source: Yamamoto, Nakatsukasa, Yanagisawa and Fukaya 2015, Roundoff error analysis of the CholeskyQR2 algorithm.
public struct ThinQR<Element: Scalar> {
    private let gram: Matrix<Element>
    private let tau: Allocation<Element>
    private let work: Allocation<Element>

    /// Elements that ``init(rows:columns:ledger:)`` allocates.
    public static func workspaceCount(rows: Int, columns: Int) -> Int {
        rows * rows + rows + Element.householderWorkCount(rows: columns, columns: rows)
    }

    /// Working space for matrices of `rows` rows and up to `columns` columns.
    ///
    /// - Throws: ``OutOfMemoryError``.
    public init(rows: Int, columns: Int, ledger: MemoryLedger) throws {
        gram = try Matrix(rows: rows, columns: rows, category: .workspace, ledger: ledger)
        tau = try Allocation(count: rows, category: .workspace, ledger: ledger)
        work = try Allocation(
            count: Element.householderWorkCount(rows: columns, columns: rows), category: .workspace, ledger: ledger)
    }

    /// Orthonormal to working precision.
    ///
    /// - Precondition: contiguous, no more rows than columns, as many rows as this space was made for.
    /// - Throws: ``LinearAlgebraError``.
    /// - Complexity: 4 to 6 · rows² · columns FLOPs.
    public func orthonormalizeRows(of matrix: Matrix<Element>) throws {
        guard try conditionRowsByCholesky(of: matrix) else { return }
        setGram(of: matrix)
        // The second pass repairs all that the first left over, provided that it is less than this.
        guard squaredDistanceFromIdentity < 0.25, Element.potrf(gram.base, gram.rows) else { return try householder(matrix) }
        divide(matrix)
    }

    /// Nearly orthonormal at half the price: enough between two products of a power iteration, where only the span counts.
    public func conditionRows(of matrix: Matrix<Element>) throws { _ = try conditionRowsByCholesky(of: matrix) }

    /// Returns `false` when Householder's QR had to be taken, after which nothing remains to be done.
    private func conditionRowsByCholesky(of matrix: Matrix<Element>) throws -> Bool {
        precondition(matrix.isContiguous && matrix.rows == gram.rows && matrix.rows <= matrix.columns)
        setGram(of: matrix)
        guard Element.potrf(gram.base, gram.rows), isTrustworthy else {
            try householder(matrix)
            return false
        }
        divide(matrix)
        return true
    }

    /// The lower triangle of matrix · matrixᵀ, a block of rows at a time.
    private func setGram(of matrix: Matrix<Element>) {
        for start in stride(from: 0, to: matrix.rows, by: 128) {
            let end = min(matrix.rows, start + 128)
            gram.window(rows: start..<end, columns: 0..<end)
                .setProduct(matrix.window(rows: start..<end), transposing: matrix.window(rows: 0..<end))
        }
    }

    /// Whether the part of each row that is orthogonal to the rows before it stands out from the rounding errors of the
    /// products. It does not for (nearly) dependent rows, for squares that underflow and for such that overflow.
    private var isTrustworthy: Bool {
        let smallest = Element.leastNormalMagnitude / (Element.ulpOfOne * Element.ulpOfOne)
        return (0..<gram.rows).allSatisfy { row in
            let length = Element.sumOfSquares(gram.row(row), row + 1)
            let rest = gram[row, row] * gram[row, row]
            return length.isFinite && rest >= smallest && Double(rest) >= 100 * Double(Element.ulpOfOne) * length
        }
    }

    private var squaredDistanceFromIdentity: Double {
        (0..<gram.rows).reduce(0) { sum, row in
            let deviation = Double(gram[row, row]) - 1
            return sum + deviation * deviation + 2 * Element.sumOfSquares(gram.row(row), row)
        }
    }

    /// matrix ← L⁻¹ · matrix
    private func divide(_ matrix: Matrix<Element>) {
        let (rows, factor) = (matrix.rows, gram)
        Compute.ranges(of: matrix.columns, grain: max(16, 100_000 / (rows * rows)), alignment: 16) { _, range in
            Element.trsm(factor.base, rows, matrix.base + range.lowerBound, columns: range.count, stride: matrix.stride)
        }
    }

    private func householder(_ matrix: Matrix<Element>) throws {
        // In memory, our rows are LAPACK's columns.
        let (long, short) = (matrix.columns, matrix.rows)
        try withExtendedLifetime((matrix, self)) {
            try Element.geqrf(matrix.base, rows: long, columns: short, tau: tau.base, work: work.base, workCount: work.count)
            try Element.orgqr(matrix.base, rows: long, columns: short, tau: tau.base, work: work.base, workCount: work.count)
        }
    }
}
