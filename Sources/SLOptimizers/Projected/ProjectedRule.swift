import SLNumerics

/// Any rule inside a low-rank subspace of the gradient, the subspace taken from the gradient itself every so many updates.
///
/// With R the projected gradient, −s·N the step that the inner rule makes of R, and P the basis: W ← W − scale · s · back(N), with the
/// inner rule's weight decay on W. State exists in the subspace only: the inner rule's, for a tensor of R's shape, and the basis
/// r·min(m, n).
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Algorithm 2. A rank above the smaller side means the smaller side, as in the
/// authors' code.
public struct ProjectedRule: UpdateRule {
    /// What becomes of the inner state when the basis changes.
    public enum StateAtRefresh: String, Sendable, Hashable, CaseIterable {
        /// Left as it is, in the old coordinates: the published method.
        case keep
        /// Zeroed, and its age with it, so that the bias correction begins anew.
        case reset
        /// Carried over by the change of basis C: M·Cᵀ, and V·(C∘C)ᵀ, which stays non-negative.
        case rotate
    }

    public var inner: any UpdateRule
    public var storage: StorageChoice
    public var rank: Int
    public var side: ProjectionSide
    /// Updates of the tensor between refreshes; its first always refreshes.
    public var refreshInterval: Int
    /// Factor on the back-projected direction.
    public var scale: Double
    public var stateAtRefresh: StateAtRefresh
    public var subspace: SubspaceFinder
    /// The first refresh after the tensor's first update comes this many updates later than it would: 0 ..< `refreshInterval`.
    public var refreshOffset: Int

    public init(
        _ inner: any UpdateRule, storage: StorageChoice = StorageChoice(), rank: Int, side: ProjectionSide, refreshInterval: Int, scale: Double,
        stateAtRefresh: StateAtRefresh, subspace: SubspaceFinder = .exact, refreshOffset: Int = 0
    ) {
        self.inner = inner
        self.storage = storage
        self.subspace = subspace
        self.refreshOffset = refreshOffset
        self.rank = rank
        self.side = side
        self.refreshInterval = refreshInterval
        self.scale = scale
        self.stateAtRefresh = stateAtRefresh
    }

    public var refusalInsideSubspace: String? { "its gradients would be projected twice" }

    /// R's shape under a rank and side, for whoever makes the inner rule.
    public static func projectedShape(rows: Int, columns: Int, rank: Int, side: ProjectionSide) -> (rows: Int, columns: Int) {
        let r = min(rank, rows, columns)
        return side.isRight(rows: rows, columns: columns) ? (rows, r) : (r, columns)
    }

    func shapes(rows: Int, columns: Int) -> (isRight: Bool, basis: (Int, Int), projected: (Int, Int)) {
        let r = min(rank, rows, columns)
        let right = side.isRight(rows: rows, columns: columns)
        return (right, right ? (r, columns) : (rows, r), right ? (rows, r) : (r, columns))
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let shapes = shapes(rows: rows, columns: columns)
        return inner.state(rows: shapes.projected.0, columns: shapes.projected.1) + [
            StateDeclaration(
                name: "projector", rows: shapes.basis.0, columns: shapes.basis.1, format: storage.basis(count: shapes.basis.0 * shapes.basis.1))
        ]
    }

    /// The projected gradient; basis and weight in full where they are kept shorter; what the inner rule needs.
    public func scratchCount(rows: Int, columns: Int) -> Int {
        let shapes = shapes(rows: rows, columns: columns)
        let basis = shapes.basis.0 * shapes.basis.1
        return shapes.projected.0 * shapes.projected.1 + (storage.basis(count: basis) == .full ? 0 : basis)
            + (storage.weight(count: rows * columns) == .full ? 0 : rows * columns)
            + inner.scratchCount(rows: shapes.projected.0, columns: shapes.projected.1)
    }

    public func refreshCount(rows: Int, columns: Int) -> Int {
        let shapes = shapes(rows: rows, columns: columns)
        let found = subspace.workspaceCount(rows: rows, columns: columns, rank: min(rank, rows, columns), isRight: shapes.isRight)
        guard stateAtRefresh == .rotate else { return found }
        // The old basis lives through both; the finder's space is free again when the state is rotated.
        let r = min(rank, rows, columns)
        let turned = inner.state(rows: shapes.projected.0, columns: shapes.projected.1).filter { $0.kind != .other }
        let isKeptShort = turned.contains { $0.format != .full }
        let copies = turned.isEmpty ? 0 : isKeptShort ? 2 : 1
        return shapes.basis.0 * shapes.basis.1 + max(found, 2 * r * r + copies * shapes.projected.0 * shapes.projected.1)
    }

    /// The tensor's first update, and from ``refreshOffset`` on every ``refreshInterval``th.
    public func refreshes(atAge age: Int) -> Bool { lastRefresh(atAge: age) == age }

    /// The age at which the basis was found that an update at `age` uses.
    private func lastRefresh(atAge age: Int) -> Int {
        age > refreshOffset ? age - (age - 1 - refreshOffset) % refreshInterval : 1
    }

    /// Of the inner state: the tensor's, unless a refresh has zeroed it.
    func innerAge(atAge age: Int) -> Int { stateAtRefresh == .reset ? age - lastRefresh(atAge: age) + 1 : age }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        try ProjectedUpdater<Element>(rule: self, rows: rows, columns: columns, ledger: ledger)
    }
}
