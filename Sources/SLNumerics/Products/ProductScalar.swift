/// A number type whose matrices can be multiplied.
public protocol ProductScalar: RealScalar {
    /// c ← alpha · op(a) · op(b) + beta · c on this thread; op(a) [m, k], op(b) [k, n], c [m, n], all row-major.
    ///
    /// - Parameters: `lda`, `ldb`, `ldc`: elements from one row to the next in memory.
    static func gemm(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>,
        _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
}
