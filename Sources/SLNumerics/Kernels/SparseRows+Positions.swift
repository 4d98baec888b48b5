extension SparseSupport {
    /// Row-major positions in a matrix of so many columns, ascending.
    public func positions(columnCount: Int) -> [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(entryCount)
        for row in 0..<rowCount {
            for entry in rowStarts[row]..<rowStarts[row + 1] { positions.append(row * columnCount + columns[entry]) }
        }
        return positions
    }

    /// Overwrites the support.
    ///
    /// - Parameter positions: row-major, ascending, as many as there are entries.
    public func assign(_ positions: [Int], columnCount: Int) {
        precondition(positions.count == entryCount, "\(positions.count) positions for \(entryCount) entries")
        var row = 0
        rowStarts[0] = 0
        for (entry, position) in positions.enumerated() {
            while row < position / columnCount {
                row += 1
                rowStarts[row] = entry
            }
            columns[entry] = position % columnCount
        }
        while row < rowCount {
            row += 1
            rowStarts[row] = entryCount
        }
    }
}
