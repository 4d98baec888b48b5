/// The innermost loops: one tile of the result, `depth` products deep, in registers.
enum MicroKernel<Layout: PanelLayout> {
    /// c ← alpha · panel · b + beta · c for a tile of `groups` row groups and all columns.
    @inline(__always)
    static func run(
        groups: Int, depth: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ alpha: Float, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        switch groups {
        case 3: three(depth, a, b, alpha, beta, c, ldc)
        case 2: two(depth, a, b, alpha, beta, c, ldc)
        default: one(depth, a, b, alpha, beta, c, ldc)
        }
    }

    @inline(never)
    private static func three(
        _ depth: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ alpha: Float, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        var (group0, group1, group2) = (RowGroup(), RowGroup(), RowGroup())
        var (a, b) = (a, b)
        let groupStep = TileShape.groupRows &* Layout.rowStep
        for _ in 0..<depth {
            let (b0, b1) = (loadTile(b), loadTile(b + TileShape.lanes))
            group0.add(a, b0, b1, Layout.self)
            group1.add(a + groupStep, b0, b1, Layout.self)
            group2.add(a + 2 &* groupStep, b0, b1, Layout.self)
            a += Layout.depthStep
            b += TileShape.columns
        }
        let rowStep = TileShape.groupRows &* ldc
        group0.store(c, ldc, alpha, beta)
        group1.store(c + rowStep, ldc, alpha, beta)
        group2.store(c + 2 &* rowStep, ldc, alpha, beta)
    }

    @inline(never)
    private static func two(
        _ depth: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ alpha: Float, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        var (group0, group1) = (RowGroup(), RowGroup())
        var (a, b) = (a, b)
        let groupStep = TileShape.groupRows &* Layout.rowStep
        for _ in 0..<depth {
            let (b0, b1) = (loadTile(b), loadTile(b + TileShape.lanes))
            group0.add(a, b0, b1, Layout.self)
            group1.add(a + groupStep, b0, b1, Layout.self)
            a += Layout.depthStep
            b += TileShape.columns
        }
        group0.store(c, ldc, alpha, beta)
        group1.store(c + TileShape.groupRows &* ldc, ldc, alpha, beta)
    }

    @inline(never)
    private static func one(
        _ depth: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ alpha: Float, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        var group = RowGroup()
        var (a, b) = (a, b)
        for _ in 0..<depth {
            let (b0, b1) = (loadTile(b), loadTile(b + TileShape.lanes))
            group.add(a, b0, b1, Layout.self)
            a += Layout.depthStep
            b += TileShape.columns
        }
        group.store(c, ldc, alpha, beta)
    }
}
