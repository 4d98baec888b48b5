/// Copies of operand blocks in the order in which the micro-kernel reads them. Rows and columns outside the operand hold
/// whatever is convenient and finite or not: the sums they enter are never stored.
enum PanelPacking {
    /// Rows of a row-major left operand, `depth` elements each. A missing row repeats the last one.
    static func packRows(
        _ a: UnsafePointer<Float>, _ lda: Int, rows: Int, depth: Int, into panel: UnsafeMutablePointer<Float>, groups: Int
    ) {
        for row in 0..<(groups &* TileShape.groupRows) {
            let from = a + min(row, rows &- 1) &* lda
            (panel + row &* TileShape.panelStride).update(from: from, count: depth)
        }
    }

    /// Rows of a left operand that is stored transposed: at each depth the rows lie side by side.
    static func packColumns(
        _ a: UnsafePointer<Float>, _ lda: Int, rows: Int, depth: Int, into panel: UnsafeMutablePointer<Float>
    ) {
        if rows == TileShape.rows {
            for p in 0..<depth {
                let (from, to) = (a + p &* lda, panel + p &* TileShape.rows)
                for row in 0..<TileShape.rows { to[row] = from[row] }
            }
        } else {
            for p in 0..<depth {
                let (from, to) = (a + p &* lda, panel + p &* TileShape.rows)
                for row in 0..<TileShape.rows { to[row] = from[min(row, rows &- 1)] }
            }
        }
    }

    /// Columns of a row-major right operand: at each depth `TileShape.columns` side by side.
    static func packRight(
        _ b: UnsafePointer<Float>, _ ldb: Int, columns: Int, depth: Int, into block: UnsafeMutablePointer<Float>
    ) {
        let whole = columns / TileShape.columns
        for panel in 0..<whole {
            let to = block + panel &* TileShape.columns &* depth
            let from = b + panel &* TileShape.columns
            for p in 0..<depth {
                let left = loadTile(from + p &* ldb)
                let right = loadTile(from + p &* ldb + TileShape.lanes)
                storeTile(left, to + p &* TileShape.columns)
                storeTile(right, to + p &* TileShape.columns + TileShape.lanes)
            }
        }
        let rest = columns &- whole &* TileShape.columns
        guard rest > 0 else { return }
        let to = block + whole &* TileShape.columns &* depth
        let from = b + whole &* TileShape.columns
        for p in 0..<depth {
            for j in 0..<rest { to[p &* TileShape.columns &+ j] = from[p &* ldb &+ j] }
            for j in rest..<TileShape.columns { to[p &* TileShape.columns &+ j] = 0 }
        }
    }

    /// Columns of a right operand that is stored transposed (each column is a row of `b`), by square transposes in registers.
    static func packRightTransposed(
        _ b: UnsafePointer<Float>, _ ldb: Int, columns: Int, depth: Int, into block: UnsafeMutablePointer<Float>,
        square: UnsafeMutablePointer<Float>
    ) {
        let lanes = TileShape.lanes
        var column = 0
        while column < columns {
            let half = column % TileShape.columns
            let to = block + (column &- half) &* depth + half
            let from = b + column &* ldb
            let present = min(lanes, columns &- column)
            if present == lanes, depth >= lanes {
                var p = 0
                while p < depth {
                    // The last square overlaps the one before it, so that depth need not be a multiple.
                    let start = min(p, depth &- lanes)
                    SquareTranspose.run(from + start, ldb, to + start &* TileShape.columns, TileShape.columns, square)
                    p &+= lanes
                }
            } else {
                for p in 0..<depth {
                    for j in 0..<lanes { to[p &* TileShape.columns &+ j] = j < present ? from[j &* ldb &+ p] : 0 }
                }
            }
            column &+= lanes
        }
    }
}
