/// Whether the kernels that multiply do it rightly: products of odd shapes, operands transposed, rows apart, a single row, some below
/// and some above the size where libraries change kernels, beside plain sums in `Double`.
///
/// In whatever order an element of c ← α·op(a)·op(b) + β·c is summed, it is off by at most γ·(|α|·Σ|a·b| + |β·c|) with
/// γ = n·u / (1 − n·u), n = k + 3 roundings, u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002,
/// section 3.1). Kernels that go beyond it, or write beside c, are wrong, whatever their instructions; a sum without one of its products is
/// beyond it by far.
public struct ProductCheck: Sendable, Hashable {
    /// c ← alpha · op(a) · op(b) + beta · c, as ``ProductScalar`` has it for `Float`.
    package typealias Multiply = (ProductLayout, Float, UnsafePointer<Float>, UnsafePointer<Float>, Float, UnsafeMutablePointer<Float>) -> Void

    /// Rows and columns of the result, length of the sums. The last is above a million multiplications, where SkylakeX's kernels for small
    /// matrices end (sgemm_small_kernel_permit_skylakex.c of OpenBLAS 0.3.21), and longer than a block of the sum.
    public static let shapes = [(1, 97, 300), (300, 1, 65), (5, 7, 33), (16, 48, 64), (31, 64, 17), (65, 33, 129), (40, 70, 700)]

    /// What stands for an error that is no number, or for a write beside the result.
    public static let wholly = 1e30

    /// Products that were compared.
    public private(set) var products = 0
    /// The largest error in units of its bound: 1 and less is right.
    public private(set) var worst = 0.0
    /// The product with it: `65×33×129, left transposed`.
    public private(set) var worstProduct = ""

    public var isRight: Bool { products > 0 && worst <= 1 }

    /// OpenBLAS's kernels, as they were picked for this process.
    public init() { self.init(multiply: ProductCheck.openBLAS) }

    /// - Parameter multiply: what is looked at.
    package init(shapes: [(Int, Int, Int)] = ProductCheck.shapes, multiply: Multiply = ProductCheck.openBLAS) {
        for (m, n, k) in shapes {
            for (transposesLeft, transposesRight) in [(false, false), (false, true), (true, false), (true, true)] {
                for (scale, keep) in [(1, 0), (-0.5, 1)] as [(Float, Float)] {
                    let product = OddProduct(
                        m: m, n: n, k: k, transposesLeft: transposesLeft, transposesRight: transposesRight, scale: scale, keep: keep)
                    let error = product.error(of: multiply)
                    products += 1
                    if error > worst { (worst, worstProduct) = (error, product.words) }
                }
            }
        }
    }

    /// The library's own kernels, whoever multiplies otherwise.
    package static func openBLAS(
        _ layout: ProductLayout, _ alpha: Float, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ beta: Float, _ c: UnsafeMutablePointer<Float>
    ) {
        OpenBLASProducts.gemm(layout, alpha, a, b, beta, c)
    }
}
