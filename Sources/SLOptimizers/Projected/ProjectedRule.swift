public import SLNumerics

/// Any rule inside a low-rank subspace of the gradient.
///
/// With R the projected gradient, −s·N the step that the inner rule makes of R, and P the basis: W ← W − scale · s · back(N), with the
/// inner rule's weight decay on W. State exists in the subspace only: the inner rule's, for a tensor of R's shape, and what is kept of
/// the basis. Five choices are independent of each other: the ``Projector``, the inner rule, what becomes of the gradient ``Outside``,
/// the ``RefreshPolicy``, and the ``StateAtRefresh``.
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Algorithm 2. A rank above the smaller side means the smaller side, as in the
/// authors' code.
public struct ProjectedRule: UpdateRule {
    public var inner: any UpdateRule
    public var storage: StorageChoice
    public var rank: Int
    public var side: ProjectionSide
    /// Factor on the back-projected direction.
    public var scale: Double
    public var projector: Projector
    /// Share of the run's updates from which on new bases are random orthonormal ones instead. Source: GoLore, arXiv:2410.11289.
    public var randomFrom: Double?
    /// Share of the gradient's square that a basis is to hold: what it does not need of the rank is zero. The state keeps the shape of
    /// the full rank, which is what is counted. Source: Refael et al. 2024, arXiv:2410.17881, with the rank as upper bound.
    public var energy: Double?
    public var refresh: RefreshPolicy
    public var stateAtRefresh: StateAtRefresh
    public var outside: Outside
    /// How the basis is kept; `nil` like a weight.
    public var basisFormat: StorageFormat?

    public init(
        _ inner: any UpdateRule, storage: StorageChoice = StorageChoice(), rank: Int, side: ProjectionSide = .std, scale: Double = 1,
        projector: Projector = .singularVectors(.exact), refresh: RefreshPolicy, stateAtRefresh: StateAtRefresh = .keep,
        outside: Outside = .dropped
    ) {
        self.inner = inner
        self.storage = storage
        self.rank = rank
        self.side = side
        self.scale = scale
        self.projector = projector
        self.refresh = refresh
        self.stateAtRefresh = stateAtRefresh
        self.outside = outside
    }

    public var refusal: String? { inner.refusal ?? inner.refusalInsideSubspace.map { "inside a subspace \($0)" } }
    public var refusalInsideSubspace: String? { "its gradients would be projected twice" }

    /// R's shape under a rank and side, for whoever makes the inner rule.
    public static func projectedShape(rows: Int, columns: Int, rank: Int, side: ProjectionSide) -> (rows: Int, columns: Int) {
        SubspaceShape(rows: rows, columns: columns, rank: rank, side: side).projected
    }

    func shape(_ rows: Int, _ columns: Int) -> SubspaceShape { SubspaceShape(rows: rows, columns: columns, rank: rank, side: side) }

    /// The projector of a refresh at this age of a tensor, in a run of so many updates; 0 where nobody knows how many.
    func projector(atAge age: Int, of totalSteps: Int) -> Projector {
        guard let randomFrom, totalSteps > 0, Double(age - 1) >= randomFrom * Double(totalSteps) else { return projector }
        return .orthonormal
    }

    func basisState(_ shape: SubspaceShape) -> StateDeclaration {
        projector.state(shape, format: basisFormat ?? storage.basis(count: shape.basisCount))
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let shape = shape(rows, columns)
        return inner.state(rows: shape.projected.rows, columns: shape.projected.columns) + [basisState(shape)] + refresh.state(shape)
            + outside.state(shape, storage)
    }

    /// The tensor's first update, and from then on as the policy says, if its interval alone decides.
    public func refreshes(atAge age: Int) -> Bool { refresh.lastRefresh(atAge: age) == age }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        if let reason = inner.refusalInsideSubspace { throw RuleRefusal(reason: "inside a subspace \(reason)") }
        return try ProjectedUpdater<Element>(rule: self, shape: shape(rows, columns), ledger: ledger)
    }
}
