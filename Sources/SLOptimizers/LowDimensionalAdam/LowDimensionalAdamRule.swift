public import SLNumerics

/// Adam in a subspace that moves with every update, its moments carried along, and what is lost on the way fed back.
///
/// It is not an inner rule in a ``ProjectedRule``: the new basis is found from the momentum, and the second moment is carried over as a
/// variance, for which both moments must be at hand.
///
/// With k₀ updates done, G the gradient with the error in it, F the basis [r, d] and F′ the one before, written for tall tensors:
/// b = ρ·mF′/(1 − β₁^k₀) + (1 − ρ)·G, F = one step of a power iteration on b from F′ (the first: leading singular vectors of G),
/// C = F′Fᵀ, m′ = mC, error E = G − GFᵀF + β₁/(1 − β₁)·(mF′ − m′F), v ← |((v/c₂ − m²/c₁²)·C∘² + m′²/c₁²)·c₂|; then Adam on GFᵀ.
///
/// Source: Robert et al. 2024, LDAdam, arXiv:2410.16103, Algorithm 1; code: `ldadamw_torch/ldadamw.py`.
public struct LowDimensionalAdamRule: UpdateRule {
    /// How a basis is found after the first.
    public enum Search: String, Sendable, Hashable, CaseIterable {
        case powerIteration = "power_iteration"
        /// The leading singular vectors of b.
        case svd

        /// For leading singular vectors that are found at random.
        var effort: SubspaceFinder.Effort { self == .powerIteration ? .onePass : .full }
    }

    public var settings: AdamSettings
    public var rank: Int
    /// Weight of the momentum in what the basis is found from.
    public var rho: Double
    public var search: Search
    public var subspace: SubspaceFinder
    public var errorFeedback: Bool

    public init(
        _ settings: AdamSettings, rank: Int, rho: Double = 0.908, search: Search = .powerIteration, subspace: SubspaceFinder = .exact,
        errorFeedback: Bool = true
    ) {
        self.settings = settings
        self.settings.form = .pytorch
        self.rank = rank
        self.rho = rho
        self.search = search
        self.subspace = subspace
        self.errorFeedback = errorFeedback
    }

    public var refusalInsideSubspace: String? { "its gradients would be projected twice" }

    /// Square matrices are projected on the left, unlike GaLore's.
    func shape(_ rows: Int, _ columns: Int) -> SubspaceShape {
        SubspaceShape(rows: rows, columns: columns, rank: rank, side: rows > columns ? .right : .left)
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let shape = shape(rows, columns)
        let storage = settings.storage
        let error = StateDeclaration(name: "error", rows: rows, columns: columns, format: storage.moment(count: rows * columns, signed: true))
        return settings.moments(rows: shape.projected.rows, columns: shape.projected.columns) + [
            StateDeclaration(name: "projector", rows: shape.rank, columns: shape.projectedSide, format: storage.basis(count: shape.basisCount))
        ] + (errorFeedback ? [error] : [])
    }

    /// Both bases; the projected gradient and three of its shape; the change of basis, its squares, a Gram matrix; moments that are kept short.
    public func scratchCount(rows: Int, columns: Int) -> Int {
        let shape = shape(rows, columns)
        let short = state(rows: rows, columns: columns).prefix(2).reduce(0) { $0 + ($1.format == .full ? 0 : $1.count) }
        return 2 * shape.basisCount + 4 * shape.projectedCount + 3 * shape.rank * shape.rank + short
    }

    /// The first decomposition, or every update's orthonormalisation.
    public func refreshCount(rows: Int, columns: Int) -> Int {
        let shape = shape(rows, columns)
        let found = subspace.workspaceCount(rows: rows, columns: columns, rank: shape.rank, isRight: shape.isRight) + (shape.isRight ? 0 : shape.basisCount)
        switch search {
        case .powerIteration: return max(found, ThinQR<Float>.workspaceCount(rows: shape.rank, columns: shape.projectedSide))
        case .svd: return found + rows * columns
        }
    }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        LowDimensionalAdamUpdater<Element>(
            rule: self, shape: shape(rows, columns), state: try allocateState(rows: rows, columns: columns, ledger: ledger))
    }
}
