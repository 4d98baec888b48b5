import COpenBLAS

extension Matrix where Element: Scalar {
    /// self ← scale · left · right + keep · self. `left` [m, k], `right` [k, n], self [m, n].
    ///
    /// - Parameters:
    ///   - keep: 0 overwrites, 1 accumulates.
    ///   - sharedBy: number of threads that run products of their own at this moment (see ``Compute/tasks(_:_:)``).
    /// - Complexity: 2·m·n·k FLOPs; allocates nothing.
    public func setProduct(_ left: Matrix, _ right: Matrix, scale: Element = 1, keep: Element = 0, sharedBy workers: Int = 1) {
        precondition(left.columns == right.rows, "\(left.rows)x\(left.columns) times \(right.rows)x\(right.columns)")
        multiply(left, false, right, false, left.rows, right.columns, left.columns, scale, keep, workers)
    }

    /// self ← scale · left · rightᵀ + keep · self. `left` [m, k], `right` [n, k], self [m, n].
    public func setProduct(_ left: Matrix, transposing right: Matrix, scale: Element = 1, keep: Element = 0, sharedBy workers: Int = 1) {
        precondition(left.columns == right.columns, "\(left.rows)x\(left.columns) times transposed \(right.rows)x\(right.columns)")
        multiply(left, false, right, true, left.rows, right.rows, left.columns, scale, keep, workers)
    }

    /// self ← scale · leftᵀ · right + keep · self. `left` [k, m], `right` [k, n], self [m, n].
    public func setProduct(transposing left: Matrix, _ right: Matrix, scale: Element = 1, keep: Element = 0, sharedBy workers: Int = 1) {
        precondition(left.rows == right.rows, "transposed \(left.rows)x\(left.columns) times \(right.rows)x\(right.columns)")
        multiply(left, true, right, false, left.columns, right.columns, left.rows, scale, keep, workers)
    }

    private func multiply(
        _ left: Matrix, _ leftTransposed: Bool, _ right: Matrix, _ rightTransposed: Bool, _ m: Int, _ n: Int, _ k: Int,
        _ scale: Element, _ keep: Element, _ workers: Int
    ) {
        precondition(m == rows && n == columns, "a product of \(m)x\(n) into \(rows)x\(columns)")
        guard m > 0, n > 0 else { return }
        ProductClock.measure(operations: 2 * m * n * k, sharedBy: workers) {
            Element.gemm(
                leftTransposed, rightTransposed, m, n, k, scale, left.base, max(1, left.stride), right.base,
                max(1, right.stride), keep, base, max(1, stride))
        }
    }
}

extension Float {
    public static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
        _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
            blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
    }
}

extension Double {
    public static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
        _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>, _ ldc: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
            blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
    }
}
