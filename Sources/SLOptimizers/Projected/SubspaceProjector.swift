import SLNumerics

/// A basis of the subspace that a gradient is projected on, in full.
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Definition 3.6 and Algorithm 2; sides as in the authors' projector (which
/// projects the shorter side, `proj_type='std'`).
struct SubspaceProjector<Element: Scalar> {
    let basis: Matrix<Element>  // right: [r, n], vectors are rows; left: [m, r], vectors are columns
    let isRight: Bool

    var rank: Int { isRight ? basis.rows : basis.columns }

    /// R = G·Pᵀ or Pᵀ·G.
    func project(_ gradient: Matrix<Element>, into result: Matrix<Element>) {
        if isRight {
            result.setProduct(gradient, transposing: basis)
        } else {
            result.setProduct(transposing: basis, gradient)
        }
    }

    /// weight ← keep · weight + factor · (N·P or P·N)
    func addBack(_ direction: Matrix<Element>, scaledBy factor: Element, to weight: Matrix<Element>, keep: Element = 1) {
        if isRight {
            weight.setProduct(direction, basis, scale: factor, keep: keep)
        } else {
            weight.setProduct(basis, direction, scale: factor, keep: keep)
        }
    }

    /// C with new coordinates = old coordinates · Cᵀ (right) or C · old coordinates (left); [r, r].
    func setChangeOfBasis(from old: Matrix<Element>, into change: Matrix<Element>) {
        if isRight {
            change.setProduct(basis, transposing: old)
        } else {
            change.setProduct(transposing: basis, old)
        }
    }

    /// The first vector, copied into [1, d].
    func copyFirstVector(into vector: Matrix<Element>) {
        for index in 0..<vector.columns { vector[0, index] = isRight ? basis[0, index] : basis[index, 0] }
    }

    /// Zeroes the vectors from one on: a subspace of so many dimensions, in the same space.
    func cut(to rank: Int) {
        guard rank < self.rank else { return }
        if isRight {
            basis.window(rows: rank..<basis.rows).fill(0)
        } else {
            basis.window(rows: 0..<basis.rows, columns: rank..<basis.columns).fill(0)
        }
    }
}
