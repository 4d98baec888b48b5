import SLNumerics

/// Which subspace gradients are projected on: the first axis of a ``ProjectedRule``.
public enum Projector: Sendable, Hashable {
    /// The leading singular vectors of the gradient. Source: Zhao et al. 2024, GaLore, arXiv:2403.03507.
    case singularVectors(SubspaceFinder)
    /// Singular vectors of the gradient, drawn in proportion to their singular values. Source: Zhang et al. 2025, SARA, arXiv:2502.05790.
    case sampled
    /// Entries N(0, 1/r), drawn anew from a number whenever they are needed: only that number is kept.
    /// Source: Zhu et al. 2024, APOLLO, arXiv:2412.05270, Algorithm 1.
    case gaussian
    /// Uniformly random orthonormal vectors. Source: He et al. 2024, GoLore, arXiv:2410.11289, Algorithm 2.
    case orthonormal
    /// Those columns of the discrete cosine transform along which the gradient is largest: only their numbers are kept.
    /// Source: Modoranu et al. 2025, arXiv:2505.17967, §3.
    case cosine(ColumnNorm, CosineVectors = .columns)

    /// By which norm columns are compared. The second keeps as much of the gradient as any choice of columns can.
    public enum ColumnNorm: Int, Sendable, Hashable, CaseIterable {
        case l1 = 1
        case l2 = 2
    }

    /// Which vectors of the transform's matrix Q a basis is chosen of.
    public enum CosineVectors: Sendable, Hashable {
        /// Its columns, on either side: the transposed gradient has the transposed projection.
        case columns
        /// Columns on the right, rows on the left, as Trion's code does it: the columns of a DCT-III, the cosines of a DCT-II.
        case rowsOnTheLeft
    }

    var isOrthonormal: Bool { self != .gaussian }

    /// What is kept of a basis between updates.
    func state(_ shape: SubspaceShape, format: StorageFormat) -> StateDeclaration {
        switch self {
        case .singularVectors, .sampled, .orthonormal:
            StateDeclaration(name: "projector", rows: shape.basis.rows, columns: shape.basis.columns, format: format)
        case .gaussian: StateDeclaration(name: "seed", rows: 1, columns: 1)
        case .cosine: StateDeclaration(name: "indices", rows: 1, columns: shape.rank)
        }
    }

    /// Elements of temporary space of an update: the basis where it isn't kept in full, and what choosing columns takes.
    func scratchCount(_ shape: SubspaceShape, format: StorageFormat) -> Int {
        switch self {
        case .singularVectors, .sampled, .orthonormal: format == .full ? 0 : shape.basisCount
        case .gaussian: shape.basisCount
        case .cosine: shape.basisCount + CosineBasis<Float>.scratchCount(shape)
        }
    }

    /// Elements that finding a basis allocates.
    func workspaceCount(_ shape: SubspaceShape) -> Int {
        switch self {
        case .singularVectors(let finder):
            finder.workspaceCount(rows: shape.rows, columns: shape.columns, rank: shape.rank, isRight: shape.isRight)
        case .sampled: SampledVectors.workspaceCount(shape)
        case .orthonormal: RandomBasis.workspaceCount(shape)
        case .gaussian, .cosine: 0
        }
    }
}
