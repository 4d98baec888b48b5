import SLVector

/// How much of a workspace the products of `Float` with a sparse matrix take: what the widest vector unit needs, so that a plan holds whichever
/// is in use.
enum SparseStrips {
    /// Tokens side by side at most.
    static var width: Int { SparseStrip.registers * WholeRow.step }

    /// Elements a thread needs for a product: one block of outputs and the strip of the input.
    static func workspaceCount(features: Int) -> Int { (features + SparseStrip.block) * width }

    /// Elements a thread needs for gradients: a tile of output gradients, the strip of the input and that of its gradient, and the
    /// products that wait to be added over lanes.
    static func gradientWorkspaceCount(rows: Int, features: Int) -> Int {
        (min(rows, SparseStrip.mostTileRows) + 2 * features) * width + WholeRow.step * WholeRow.step
    }
}

extension Matrix<Float> {
    /// As the vector rooms take it.
    var strided: StridedRows { StridedRows(base: base, stride: stride, columns: columns) }
}
