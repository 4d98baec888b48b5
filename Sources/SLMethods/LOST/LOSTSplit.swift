import SLNumerics

/// The SVD of a would-be dense init, cut into low-rank factors and kept input channels.
struct LOSTSplit<Element: Scalar> {
    private let svd: ThinSVD<Element>
    private let rank: Int
    /// Sorted positions of the kept channels.
    let channels: [Int]

    /// - Parameters:
    ///   - residualRank: directions after the first `rank` that score the channels; all when `nil`.
    ///   - channels: how many to keep.
    init(of dense: Matrix<Element>, rank: Int, residualRank: Int?, channels count: Int, ledger: MemoryLedger) throws {
        let svd = try ThinSVD(of: dense, ledger: ledger)
        self.svd = svd
        self.rank = rank
        let available = svd.singularValues.count
        let window = rank..<min(available, rank + (residualRank ?? available))
        // ‖W_residual[:, j]‖² = Σ σ_i² v_i[j]²: the residual itself is never built.
        let scores = (0..<dense.columns).map { column in
            window.reduce(0.0) { sum, i in
                let term = Double(svd.singularValues[0, i]) * Double(svd.right[i, column])
                return sum + term * term
            }
        }
        // Ties, as when no residual is left, go to the lower channel.
        channels = scores.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }.prefix(count).sorted()
    }

    /// A = Σ_r^½·V_rᵀ [r, in], B = U_r·Σ_r^½ [out, r].
    func write(down: Matrix<Element>, up: Matrix<Element>) {
        for i in 0..<rank {
            let root = svd.singularValues[0, i].squareRoot()
            for column in 0..<down.columns { down[i, column] = root * svd.right[i, column] }
            for row in 0..<up.rows { up[row, i] = root * svd.left[row, i] }
        }
    }
}
