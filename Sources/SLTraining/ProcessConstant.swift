import SLNumerics

/// What the process weighs besides a run's tensors: program, libraries, the buffers that matrix products pack their operands into, and
/// what the libraries keep for the shapes of products.
public struct ProcessConstant: Sendable {
    /// Before the first tensor, without what libraries keep for shapes: that grows while the run goes on, and is there already where the
    /// process has multiplied before.
    private let start: Int?

    /// Measures after products that fill the packing buffers of every thread; their operands are gone again.
    public init() throws {
        try Self.fillPackingBuffers()
        start = ResidentMemory.currentBytes.map { $0 - ProductLibrary.heldBytes }
    }

    /// Resident bytes, by the shapes that were multiplied so far; `nil` where the system does not say.
    public var bytes: Int? { start.map { $0 + ProductLibrary.heldBytes } }

    /// A few rows times a wide operand on every thread at once: the widest that training multiplies, a thread's part of
    /// the head.
    private static func fillPackingBuffers() throws {
        let ledger = MemoryLedger()
        func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        let threads = Compute.threads
        let (rows, depth, width) = (64, 448, 32_768 / threads)
        let right = try matrix(width, depth)
        let left = try matrix(rows, depth)
        let results = try (0..<threads).map { _ in try matrix(rows, width) }
        Compute.tasks(threads) { _, task in
            results[task].setProduct(left, transposing: right, sharedBy: threads)
        }
    }
}
