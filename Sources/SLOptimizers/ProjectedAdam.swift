import SLNumerics

/// Adam in a low-rank subspace of the gradient, the subspace taken from the gradient itself every so many steps.
///
/// With R the projected gradient, N Adam's direction for R and P the basis: W ← W − lr · scale · back(N), then decoupled
/// decay on W. State exists in the subspace only: two moments r·max(m, n) and the basis r·min(m, n).
///
/// Source: Zhao et al. 2024, GaLore, arXiv:2403.03507, Algorithm 2, with ε and bias correction as in the authors'
/// `GaLoreAdamW` (``AdamSettings/EpsilonPlacement/beforeBiasCorrection``). A rank above the smaller side means the
/// smaller side, as there.
public struct ProjectedAdamRule: UpdateRule, Hashable {
    /// What becomes of the moments when the basis changes.
    public enum Moments: String, Sendable, Hashable, CaseIterable {
        /// Left as they are, in the old coordinates: the published method.
        case keep
        /// Zeroed, and their age with them, so that the bias correction begins anew.
        case reset
        /// Carried over by the change of basis C: M·Cᵀ, and V·(C∘C)ᵀ, which stays non-negative.
        case rotate
    }

    public var settings: AdamSettings
    public var rank: Int
    public var side: ProjectionSide
    /// Updates of the tensor between refreshes; its first always refreshes.
    public var refreshInterval: Int
    /// Factor on the back-projected direction.
    public var scale: Double
    public var moments: Moments
    public var subspace: SubspaceFinder
    /// The first refresh after the tensor's first update comes this many updates later than it would: 0 ..< `refreshInterval`.
    public var refreshOffset: Int

    public init(
        settings: AdamSettings, rank: Int, side: ProjectionSide, refreshInterval: Int, scale: Double, moments: Moments,
        subspace: SubspaceFinder = .exact, refreshOffset: Int = 0
    ) {
        self.subspace = subspace
        self.refreshOffset = refreshOffset
        self.settings = settings
        self.rank = rank
        self.side = side
        self.refreshInterval = refreshInterval
        self.scale = scale
        self.moments = moments
    }

    func shapes(rows: Int, columns: Int) -> (isRight: Bool, basis: (Int, Int), moment: (Int, Int)) {
        let r = min(rank, rows, columns)
        let right = side.isRight(rows: rows, columns: columns)
        return (right, right ? (r, columns) : (rows, r), right ? (rows, r) : (r, columns))
    }

    public func state(rows: Int, columns: Int) -> [StateDeclaration] {
        let shapes = shapes(rows: rows, columns: columns)
        return settings.moments(rows: shapes.moment.0, columns: shapes.moment.1) + [
            StateDeclaration(
                name: "projector", rows: shapes.basis.0, columns: shapes.basis.1,
                format: settings.storage.basis(count: shapes.basis.0 * shapes.basis.1))
        ]
    }

    /// The projected gradient; basis and weight in full where they are kept shorter.
    public func scratchCount(rows: Int, columns: Int) -> Int {
        let shapes = shapes(rows: rows, columns: columns)
        let basis = shapes.basis.0 * shapes.basis.1
        return shapes.moment.0 * shapes.moment.1 + (settings.storage.basis(count: basis) == .full ? 0 : basis)
            + (settings.storage.weight(count: rows * columns) == .full ? 0 : rows * columns)
    }

    public func refreshCount(rows: Int, columns: Int) -> Int {
        let shapes = shapes(rows: rows, columns: columns)
        let found = subspace.workspaceCount(rows: rows, columns: columns, rank: min(rank, rows, columns), isRight: shapes.isRight)
        guard moments == .rotate else { return found }
        // The old basis lives through both; the finder's space is free again when the moments are rotated.
        let r = min(rank, rows, columns)
        let moment = shapes.moment.0 * shapes.moment.1
        let copies = settings.storage.moment(count: moment, signed: true) == .full ? 1 : 2
        return shapes.basis.0 * shapes.basis.1 + max(found, 2 * r * r + copies * moment)
    }

    /// The tensor's first update, and from ``refreshOffset`` on every ``refreshInterval``th.
    public func refreshes(atAge age: Int) -> Bool { lastRefresh(atAge: age) == age }

    /// The age at which the basis was found that an update at `age` uses.
    private func lastRefresh(atAge age: Int) -> Int {
        age > refreshOffset ? age - (age - 1 - refreshOffset) % refreshInterval : 1
    }

    /// Of the moments: the tensor's, unless a refresh has zeroed them.
    func momentAge(atAge age: Int) -> Int { moments == .reset ? age - lastRefresh(atAge: age) + 1 : age }

    public func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        try ProjectedAdamUpdater<Element>(rule: self, rows: rows, columns: columns, ledger: ledger)
    }
}
