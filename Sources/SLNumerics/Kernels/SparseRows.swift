/// A fixed sparse support in compressed rows: entry e of row i stands in column `columns[e]`, e in starts[i] ..< starts[i+1].
///
/// Columns always fit 32 bits, whatever m·n is; row starts do as long as a matrix has fewer than 2³¹ entries.
public struct SparseSupport: Sendable {
    public let rowStarts: IndexVector  // [m + 1]
    public let columns: IndexVector  // [nnz]

    public init(rowStarts: IndexVector, columns: IndexVector) {
        self.rowStarts = rowStarts
        self.columns = columns
    }

    public var entryCount: Int { columns.count }
    public var rowCount: Int { rowStarts.count - 1 }

    /// Whether rows follow each other without a gap and columns rise within each, all below `columnCount`.
    public func isValid(columnCount: Int) -> Bool {
        guard rowStarts.count > 0, rowStarts[0] == 0, rowStarts[rowCount] == entryCount else { return false }
        for row in 0..<rowCount {
            let (start, end) = (rowStarts[row], rowStarts[row + 1])
            guard start <= end, end <= entryCount else { return false }
            for entry in start..<end where columns[entry] < 0 || columns[entry] >= columnCount || (entry > start && columns[entry] <= columns[entry - 1]) {
                return false
            }
        }
        return true
    }

    /// dense[i, column] adds value
    public func scatterAdd<S: Scalar>(_ values: Matrix<S>, into dense: Matrix<S>) {
        precondition(dense.rows == rowCount && values.count == entryCount)
        dense.forEachRow { index in
            let (start, end) = (Int(rowStarts.base[index]), Int(rowStarts.base[index + 1]))
            S.scatterAdd(dense.row(index), values.base + start, columns.base + start, end - start)
        }
    }

    /// values[entry] adds dense[i, column]
    public func gatherAdd<S: Scalar>(_ dense: Matrix<S>, into values: Matrix<S>) {
        precondition(dense.rows == rowCount && values.count == entryCount)
        dense.forEachRow { index in
            let (start, end) = (Int(rowStarts.base[index]), Int(rowStarts.base[index + 1]))
            S.gatherAdd(values.base + start, dense.row(index), columns.base + start, end - start)
        }
    }
}
