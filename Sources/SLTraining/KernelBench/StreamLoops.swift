import SLNumerics

/// Loops that move memory and do nothing else worth mentioning, with ordinary loads and stores.
struct StreamLoops: Sendable {
    private typealias Vector = SIMD8<Float>
    private static let vectorsAtOnce = 4

    private let from: Matrix<Float>
    private let to: Matrix<Float>
    /// What reading came to: without a use of the sum the compiler would drop the loop.
    private let sums: Matrix<Float>

    init(bytes: Int) throws {
        let step = Self.vectorsAtOnce * Vector.scalarCount
        let count = max(1, bytes / 4 / step) * step
        let ledger = MemoryLedger()
        from = try Matrix(rows: 1, columns: count, category: .workspace, ledger: ledger)
        to = try Matrix(rows: 1, columns: count, category: .workspace, ledger: ledger)
        sums = try Matrix(rows: Compute.threads, columns: 16, category: .workspace, ledger: ledger)
        from.fill(1)
        to.fill(1)
    }

    func bytes(of traffic: KernelWork.Traffic) -> Int {
        let size = 4 * from.count
        return switch traffic {
        case .read, .write: size
        case .copy: 2 * size
        case .update: 3 * size
        }
    }

    func run(_ traffic: KernelWork.Traffic) {
        let step = Self.vectorsAtOnce * Vector.scalarCount
        Compute.ranges(of: from.count, alignment: step) { piece, range in
            let x = UnsafeRawPointer(from.base + range.lowerBound)
            let y = UnsafeMutableRawPointer(to.base + range.lowerBound)
            let vectors = range.count / Vector.scalarCount
            switch traffic {
            case .read: sums[piece, 0] = Self.read(x, vectors)
            case .write: Self.write(y, vectors, sums[piece, 1] + 1.5)
            case .copy: Self.copy(x, y, vectors)
            case .update: Self.update(x, y, vectors)
            }
        }
    }

    private static var size: Int { MemoryLayout<Vector>.size }

    @inline(never)
    private static func read(_ x: UnsafeRawPointer, _ vectors: Int) -> Float {
        var (a, b, c, d) = (Vector(), Vector(), Vector(), Vector())
        var offset = 0
        while offset < vectors &* size {
            a += x.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            b += x.loadUnaligned(fromByteOffset: offset &+ size, as: Vector.self)
            c += x.loadUnaligned(fromByteOffset: offset &+ 2 &* size, as: Vector.self)
            d += x.loadUnaligned(fromByteOffset: offset &+ 3 &* size, as: Vector.self)
            offset &+= vectorsAtOnce &* size
        }
        return ((a + b) + (c + d)).sum()
    }

    @inline(never)
    private static func write(_ y: UnsafeMutableRawPointer, _ vectors: Int, _ value: Float) {
        let value = Vector(repeating: value)
        for index in 0..<vectors { y.storeBytes(of: value, toByteOffset: index &* size, as: Vector.self) }
    }

    /// Scaled, for a plain copy would become a call of the library's, which goes round the caches.
    @inline(never)
    private static func copy(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ vectors: Int) {
        for index in 0..<vectors {
            let offset = index &* size
            y.storeBytes(of: x.loadUnaligned(fromByteOffset: offset, as: Vector.self) * 0.5, toByteOffset: offset, as: Vector.self)
        }
    }

    @inline(never)
    private static func update(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ vectors: Int) {
        for index in 0..<vectors {
            let offset = index &* size
            let sum = y.loadUnaligned(fromByteOffset: offset, as: Vector.self) + x.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            y.storeBytes(of: sum * 0.5, toByteOffset: offset, as: Vector.self)
        }
    }
}

/// Loops on data that stays in a core's own cache, one a thread, and the product that training is made of.
struct CacheLoops: Sendable {
    private static let side = 192
    private static let rounds = 100
    private static let row = 4096

    private let squares: [Matrix<Float>]
    private let rows: [Matrix<Float>]
    private let large: (left: Matrix<Float>, right: Matrix<Float>, product: Matrix<Float>)

    init() throws {
        let ledger = MemoryLedger()
        func make(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
            let matrix = try Matrix<Float>(rows: rows, columns: columns, category: .workspace, ledger: ledger)
            matrix.fill(0.5)
            return matrix
        }
        let threads = Compute.threads
        squares = try (0..<threads).map { _ in try make(3 * Self.side, Self.side) }
        rows = try (0..<threads).map { _ in try make(2, Self.row) }
        large = (try make(2048, 512), try make(1376, 512), try make(2048, 1376))
    }

    var productOperations: Int { 2 * Self.side * Self.side * Self.side * Self.rounds / 10 * squares.count }
    var largeProductOperations: Int { 2 * 2048 * 1376 * 512 }
    var rowElements: Int { Self.row * Self.rounds * rows.count }

    func products() {
        Compute.tasks(squares.count) { _, task in
            let n = Self.side
            let a = squares[task].base
            for _ in 0..<Self.rounds / 10 { Float.gemm(false, false, n, n, n, 1, a, n, a + n * n, n, 0, a + 2 * n * n, n) }
        }
    }

    func largeProduct() { large.product.setProduct(large.left, transposing: large.right) }

    /// x becomes eˣ⁻¹ again and again; it stays near 1.
    func exponentials() {
        Compute.tasks(rows.count) { _, task in
            for _ in 0..<Self.rounds {
                Float.causalProbabilities(rows[task].base, valid: Self.row, Self.row, scale: 1, logSumExp: 1)
            }
        }
    }

    func sigmoids() {
        Compute.tasks(rows.count) { _, task in
            let x = rows[task].base
            for _ in 0..<Self.rounds { Float.silu(x, x + Self.row, Self.row) }
        }
    }
}
