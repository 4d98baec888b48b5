import SLNumerics

/// Which side of a gradient is projected. m = rows (out), n = columns (in).
public enum ProjectionSide: String, Sendable, Hashable, CaseIterable {
    /// The shorter side: right when m ≥ n, left when m < n. The projector is r × min(m, n), the moments r × max(m, n).
    case std
    /// The longer side.
    case reverseStd = "reverse_std"
    case right
    case left

    /// `true`: R = G·Pᵀ [m, r] with P [r, n]. `false`: R = Pᵀ·G [r, n] with P [m, r].
    public func isRight(rows: Int, columns: Int) -> Bool {
        switch self {
        case .std: rows >= columns
        case .reverseStd: rows < columns
        case .right: true
        case .left: false
        }
    }
}

/// An orthonormal basis of the subspace that a gradient is projected on.
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Definition 3.6 and Algorithm 2; sides as in the authors'
/// `GaLoreProjector` (which projects the shorter side, `proj_type='std'`).
struct SubspaceProjector<Element: Scalar> {
    let basis: Matrix<Element>  // right: [r, n], orthonormal rows; left: [m, r], orthonormal columns
    let isRight: Bool

    /// R = G·Pᵀ or Pᵀ·G.
    func project(_ gradient: Matrix<Element>, into result: Matrix<Element>) {
        if isRight {
            result.setProduct(gradient, transposing: basis)
        } else {
            result.setProduct(transposing: basis, gradient)
        }
    }

    /// weight adds factor · (N·P or P·N)
    func addBack(_ direction: Matrix<Element>, scaledBy factor: Element, to weight: Matrix<Element>) {
        if isRight {
            weight.setProduct(direction, basis, scale: factor, keep: 1)
        } else {
            weight.setProduct(basis, direction, scale: factor, keep: 1)
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
}
