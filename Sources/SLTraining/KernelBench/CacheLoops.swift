import SLNumerics

/// Loops on data that stays in a core's own cache, one a thread, and the product that training is made of.
struct CacheLoops: Sendable {
    private static let side = 192
    private static let row = 4096

    /// How often a call goes over its data.
    private let rounds: Int
    private let squares: [Matrix<Float>]
    private let rows: [Matrix<Float>]
    private let large: (left: Matrix<Float>, right: Matrix<Float>, product: Matrix<Float>)

    init(threads: Int, rounds: Int) throws {
        self.rounds = max(1, rounds)
        let ledger = MemoryLedger()
        func make(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
            let matrix = try Matrix<Float>(rows: rows, columns: columns, category: .workspace, ledger: ledger)
            matrix.fill(0.5)
            return matrix
        }
        squares = try (0..<threads).map { _ in try make(3 * Self.side, Self.side) }
        rows = try (0..<threads).map { _ in try make(2, Self.row) }
        large = (try make(2048, 512), try make(1376, 512), try make(2048, 1376))
    }

    private var productRounds: Int { max(1, rounds / 10) }

    var productOperations: Int { 2 * Self.side * Self.side * Self.side * productRounds * squares.count }
    var largeProductOperations: Int { 2 * 2048 * 1376 * 512 }
    var rowElements: Int { Self.row * rounds * rows.count }

    func products() {
        Compute.tasks(squares.count) { _, task in
            let n = Self.side
            let a = unsafe squares[task].base
            for _ in 0..<productRounds { unsafe Float.gemm(ProductLayout(m: n, n: n, k: n, lda: n, ldb: n, ldc: n), 1, a, a + n * n, 0, a + 2 * n * n) }
        }
    }

    func largeProduct() { large.product.setProduct(large.left, transposing: large.right) }

    /// x becomes eˣ⁻¹ again and again; it stays near 1.
    func exponentials() {
        Compute.tasks(rows.count) { _, task in
            for _ in 0..<rounds {
                unsafe Float.causalProbabilities(rows[task].base, valid: Self.row, Self.row, scale: 1, logSumExp: 1)
            }
        }
    }

    func sigmoids() {
        Compute.tasks(rows.count) { _, task in
            let x = unsafe rows[task].base
            for _ in 0..<rounds { unsafe Float.silu(x, x + Self.row, Self.row) }
        }
    }
}
