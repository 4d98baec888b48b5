/// Single-precision matrix products on the calling thread: operands are copied blockwise in the order in which a register-blocked
/// kernel reads them (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
///
/// The result depends on the shape and the arguments alone, not on addresses or threads. Nothing is allocated.
public enum PackedProduct {
    /// Elements of packing space one thread needs, whatever the shape.
    public static var workspaceCount: Int {
        Workspace.alignment + TileShape.depth * TileShape.width + Workspace.panelCount + Workspace.tileCount + SquareTranspose.scratchCount
    }

    /// c ← alpha · op(a) · op(b) + beta · c, row-major, on the calling thread. op(a) is [m, k], op(b) [k, n], c [m, n].
    ///
    /// - Parameters:
    ///   - lda: distance of two rows of `a` as stored, in elements; likewise `ldb`, `ldc`.
    ///   - alpha: with 0 the operands are not read.
    ///   - beta: with 0 `c` is not read: it may hold anything.
    ///   - workspace: ``workspaceCount`` elements of this thread's own.
    public static func multiply(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int,
        b: UnsafePointer<Float>, ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int, workspace: UnsafeMutablePointer<Float>
    ) {
        guard m > 0, n > 0 else { return }
        guard k > 0, alpha != 0 else { return scale(c, ldc, m, n, beta) }
        let space = Workspace(workspace)
        let depth = evenCut(k, atMost: TileShape.depth, multipleOf: 8)
        let width = evenCut(n, atMost: TileShape.width, multipleOf: TileShape.columns)
        for column in stride(from: 0, to: n, by: width) {
            let columns = min(width, n &- column)
            for p in stride(from: 0, to: k, by: depth) {
                let block = Block(columns: columns, depth: min(depth, k &- p), alpha: alpha, beta: p == 0 ? beta : 1)
                if transposeB {
                    PanelPacking.packRightTransposed(
                        b + column &* ldb + p, ldb, columns: columns, depth: block.depth, into: space.block, square: space.square)
                } else {
                    PanelPacking.packRight(b + p &* ldb + column, ldb, columns: columns, depth: block.depth, into: space.block)
                }
                for row in stride(from: 0, to: m, by: TileShape.rows) {
                    let rows = min(TileShape.rows, m &- row)
                    let groups = (rows &+ TileShape.groupRows &- 1) / TileShape.groupRows
                    let target = c + row &* ldc + column
                    if transposeA {
                        PanelPacking.packColumns(a + p &* lda + row, lda, rows: rows, depth: block.depth, into: space.panel)
                        block.multiply(ColumnsInPanel.self, rows, groups, space, target, ldc)
                    } else {
                        PanelPacking.packRows(a + row &* lda + p, lda, rows: rows, depth: block.depth, into: space.panel, groups: groups)
                        block.multiply(RowsInPanel.self, rows, groups, space, target, ldc)
                    }
                }
            }
        }
    }

    /// Length of the pieces when `count` is cut into as few and as equal ones as the limit allows.
    private static func evenCut(_ count: Int, atMost limit: Int, multipleOf unit: Int) -> Int {
        let pieces = (count + limit - 1) / limit
        let length = (count + pieces - 1) / pieces
        return (length + unit - 1) / unit * unit
    }

    private static func scale(_ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ m: Int, _ n: Int, _ beta: Float) {
        for i in 0..<m {
            let row = c + i &* ldc
            if beta == 0 {
                row.update(repeating: 0, count: n)
            } else {
                for j in 0..<n { row[j] *= beta }
            }
        }
    }
}
