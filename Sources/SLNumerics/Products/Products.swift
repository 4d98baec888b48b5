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
        Operand(self).multiply(left.operand, false, right.operand, false, scale, keep, workers)
    }

    /// self ← scale · left · rightᵀ + keep · self. `left` [m, k], `right` [n, k], self [m, n].
    public func setProduct(
        _ left: some ProductOperand<Element>, transposing right: some ProductOperand<Element>, scale: Element = 1, keep: Element = 0,
        sharedBy workers: Int = 1
    ) {
        Operand(self).multiply(left.operand, false, right.operand, true, scale, keep, workers)
    }

    /// self ← scale · leftᵀ · right + keep · self. `left` [k, m], `right` [k, n], self [m, n].
    public func setProduct(
        transposing left: some ProductOperand<Element>, _ right: some ProductOperand<Element>, scale: Element = 1, keep: Element = 0,
        sharedBy workers: Int = 1
    ) {
        Operand(self).multiply(left.operand, true, right.operand, false, scale, keep, workers)
    }
}

/// The same into what another product reads: sums are rounded when they are complete.
extension Operand {
    /// self ← scale · left · right. `left` [m, k], `right` [k, n], self [m, n].
    public func setProduct(
        _ left: some ProductOperand<Element>, _ right: some ProductOperand<Element>, scale: Element = 1, sharedBy workers: Int = 1
    ) {
        multiply(left.operand, false, right.operand, false, scale, 0, workers)
    }

    /// self ← scale · left · rightᵀ. `left` [m, k], `right` [n, k], self [m, n].
    public func setProduct(
        _ left: some ProductOperand<Element>, transposing right: some ProductOperand<Element>, scale: Element = 1, sharedBy workers: Int = 1
    ) {
        multiply(left.operand, false, right.operand, true, scale, 0, workers)
    }

    /// self ← scale · leftᵀ · right. `left` [k, m], `right` [k, n], self [m, n].
    public func setProduct(
        transposing left: some ProductOperand<Element>, _ right: some ProductOperand<Element>, scale: Element = 1, sharedBy workers: Int = 1
    ) {
        multiply(left.operand, true, right.operand, false, scale, 0, workers)
    }

    fileprivate func multiply(
        _ left: Operand, _ leftTransposed: Bool, _ right: Operand, _ rightTransposed: Bool, _ scale: Element, _ keep: Element, _ workers: Int
    ) {
        let (m, k) = leftTransposed ? (left.columns, left.rows) : (left.rows, left.columns)
        let (inner, n) = rightTransposed ? (right.columns, right.rows) : (right.rows, right.columns)
        precondition(k == inner, "\(left.rows)x\(left.columns) times \(right.rows)x\(right.columns), transposed: \(leftTransposed), \(rightTransposed)")
        precondition(m == rows && n == columns, "a product of \(m)x\(n) into \(rows)x\(columns)")
        guard m > 0, n > 0 else { return }
        ProductClock.measure(operations: 2 * m * n * k, sharedBy: workers) {
            // The longer side is cut: every thread packs the other operand whole.
            let cutsRows = m >= n
            let pieces = workers > 1 ? 1 : Self.pieceCount(m, n, k)
            guard pieces > 1 else {
                return piece(left, leftTransposed, right, rightTransposed, 0..<m, 0..<n, k, scale, keep)
            }
            Compute.concurrently(pieces) { index in
                let range = Compute.bounds(of: index, in: pieces, count: cutsRows ? m : n, alignment: 16)
                if range.isEmpty { return }
                piece(
                    left, leftTransposed, right, rightTransposed, cutsRows ? range : 0..<m, cutsRows ? 0..<n : range, k, scale, keep)
            }
        }
    }

    /// Threads that share a product: one below about a hundred thousand multiplications, which take as long as waking another.
    private static func pieceCount(_ m: Int, _ n: Int, _ k: Int) -> Int {
        m * n * max(1, k) < 100_000 ? 1 : min(Compute.threads, (max(m, n) + 15) / 16)
    }

    /// One product on this thread: the given rows and columns of the result.
    private func piece(
        _ left: Operand, _ leftTransposed: Bool, _ right: Operand, _ rightTransposed: Bool, _ rows: Range<Int>, _ columns: Range<Int>,
        _ k: Int, _ scale: Element, _ keep: Element
    ) {
        let part = ProductPart(leftTransposed: leftTransposed, rightTransposed: rightTransposed, rows: rows, columns: columns, k: k)
        switch (left.content, right.content, content) {
        case (.full(let left), .full(let right), .full(let target)):
            part.perform(left, right, into: target) { Element.gemm($0, scale, $1, $2, keep, $3) }
        case (.bf16(let left), .bf16(let right), .full(let target)):
            part.perform(left, right, into: target) { Element.gemm($0, scale, $1, $2, keep, $3) }
        case (.bf16(let left), .bf16(let right), .bf16(let target)):
            precondition(keep == 0, "sums that are rounded start anew")
            part.perform(left, right, into: target) { Element.gemm($0, scale, $1, $2, rounding: $3) }
        default:
            preconditionFailure("operands of one precision: \(left.precision) times \(right.precision) into \(precision)")
        }
    }
}

/// Which rows and columns of a product's result one thread computes.
struct ProductPart {
    let leftTransposed, rightTransposed: Bool
    let rows, columns: Range<Int>
    let k: Int

    @inline(__always) @discardableResult
    func perform<Input, Output, Result>(
        _ left: Matrix<Input>, _ right: Matrix<Input>, into target: Matrix<Output>,
        _ multiply: @escaping @Sendable (ProductLayout, UnsafePointer<Input>, UnsafePointer<Input>, UnsafeMutablePointer<Output>) -> Result
    ) -> Result {
        let a = left.base + (leftTransposed ? rows.lowerBound : rows.lowerBound * left.stride)
        let b = right.base + (rightTransposed ? columns.lowerBound * right.stride : columns.lowerBound)
        let c = target.base + rows.lowerBound * target.stride + columns.lowerBound
        let layout = ProductLayout(
            transposeA: leftTransposed, transposeB: rightTransposed, m: rows.count, n: columns.count, k: k, lda: Swift.max(1, left.stride),
            ldb: Swift.max(1, right.stride), ldc: Swift.max(1, target.stride))
        let result = multiply(layout, a, b, c)
        guard let log = ProductLog.current else { return result }
        nonisolated(unsafe) let (pointerA, pointerB, pointerC) = (a, b, c)
        log.add(operations: 2 * layout.m * layout.n * layout.k) {
            _ = withExtendedLifetime((left, right, target)) { multiply(layout, pointerA, pointerB, pointerC) }
        }
        return result
    }
}
