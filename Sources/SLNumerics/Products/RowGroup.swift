/// Where a panel of the left operand keeps the element of row r at depth p.
protocol PanelLayout {
    static var rowStep: Int { get }
    static var depthStep: Int { get }
}

/// Rows one after another, as a row-major matrix has them: packing is a copy.
enum RowsInPanel: PanelLayout {
    @inline(__always) static var rowStep: Int { TileShape.panelStride }
    @inline(__always) static var depthStep: Int { 1 }
}

/// Columns one after another, as a transposed row-major matrix has them: packing is a copy again.
enum ColumnsInPanel: PanelLayout {
    @inline(__always) static var rowStep: Int { 1 }
    @inline(__always) static var depthStep: Int { TileShape.rows }
}

/// One row of a tile.
struct TileRow {
    var left = TileVector()
    var right = TileVector()

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func add(_ factor: Float, _ b0: TileVector, _ b1: TileVector) {
        multiplyAdd(&left, factor, b0)
        multiplyAdd(&right, factor, b1)
    }

    /// c ← alpha · sums + beta · c; with beta 0 c is not read.
    @inline(__always)
    func store(_ c: UnsafeMutablePointer<Float>, _ alpha: Float, _ beta: Float) {
        let scale = TileVector(repeating: alpha)
        let second = c + TileShape.lanes
        if beta == 0 {
            storeTile(left * scale, c)
            storeTile(right * scale, second)
        } else {
            let keep = TileVector(repeating: beta)
            storeTile(left * scale + loadTile(c) * keep, c)
            storeTile(right * scale + loadTile(second) * keep, second)
        }
    }
}

/// The rows that are added and removed together: named variables, because only those are sure to live in registers.
struct RowGroup {
    var row0 = TileRow()
    var row1 = TileRow()
    #if SLNUMERICS_AVX512
        var row2 = TileRow()
        var row3 = TileRow()
    #endif

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func add<Layout: PanelLayout>(_ a: UnsafePointer<Float>, _ b0: TileVector, _ b1: TileVector, _: Layout.Type) {
        row0.add(a[0], b0, b1)
        row1.add(a[Layout.rowStep], b0, b1)
        #if SLNUMERICS_AVX512
            row2.add(a[2 &* Layout.rowStep], b0, b1)
            row3.add(a[3 &* Layout.rowStep], b0, b1)
        #endif
    }

    @inline(__always)
    func store(_ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ alpha: Float, _ beta: Float) {
        row0.store(c, alpha, beta)
        row1.store(c + ldc, alpha, beta)
        #if SLNUMERICS_AVX512
            row2.store(c + 2 &* ldc, alpha, beta)
            row3.store(c + 3 &* ldc, alpha, beta)
        #endif
    }
}
