/// Balances two factors of a product: with up·down = U·Σ·Vᵀ, up ← U·Σ^½ and down ← Σ^½·Vᵀ, so that upᵀ·up = down·downᵀ = Σ and the
/// product stays what it is.
///
/// The product is never formed: with up = Q₁·R₁ and downᵀ = Q₂·R₂ all that has to be decomposed is the core R₁·R₂ᵀ [r, r].
/// Source: Glentis et al. 2025, arXiv:2505.22922, §4, where an SVD of the dense product does the same for O(m·n·min(m, n)).
///
/// In double whatever the factors' type: directions whose singular values lie close together turn by rounding, and an optimizer that
/// begins anew makes steps of one length of whatever gradient it finds in them.
public enum FactorBalance {
    /// 4-byte elements that ``apply(up:down:ledger:)`` allocates and frees.
    public static func workspaceCount(rows: Int, columns: Int, rank: Int) -> Int {
        let frames = max(ThinQR<Double>.workspaceCount(rows: rank, columns: rows), ThinQR<Double>.workspaceCount(rows: rank, columns: columns))
        let core = ThinSVD<Double>.workspaceCount(rows: rank, columns: rank) + ThinSVD<Double>.resultCount(rows: rank, columns: rank)
        return 2 * (2 * rank * (rows + columns) + max(frames, 3 * rank * rank + core))
    }

    /// - Parameters:
    ///   - up: [m, r]. - down: [r, n]; r ≤ min(m, n).
    /// - Returns: whether there was anything to balance. Of a product that is zero nothing is known of how its factors should be; they
    ///   are left as they are, because both at zero would be out of every gradient's reach.
    /// - Throws: ``LinearAlgebraError``, ``OutOfMemoryError``.
    /// - Complexity: O((m + n)·r²).
    public static func apply<S: Scalar>(up: Matrix<S>, down: Matrix<S>, ledger: MemoryLedger) throws -> Bool {
        let (m, n, rank) = (up.rows, down.columns, down.rows)
        precondition(up.columns == rank && rank <= min(m, n), "\(m)x\(up.columns) and \(rank)x\(n)")
        func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Double> {
            try Matrix(rows: rows, columns: columns, category: .workspace, ledger: ledger)
        }
        let (upCopy, downCopy) = (try matrix(rank, m), try matrix(rank, n))  // upᵀ, down
        let (upFrame, downFrame) = (try matrix(rank, m), try matrix(rank, n))  // Q₁ᵀ, Q₂ᵀ
        for row in 0..<m {
            for column in 0..<rank { upCopy[column, row] = Double(up[row, column]) }
        }
        downCopy.assign(down.elements.lazy.map { Double($0) })
        upFrame.copy(from: upCopy)
        downFrame.copy(from: downCopy)
        try orthonormalize(upFrame, ledger)
        try orthonormalize(downFrame, ledger)
        let (left, right, core) = (try matrix(rank, rank), try matrix(rank, rank), try matrix(rank, rank))
        left.setProduct(upFrame, transposing: upCopy)
        right.setProduct(downCopy, transposing: downFrame)
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
        upCopy.setProduct(transposing: svd.left, upFrame)
        downCopy.setProduct(svd.right, downFrame)
        for row in 0..<m {
            for column in 0..<rank { up[row, column] = S(upCopy[column, row]) }
        }
        down.assign(downCopy.elements.lazy.map { S($0) })
        return true
    }

    private static func orthonormalize(_ frame: Matrix<Double>, _ ledger: MemoryLedger) throws {
        try ThinQR<Double>(rows: frame.rows, columns: frame.columns, ledger: ledger).orthonormalizeRows(of: frame)
    }
}
