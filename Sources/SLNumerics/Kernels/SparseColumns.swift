import SLVector

/// A support's entries by columns, a tile of rows after the other: the order in which gradients are taken.
///
/// The input and its gradient then stay in registers over all entries of a column, and an entry's output gradient is read once
/// for both. Tiles keep the output gradients of a strip of tokens in the second-level cache, however many rows there are.
/// Made anew for every use in temporary space; tiles are independent, so threads share them.
struct SparseColumns: @unchecked Sendable {
    let order: SparseColumnOrder

    /// Elements of 4 bytes.
    static func workspaceCount(rows: Int, columns: Int, entries: Int) -> Int { tiles(of: rows) * (columns + 2) + 2 * entries }

    private static func tiles(of rows: Int) -> Int { max(1, (rows + SparseStrip.mostTileRows - 1) / SparseStrip.mostTileRows) }

    /// - Parameters:
    ///   - width: tokens of a strip.
    ///   - space: ``workspaceCount(rows:columns:entries:)`` elements, in use as long as this is.
    init(_ support: SparseSupport, columns: Int, values source: Matrix<Float>, width: Int, in space: UnsafeMutablePointer<Float>) {
        let tileCount = Self.tiles(of: support.rowCount)
        let indices = UnsafeMutableRawPointer(space + support.entryCount).bindMemory(
            to: Int32.self, capacity: support.entryCount + tileCount * (columns + 2))
        order = SparseColumnOrder(
            columnCount: columns, rowCount: support.rowCount, tileRows: (support.rowCount + tileCount - 1) / tileCount, tileCount: tileCount,
            starts: indices + support.entryCount, offsets: indices, values: space)
        Compute.tasks(tileCount) { [self] _, tile in place(support, source, width: width, tile: tile) }
    }

    private func rows(of tile: Int) -> Range<Int> {
        min(tile * order.tileRows, order.rowCount)..<min((tile + 1) * order.tileRows, order.rowCount)
    }

    /// Entry c to c + 1 of what this points at are those of column c.
    private func starts(of tile: Int) -> UnsafeMutablePointer<Int32> { order.starts + tile * (order.columnCount + 2) }

    /// The entries of a tile of rows are the same range in both orders.
    private func entries(of tile: Int, _ support: SparseSupport) -> Range<Int> {
        let rows = rows(of: tile)
        return support.rowStarts[rows.lowerBound]..<support.rowStarts[rows.upperBound]
    }

    /// Sorts by counting: `next[c + 1]` is where column c's next entry goes, and in the end where column c + 1 begins.
    private func place(_ support: SparseSupport, _ source: Matrix<Float>, width: Int, tile: Int) {
        let next = starts(of: tile)
        let columnCount = order.columnCount
        let (offsets, values) = (order.offsets, order.values)
        let columns = UnsafePointer(support.columns.base)
        let rowStarts = UnsafePointer(support.rowStarts.base)
        let source = source.base
        let entries = entries(of: tile, support)
        next.update(repeating: 0, count: columnCount + 2)
        for entry in entries { next[Int(columns[entry]) &+ 2] &+= 1 }
        var sum = Int32(truncatingIfNeeded: entries.lowerBound)
        next[0] = sum
        next[1] = sum
        for column in 0..<columnCount {
            sum &+= next[column &+ 2]
            next[column &+ 2] = sum
        }
        let rows = rows(of: tile)
        for row in rows {
            let offset = Int32(truncatingIfNeeded: (row &- rows.lowerBound) &* width)
            var entry = Int(rowStarts[row])
            let end = Int(rowStarts[row &+ 1])
            while entry < end {
                let column = Int(columns[entry])
                let position = Int(next[column &+ 1])
                next[column &+ 1] = Int32(truncatingIfNeeded: position &+ 1)
                offsets[position] = offset
                values[position] = source[entry]
                entry &+= 1
            }
        }
    }

    /// target [1, nnz], in the order of the support, adds the rows of `parts`, in the order of columns, one after the other. Uses
    /// the order up.
    func add(_ parts: Matrix<Float>, _ support: SparseSupport, to target: Matrix<Float>) {
        Compute.tasks(order.tileCount) { [self] _, tile in
            let next = starts(of: tile)
            let columns = UnsafePointer(support.columns.base)
            for entry in entries(of: tile, support) {
                let column = Int(columns[entry])
                let position = Int(next[column])
                next[column] = Int32(truncatingIfNeeded: position &+ 1)
                var sum = target.base[entry]
                for part in 0..<parts.rows { sum += parts.base[part &* parts.stride &+ position] }
                target.base[entry] = sum
            }
        }
    }
}
