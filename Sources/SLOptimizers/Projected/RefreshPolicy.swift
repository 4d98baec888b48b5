/// When a tensor gets a new subspace. Its first update always finds one.
public struct RefreshPolicy: Sendable, Hashable {
    /// What may change the interval, or end it early.
    public enum Condition: Sendable, Hashable {
        /// Every interval.
        case fixed
        /// The interval is multiplied by `factor` whenever the first vectors of the last `queue` refreshes turned so little that the mean
        /// |cosine| reaches the threshold. (The authors' code lacks the absolute value, although an SVD's sign is arbitrary.)
        /// Source: Zhang et al. 2024, Q-GaLore, arXiv:2407.08296, §3.3.
        case lazy(threshold: Double, factor: Double, queue: Int)
        /// As soon as the projected gradient is not longer than this share of what it was when its subspace was found; at the latest after
        /// the interval.
        ///
        /// Source: Refael et al. 2024, arXiv:2410.17881, which bounds ‖QᵀG‖ itself. No value is published, and one that suits every model
        /// can't be: hence the share.
        case converged(below: Double)
    }

    /// Updates from one refresh to the next.
    public var interval: Int
    /// A turn of the tensor's own: its second refresh comes after so many updates, in place of after an interval, and the others an interval
    /// after one another from there. 0 ..< `interval`, 0 for none.
    ///
    /// Tensors of different turns are not refreshed in one update. All of them need a subspace in update 1, though; one that serves less
    /// than an interval is found in one pass (``effort(atAge:)``).
    public var offset: Int
    /// A tensor may end its subspace by itself in every so many updates, counted from its turn.
    public var turnLength: Int
    public var condition: Condition

    public init(interval: Int, offset: Int = 0, turnLength: Int = 1, condition: Condition = .fixed) {
        self.interval = interval
        self.offset = offset
        self.turnLength = turnLength
        self.condition = condition
    }

    /// How much the search for a subspace at this age may take.
    func effort(atAge age: Int) -> SubspaceFinder.Effort { age == 1 && offset > 0 ? .onePass : .full }

    /// Whether a tensor of this age may end its subspace by itself.
    func isTurn(atAge age: Int) -> Bool { (age - 1 - offset) % turnLength == 0 }

    /// The age at which the basis was found that an update at `age` uses, if the interval alone decides.
    func lastRefresh(atAge age: Int) -> Int { age > offset ? age - (age - 1 - offset) % interval : 1 }

    /// What is kept between updates; numbers only, exact up to 2²⁴.
    func state(_ shape: SubspaceShape) -> [StateDeclaration] {
        switch condition {
        case .fixed: []
        case .lazy(_, _, let queue):
            [
                StateDeclaration(name: "refresh", rows: 1, columns: 3 + queue),
                StateDeclaration(name: "first_vector", rows: 1, columns: shape.projectedSide),
            ]
        case .converged: [StateDeclaration(name: "refresh", rows: 1, columns: 2)]
        }
    }
}
