import SLNumerics

/// Loops that move memory and do nothing else worth mentioning, with ordinary loads and stores.
struct StreamLoops: Sendable {
    private typealias Vector = SIMD8<Float>
    private static let vectorsAtOnce = 4

    private let from: Matrix<Float>
    private let to: Matrix<Float>
    /// What reading came to: without a use of the sum the compiler would drop the loop.
    private let sums: Matrix<Float>

    init(bytes: Int, threads: Int) throws {
        let step = Self.vectorsAtOnce * Vector.scalarCount
        let count = max(1, bytes / 4 / step) * step
        let ledger = MemoryLedger()
        from = try Matrix(rows: 1, columns: count, category: .workspace, ledger: ledger)
        to = try Matrix(rows: 1, columns: count, category: .workspace, ledger: ledger)
        sums = try Matrix(rows: threads, columns: 16, category: .workspace, ledger: ledger)
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
            let x = unsafe UnsafeRawPointer(from.base + range.lowerBound)
            let y = unsafe UnsafeMutableRawPointer(to.base + range.lowerBound)
            let vectors = range.count / Vector.scalarCount
            switch traffic {
            case .read: sums[piece, 0] = unsafe Self.read(x, vectors)
            case .write: unsafe Self.write(y, vectors, sums[piece, 1] + 1.5)
            case .copy: unsafe Self.copy(x, y, vectors)
            case .update: unsafe Self.update(x, y, vectors)
            }
        }
    }

    private static var size: Int { MemoryLayout<Vector>.size }

    @inline(never)
    private static func read(_ x: UnsafeRawPointer, _ vectors: Int) -> Float {
        var (a, b, c, d) = (Vector(), Vector(), Vector(), Vector())
        var offset = 0
        while offset < vectors &* size {
            unsafe a += x.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            unsafe b += x.loadUnaligned(fromByteOffset: offset &+ size, as: Vector.self)
            unsafe c += x.loadUnaligned(fromByteOffset: offset &+ 2 &* size, as: Vector.self)
            unsafe d += x.loadUnaligned(fromByteOffset: offset &+ 3 &* size, as: Vector.self)
            offset &+= vectorsAtOnce &* size
        }
        return ((a + b) + (c + d)).sum()
    }

    @inline(never)
    private static func write(_ y: UnsafeMutableRawPointer, _ vectors: Int, _ value: Float) {
        let value = Vector(repeating: value)
        for index in 0..<vectors { unsafe y.storeBytes(of: value, toByteOffset: index &* size, as: Vector.self) }
    }

    /// Scaled, for a plain copy would become a call of the library's, which goes round the caches.
    @inline(never)
    private static func copy(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ vectors: Int) {
        for index in 0..<vectors {
            let offset = index &* size
            unsafe y.storeBytes(of: x.loadUnaligned(fromByteOffset: offset, as: Vector.self) * 0.5, toByteOffset: offset, as: Vector.self)
        }
    }

    @inline(never)
    private static func update(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, _ vectors: Int) {
        for index in 0..<vectors {
            let offset = index &* size
            let sum = unsafe y.loadUnaligned(fromByteOffset: offset, as: Vector.self) + x.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            unsafe y.storeBytes(of: sum * 0.5, toByteOffset: offset, as: Vector.self)
        }
    }
}
