extension PackedProduct {
    /// The parts of the packing space.
    struct Workspace {
        /// A cache line, in elements: a vector never straddles two.
        static var alignment: Int { 16 }
        static var panelCount: Int { TileShape.rows * TileShape.panelStride }
        static var tileCount: Int { TileShape.rows * TileShape.columns }

        let block: UnsafeMutablePointer<Float>
        let panel: UnsafeMutablePointer<Float>
        let tile: UnsafeMutablePointer<Float>
        let square: UnsafeMutablePointer<Float>

        init(_ base: UnsafeMutablePointer<Float>) {
            let bytes = Self.alignment * MemoryLayout<Float>.stride
            let misplaced = (bytes - Int(bitPattern: base) % bytes) % bytes / MemoryLayout<Float>.stride
            block = base + misplaced
            panel = block + TileShape.depth * TileShape.width
            tile = panel + Self.panelCount
            square = tile + Self.tileCount
        }
    }

    /// A packed block of the right operand, about to meet the panels of the left one.
    struct Block {
        let columns: Int
        let depth: Int
        let alpha: Float
        let beta: Float

        /// One panel of the left operand times the block, into `rows` rows of the result.
        @inline(__always)
        func multiply<Layout: PanelLayout>(
            _: Layout.Type, _ rows: Int, _ groups: Int, _ space: Workspace, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
        ) {
            let wholeRows = rows == groups &* TileShape.groupRows
            for column in stride(from: 0, to: columns, by: TileShape.columns) {
                let present = min(TileShape.columns, columns &- column)
                let b = space.block + column &* depth
                if wholeRows, present == TileShape.columns {
                    MicroKernel<Layout>.run(groups: groups, depth: depth, space.panel, b, alpha, beta, c + column, ldc)
                } else {
                    MicroKernel<Layout>.run(groups: groups, depth: depth, space.panel, b, alpha, 0, space.tile, TileShape.columns)
                    merge(space.tile, rows, present, c + column, ldc)
                }
            }
        }

        /// c ← tile + beta · c for a tile that reaches over the edge of the result.
        private func merge(
            _ tile: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
        ) {
            for i in 0..<rows {
                let (from, to) = (tile + i &* TileShape.columns, c + i &* ldc)
                if beta == 0 {
                    for j in 0..<columns { to[j] = from[j] }
                } else {
                    for j in 0..<columns { to[j] = from[j] + beta * to[j] }
                }
            }
        }
    }
}
