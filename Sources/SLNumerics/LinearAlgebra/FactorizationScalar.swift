/// A number type whose matrices LAPACK can decompose.
public protocol FactorizationScalar: RealScalar {
    // Singular values: see ``ThinSVD``.
    static func gesdd(_ problem: SVDProblem<Self>) throws
    static func gesddWorkCount(rows: Int, columns: Int) -> Int
    /// The values alone of a column-major `rows` × `columns` matrix, which is overwritten: see ``SingularValues``.
    static func gesddValues(
        _ matrix: Row, rows: Int, columns: Int, into values: Row, work: Row, workCount: Int, integerWork: UnsafeMutablePointer<Int32>) throws
    static func gesddValuesWorkCount(rows: Int, columns: Int) -> Int

    // Orthonormal rows: see ``ThinQR``.
    /// The lower triangle of `a`, row-major and `n` wide, becomes L with L·Lᵀ = a; `false` when a is not positive definite.
    static func potrf(_ a: Row, _ n: Int) -> Bool
    /// x [n, columns] becomes L⁻¹·x.
    static func trsm(_ lower: UnsafePointer<Self>, _ n: Int, _ x: Row, columns: Int, stride: Int)
    /// Householder QR of a column-major `rows` × `columns` matrix; `orgqr` then turns it into the orthonormal factor.
    static func geqrf(_ a: Row, rows: Int, columns: Int, tau: Row, work: Row, workCount: Int) throws
    static func orgqr(_ a: Row, rows: Int, columns: Int, tau: Row, work: Row, workCount: Int) throws
    /// Working space for either.
    static func householderWorkCount(rows: Int, columns: Int) -> Int

    /// P·L·U of a column-major `rows` × `columns` matrix, both factors in its place; pivots count from 1: see ``LUFactors``.
    static func getrf(_ a: Row, rows: Int, columns: Int, pivots: UnsafeMutablePointer<Int32>) throws
}
