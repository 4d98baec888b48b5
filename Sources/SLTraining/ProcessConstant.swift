import SLNumerics

/// What the process weighs before the first tensor of a run: program, libraries, and the buffers that matrix products pack
/// their operands into.
public enum ProcessConstant {
    /// Resident bytes after one product that fills the packing buffers of every thread; its operands are gone again.
    ///
    /// - Returns: `nil` where the system does not say.
    public static func measure() throws -> Int? {
        try fillPackingBuffers()
        return ResidentMemory.currentBytes
    }

    private static func fillPackingBuffers() throws {
        let ledger = MemoryLedger()
        func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Float> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        let (tokens, features, vocabulary) = (32 * Compute.threads, 512, 16_384)
        let (x, weight, y) = (try matrix(tokens, features), try matrix(vocabulary, features), try matrix(tokens, vocabulary))
        y.setProduct(x, transposing: weight)
        weight.setProduct(transposing: y, x)
    }
}
