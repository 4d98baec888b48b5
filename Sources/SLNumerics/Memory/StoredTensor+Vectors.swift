/// Single rows and columns of a tensor in whatever format it is kept, for formats without blocks.
extension StoredTensor {
    /// Rows `rows` from a contiguous matrix of as many.
    public func write(rows: Range<Int>, from source: Matrix<Element>, key: UInt64?) {
        precondition(source.rows == rows.count && source.columns == columns && source.isContiguous)
        write(rows.lowerBound * columns..<rows.upperBound * columns, from: source.base, key: key)
    }

    /// One row, or one column, into a row.
    public func read(vector index: Int, isColumn: Bool, into row: Matrix<Element>) {
        precondition(row.rows == 1 && row.columns == (isColumn ? rows : columns))
        guard isColumn else { return read(index * columns..<(index + 1) * columns, into: row.base) }
        for place in 0..<rows { read(place * columns + index..<place * columns + index + 1, into: row.base + place) }
    }

    /// One row, or one column, from a row, rounded to nearest.
    public func write(vector index: Int, isColumn: Bool, from row: Matrix<Element>) {
        precondition(row.rows == 1 && row.columns == (isColumn ? rows : columns))
        guard isColumn else { return write(index * columns..<(index + 1) * columns, from: row.base, key: nil) }
        for place in 0..<rows { write(place * columns + index..<place * columns + index + 1, from: row.base + place, key: nil) }
    }
}
