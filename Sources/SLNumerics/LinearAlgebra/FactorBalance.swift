/// Balances two factors of a product: with up·down = U·Σ·Vᵀ, up ← U·Σ^½ and down ← Σ^½·Vᵀ, so that upᵀ·up = down·downᵀ = Σ and the
/// product stays what it is.
///
/// The product is never formed: with up = Q₁·R₁ and downᵀ = Q₂·R₂ all that has to be decomposed is the core R₁·R₂ᵀ [r, r].
/// Source: Glentis et al. 2025, arXiv:2505.22922, §4, where an SVD of the dense product does the same for O(m·n·min(m, n)).
public enum FactorBalance {
    /// Elements that ``apply(up:down:scratch:ledger:)`` takes from its scratch.
    public static func scratchCount(rows: Int, columns: Int, rank: Int) -> Int { rank * (rows + columns) }

    /// 4-byte elements that it allocates and frees besides.
    public static func workspaceCount(rows: Int, columns: Int, rank: Int) -> Int {
        let frames = max(ThinQR<Float>.workspaceCount(rows: rank, columns: rows), ThinQR<Float>.workspaceCount(rows: rank, columns: columns))
        let core = ThinSVD<Float>.workspaceCount(rows: rank, columns: rank) + ThinSVD<Float>.resultCount(rows: rank, columns: rank)
        return 2 * rank * rank + max(frames, rank * rank + core)
    }

    /// - Parameters:
    ///   - up: [m, r]. - down: [r, n]; r ≤ min(m, n).
    /// - Returns: whether there was anything to balance. Of a product that is zero nothing is known of how its factors should be; they
    ///   are left as they are, because both at zero would be out of every gradient's reach.
    /// - Throws: ``LinearAlgebraError``, ``OutOfMemoryError``.
    /// - Complexity: O((m + n)·r²).
    public static func apply<S: Scalar>(up: Matrix<S>, down: Matrix<S>, scratch: inout Scratch<S>, ledger: MemoryLedger) throws -> Bool {
        let rank = down.rows
        precondition(up.columns == rank && rank <= min(up.rows, down.columns), "\(up.rows)x\(up.columns) and \(rank)x\(down.columns)")
        let upFrame = scratch.take(rows: rank, columns: up.rows)  // Q₁ᵀ
        let downFrame = scratch.take(rows: rank, columns: down.columns)  // Q₂ᵀ
        for row in 0..<up.rows {
            for column in 0..<rank { upFrame[column, row] = up[row, column] }
        }
        downFrame.copy(from: down)
        try orthonormalize(upFrame, ledger)
        try orthonormalize(downFrame, ledger)
        let left = try Matrix<S>(rows: rank, columns: rank, category: .workspace, ledger: ledger)
        let right = try Matrix<S>(rows: rank, columns: rank, category: .workspace, ledger: ledger)
        left.setProduct(upFrame, up)
        right.setProduct(down, transposing: downFrame)
        let core = try Matrix<S>(rows: rank, columns: rank, category: .workspace, ledger: ledger)
        core.setProduct(left, right)
        let svd = try ThinSVD(of: core, ledger: ledger)
        guard svd.singularValues[0, 0] > 0 else { return false }
        for i in 0..<rank {
            let root = svd.singularValues[0, i].squareRoot()
            for j in 0..<rank {
                svd.left[j, i] *= root
                svd.right[i, j] *= root
            }
        }
        up.setProduct(transposing: upFrame, svd.left)
        down.setProduct(svd.right, downFrame)
        return true
    }

    private static func orthonormalize<S: Scalar>(_ frame: Matrix<S>, _ ledger: MemoryLedger) throws {
        try ThinQR<S>(rows: frame.rows, columns: frame.columns, ledger: ledger).orthonormalizeRows(of: frame)
    }
}
