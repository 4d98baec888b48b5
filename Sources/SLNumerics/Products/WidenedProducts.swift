/// Products of brain floats on a processor without units for them: the operands are expanded a block at a time and multiplied in full.
/// A product of two brain floats is exact in fp32, so only the order of the sums differs from what such units do.
package enum WidenedProducts {
    /// Rows and columns of the result that are computed at a time, and the terms of a sum: 3 MiB of expanded operands.
    private static let rows = 256, columns = 1024, terms = 512

    package static func multiply(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>
    ) {
        forEachBlock(layout) { m, n in
            let target = c + m.lowerBound * layout.ldc + n.lowerBound
            block(layout, m, n, alpha, a, b, beta, target, layout.ldc)
        }
    }

    package static func multiply(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>,
        rounding c: UnsafeMutablePointer<BFloat16>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { sums in
            guard let sums = sums.baseAddress else { return }
            forEachBlock(layout) { m, n in
                block(layout, m, n, alpha, a, b, 0, sums, n.count)
                for row in 0..<m.count {
                    BFloat16.compress(sums + row * n.count, into: c + (m.lowerBound + row) * layout.ldc + n.lowerBound, n.count)
                }
            }
        }
    }

    private static func forEachBlock(_ layout: ProductLayout, _ body: (_ m: Range<Int>, _ n: Range<Int>) -> Void) {
        for n in stride(from: 0, to: layout.n, by: columns) {
            for m in stride(from: 0, to: layout.m, by: rows) { body(m..<min(m + rows, layout.m), n..<min(n + columns, layout.n)) }
        }
    }

    /// One block of the result, its sums in pieces of ``terms``.
    private static func block(
        _ layout: ProductLayout, _ m: Range<Int>, _ n: Range<Int>, _ alpha: Float, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>,
        _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        let step = min(terms, max(1, layout.k))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: step * (m.count + n.count)) { space in
            guard let left = space.baseAddress else { return }
            let right = left + step * m.count
            var start = 0
            repeat {
                let k = start..<min(start + step, layout.k)
                expand(a, layout.lda, outer: m, inner: k, isTransposed: layout.transposeA, into: left)
                expand(b, layout.ldb, outer: n, inner: k, isTransposed: !layout.transposeB, into: right)
                let part = ProductLayout(
                    transposeA: layout.transposeA, transposeB: layout.transposeB, m: m.count, n: n.count, k: k.count,
                    lda: max(1, layout.transposeA ? m.count : k.count), ldb: max(1, layout.transposeB ? k.count : n.count), ldc: ldc)
                Float.gemm(part, alpha, left, right, start == 0 ? beta : 1, c)
                start += step
            } while start < layout.k
        }
    }

    /// A block of an operand in full, without gaps. `outer`: its side of the result; `inner`: the sum's.
    private static func expand(
        _ x: UnsafePointer<BFloat16>, _ ld: Int, outer: Range<Int>, inner: Range<Int>, isTransposed: Bool, into target: UnsafeMutablePointer<Float>
    ) {
        let (rows, columns) = isTransposed ? (inner, outer) : (outer, inner)
        for (index, row) in rows.enumerated() {
            BFloat16.expand(x + row * ld + columns.lowerBound, into: target + index * columns.count, columns.count)
        }
    }
}
