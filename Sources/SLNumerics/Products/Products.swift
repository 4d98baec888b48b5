import COpenBLAS

extension Matrix where Element: Scalar {
    /// self ← scale · left · right + keep · self. `left` [m, k], `right` [k, n], self [m, n].
    ///
    /// - Parameters:
    ///   - keep: 0 overwrites, 1 accumulates.
    ///   - sharedBy: number of threads that run products of their own at this moment (see ``Compute/tasks(_:_:)``).
    /// - Complexity: 2·m·n·k FLOPs; allocates nothing.
    public func setProduct(
        _ left: some ProductOperand<Element>, _ right: some ProductOperand<Element>, scale: Element = 1, keep: Element = 0, sharedBy workers: Int = 1
    ) {
        let (left, right) = (left.operand, right.operand)
        precondition(left.columns == right.rows, "\(left.rows)x\(left.columns) times \(right.rows)x\(right.columns)")
        multiply(left, false, right, false, left.rows, right.columns, left.columns, scale, keep, workers)
    }

    /// self ← scale · left · rightᵀ + keep · self. `left` [m, k], `right` [n, k], self [m, n].
    public func setProduct(
        _ left: some ProductOperand<Element>, transposing right: some ProductOperand<Element>, scale: Element = 1, keep: Element = 0,
        sharedBy workers: Int = 1
    ) {
        let (left, right) = (left.operand, right.operand)
        precondition(left.columns == right.columns, "\(left.rows)x\(left.columns) times transposed \(right.rows)x\(right.columns)")
        multiply(left, false, right, true, left.rows, right.rows, left.columns, scale, keep, workers)
    }

    /// self ← scale · leftᵀ · right + keep · self. `left` [k, m], `right` [k, n], self [m, n].
    public func setProduct(
        transposing left: some ProductOperand<Element>, _ right: some ProductOperand<Element>, scale: Element = 1, keep: Element = 0,
        sharedBy workers: Int = 1
    ) {
        let (left, right) = (left.operand, right.operand)
        precondition(left.rows == right.rows, "transposed \(left.rows)x\(left.columns) times \(right.rows)x\(right.columns)")
        multiply(left, true, right, false, left.columns, right.columns, left.rows, scale, keep, workers)
    }

    private func multiply(
        _ left: Operand<Element>, _ leftTransposed: Bool, _ right: Operand<Element>, _ rightTransposed: Bool, _ m: Int, _ n: Int, _ k: Int,
        _ scale: Element, _ keep: Element, _ workers: Int
    ) {
        precondition(m == rows && n == columns, "a product of \(m)x\(n) into \(rows)x\(columns)")
        guard m > 0, n > 0 else { return }
        ProductClock.measure(operations: 2 * m * n * k, sharedBy: workers) {
            // The longer side is cut: every thread packs the other operand whole.
            let cutsRows = m >= n
            let pieces = workers > 1 ? 1 : Self.pieceCount(m, n, k)
            guard pieces > 1 else {
                return call(left, leftTransposed, right, rightTransposed, 0..<m, 0..<n, k, scale, keep)
            }
            Compute.concurrently(pieces) { piece in
                let range = Compute.bounds(of: piece, in: pieces, count: cutsRows ? m : n, alignment: 16)
                if range.isEmpty { return }
                call(
                    left, leftTransposed, right, rightTransposed, cutsRows ? range : 0..<m, cutsRows ? 0..<n : range, k, scale, keep)
            }
        }
    }

    /// Threads that share a product: one below about a hundred thousand multiplications, which take as long as waking another.
    private static func pieceCount(_ m: Int, _ n: Int, _ k: Int) -> Int {
        m * n * max(1, k) < 100_000 ? 1 : min(Compute.threads, (max(m, n) + 15) / 16)
    }

    /// One product on this thread: the given rows and columns of the result.
    private func call(
        _ left: Operand<Element>, _ leftTransposed: Bool, _ right: Operand<Element>, _ rightTransposed: Bool, _ rowRange: Range<Int>,
        _ columnRange: Range<Int>, _ k: Int, _ scale: Element, _ keep: Element
    ) {
        let (left, right) = (left.matrix, right.matrix)
        let (firstRow, firstColumn) = (rowRange.lowerBound, columnRange.lowerBound)
        let a = left.base + (leftTransposed ? firstRow : firstRow * left.stride)
        let b = right.base + (rightTransposed ? firstColumn * right.stride : firstColumn)
        let c = base + firstRow * stride + firstColumn
        let (m, n) = (rowRange.count, columnRange.count)
        let (lda, ldb, ldc) = (Swift.max(1, left.stride), Swift.max(1, right.stride), Swift.max(1, stride))
        Element.gemm(leftTransposed, rightTransposed, m, n, k, scale, a, lda, b, ldb, keep, c, ldc)
        if ProductLog.isRecording {
            nonisolated(unsafe) let (a, b, c) = (a, b, c)
            ProductLog.add(operations: 2 * m * n * k) {
                withExtendedLifetime((left, right, self)) {
                    Element.gemm(leftTransposed, rightTransposed, m, n, k, scale, a, lda, b, ldb, keep, c, ldc)
                }
            }
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
