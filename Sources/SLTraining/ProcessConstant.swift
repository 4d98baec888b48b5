import SLNumerics

/// What the process weighs before the first tensor of a run: program, libraries, and the buffers that matrix products pack
/// their operands into.
public enum ProcessConstant {
    /// Resident bytes after products that fill the packing buffers of every thread; their operands are gone again.
    ///
    /// - Returns: `nil` where the system does not say.
    public static func measure() throws -> Int? {
        try fillPackingBuffers()
        return ResidentMemory.currentBytes
    }

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
