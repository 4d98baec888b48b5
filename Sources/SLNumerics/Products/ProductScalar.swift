/// What a product on one thread is of: op(a) [m, k], op(b) [k, n], c [m, n], all row-major.
public struct ProductLayout: Sendable, Hashable {
    public var transposeA, transposeB: Bool
    public var m, n, k: Int
    /// Elements from one row to the next in memory.
    public var lda, ldb, ldc: Int

    public init(transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, lda: Int, ldb: Int, ldc: Int) {
        self.transposeA = transposeA
        self.transposeB = transposeB
        self.m = m
        self.n = n
        self.k = k
        self.lda = lda
        self.ldb = ldb
        self.ldc = ldc
    }
}

/// A number type whose matrices can be multiplied: c ← alpha · op(a) · op(b) + beta · c on this thread. With beta 0 nothing of c is read.
public protocol ProductScalar: RealScalar {
    static func gemm(
        _ layout: ProductLayout, _ alpha: Self, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ beta: Self, _ c: UnsafeMutablePointer<Self>)

    /// Of brain floats, with sums in this type.
    static func gemm(
        _ layout: ProductLayout, _ alpha: Self, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>, _ beta: Self,
        _ c: UnsafeMutablePointer<Self>)

    /// Of brain floats, with sums in this type, each of which is rounded when it is complete.
    static func gemm(
        _ layout: ProductLayout, _ alpha: Self, _ a: UnsafePointer<BFloat16>, _ b: UnsafePointer<BFloat16>,
        rounding c: UnsafeMutablePointer<BFloat16>)
}
