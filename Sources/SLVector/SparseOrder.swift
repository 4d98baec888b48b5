/// Rows of floats, `stride` elements apart.
public struct StridedRows: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Float>
    public let stride: Int
    public let columns: Int

    public init(base: UnsafeMutablePointer<Float>, stride: Int, columns: Int) {
        self.base = base
        self.stride = stride
        self.columns = columns
    }
}

/// A sparse matrix by rows: entry e of row i, e in starts[i] ..< starts[i+1], stands in column `columns[e]`.
public struct SparseEntries: @unchecked Sendable {
    public let rowStarts: UnsafePointer<Int32>
    public let columns: UnsafePointer<Int32>
    public let values: UnsafePointer<Float>

    public init(rowStarts: UnsafePointer<Int32>, columns: UnsafePointer<Int32>, values: UnsafePointer<Float>) {
        self.rowStarts = rowStarts
        self.columns = columns
        self.values = values
    }
}

/// The same matrix by columns, a tile of rows after the other.
public struct SparseColumnOrder: @unchecked Sendable {
    public let columnCount: Int
    public let rowCount: Int
    public let tileRows: Int
    public let tileCount: Int
    /// Of each tile: the first entry of every column, and where the last column ends; one more while they are made.
    public let starts: UnsafeMutablePointer<Int32>  // [tiles, n + 2]
    /// Where an entry's row stands in its tile's strip of output gradients, if that has registers of ``WholeRow/step`` elements.
    public let offsets: UnsafeMutablePointer<Int32>  // [nnz]
    public let values: UnsafeMutablePointer<Float>  // [nnz]

    public init(
        columnCount: Int, rowCount: Int, tileRows: Int, tileCount: Int, starts: UnsafeMutablePointer<Int32>, offsets: UnsafeMutablePointer<Int32>,
        values: UnsafeMutablePointer<Float>
    ) {
        self.columnCount = columnCount
        self.rowCount = rowCount
        self.tileRows = tileRows
        self.tileCount = tileCount
        self.starts = starts
        self.offsets = offsets
        self.values = values
    }
}

/// The shape of the strips in which tokens meet a sparse matrix. In a strip the values of one feature lie side by side.
public enum SparseStrip {
    /// Registers side by side: four. A wider strip reads indices less often but takes more cache.
    @inlinable
    public static var registers: Int { 4 }
    /// Rows of the support whose outputs are turned at a time.
    @inlinable
    public static var block: Int { 16 }
    /// Rows of a tile at most: 128 KiB of output gradients where a strip has 64 tokens.
    @inlinable
    public static var mostTileRows: Int { 512 }
}
