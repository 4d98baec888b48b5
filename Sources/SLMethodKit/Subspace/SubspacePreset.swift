public import SLNumerics
public import SLOptimizers
public import SLSpec

/// Dense weights whose block linears are trained inside a subspace of their gradient: what the published methods of that kind are made of.
///
/// Embedding, head and norms are trained by the run's optimizer in the same form.
public struct SubspacePreset: Sendable {
    public var rank: Int
    public var side = ProjectionSide.std
    /// Factor on the back-projected step.
    public var scale = 1.0
    public var projector = Projector.singularVectors(.automatic)
    public var randomFrom: Double?
    public var energy: Double?
    public var refresh: RefreshPolicy
    /// Whether the linears get their new subspaces in turns, spread evenly over an interval, in place of all in one update.
    ///
    /// Linear i of n, in the model's order, is due ⌊i · interval / n⌋ updates after update 1, in which all of them need a subspace, and from
    /// then on every interval; the first, whose turn update 1 is, after an interval. A subspace that ends by itself may do so in every
    /// ``turnLength``th update, counted from the turn. This is no author's schedule: together, all of a run's refreshes fall into a few
    /// updates, each of which takes several times as long as the others. What changes for a linear is when its intervals begin, by less than
    /// one of them, and that its subspace until then is found in one pass, without power iterations, where it is found at random.
    public var isStaggered = false
    /// Bounds the share of the linears whose subspaces can end in one update.
    private static let turnLength = 8
    public var stateAtRefresh = StateAtRefresh.keep
    public var outside = Outside.dropped
    public var basisFormat: StorageFormat?
    /// In which form the authors write Adam.
    public var adamForm = AdamForm.huggingFace
    /// What trains inside the subspace; `nil` for the run's optimizer.
    public var inner: (any Optimizer)?
    /// What trains inside the subspace where the method leaves no choice.
    public var ownRule: OwnRule?
    private let shape: ModelShape

    public init(rank: Int, refresh: RefreshPolicy, model: ModelShape) {
        self.rank = rank
        self.refresh = refresh
        shape = model
    }

    /// A rule of the method's own.
    public struct OwnRule: Sendable {
        public var rule: any UpdateRule
        /// The method's, for the refusal of others.
        public var title: String
        /// On the back-projected step, by the shape of the whole matrix.
        public var factor: ShapeFactor

        public init(_ rule: any UpdateRule, title: String, factor: ShapeFactor = .one) {
            self.rule = rule
            self.title = title
            self.factor = factor
        }
    }

    func rule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        guard let module = tensor.module else { return optimizer.rule(for: tensor, adamForm: adamForm) }
        guard let ownRule else { return projected(chosenRule(for: tensor, optimizer), module, optimizer) }
        return optimizer.ownRule(for: tensor, of: ownRule.title) { _ in
            var rule = projected(ownRule.rule, module, optimizer)
            rule.scale *= ownRule.factor.factor(rows: tensor.rows, columns: tensor.columns)
            return rule
        }
    }

    /// The method's inner rule or the run's, for the projected gradient.
    private func chosenRule(for tensor: TensorPlace, _ optimizer: RunOptimizer) -> any UpdateRule {
        let projected = ProjectedRule.projectedShape(rows: tensor.rows, columns: tensor.columns, rank: rank, side: side)
        let place = tensor.shaped(rows: projected.rows, columns: projected.columns)
        return inner?.rule(for: place, in: OptimizerSetting(storage: optimizer.storage, adamForm: adamForm))
            ?? optimizer.rule(for: place, adamForm: adamForm)
    }

    private func projected(_ inside: any UpdateRule, _ module: LinearModule, _ optimizer: RunOptimizer) -> ProjectedRule {
        var policy = refresh
        if isStaggered {
            policy.offset = offset(of: module)
            if case .converged = policy.condition { policy.turnLength = min(Self.turnLength, policy.interval) }
        }
        var rule = ProjectedRule(
            inside, storage: optimizer.storage, rank: rank, side: side, scale: scale, projector: projector, refresh: policy,
            stateAtRefresh: stateAtRefresh, outside: outside)
        (rule.randomFrom, rule.energy, rule.basisFormat) = (randomFrom, energy, basisFormat)
        return rule
    }

    private var linearCount: Int { shape.layerCount * LinearRole.allCases.count }

    /// Spreads the linears evenly over an interval.
    private func offset(of module: LinearModule) -> Int {
        offset(position: module.layer * LinearRole.allCases.count + (LinearRole.allCases.firstIndex(of: module.role) ?? 0))
    }

    private func offset(position: Int) -> Int { position * refresh.interval / linearCount }

    /// - Parameters:
    ///   - option: the one that says how long an interval is.
    ///   - modules: of linears that are trained so; `nil` for all.
    func plannedEvents(option: String, at modules: [LinearModule]? = nil) -> [PlannedEvent] {
        let interval = refresh.interval
        let all = modules.map { $0.map(offset(of:)) } ?? (0..<linearCount).map(offset(position:))
        let offsets = isStaggered ? Set(all).sorted() : [refresh.offset]
        func events(limit: Int?) -> [PlannedEvent] {
            // Together, update 1 is a refresh like the others: the next one is the first that changes anything.
            offsets.map { offset in
                PlannedEvent(
                    kind: "refresh", first: 1 + (offset > 0 ? offset : interval), interval: interval, beginsRun: true, actsAfterwards: false,
                    // A turn is no interval after update 1, and has no cosine.
                    option: option, limit: limit.map { offset > 0 ? $0 + 1 : $0 })
            }
        }
        func open(from first: Int, every step: Int) -> PlannedEvent {
            PlannedEvent(kind: "refresh", first: first, interval: step, actsAfterwards: false, option: option, isOpen: true)
        }
        switch refresh.condition {
        case .fixed: return events(limit: nil)
        case .lazy(_, let factor, let queue):
            // Until there are as many cosines as are asked for, the interval stands.
            let isWhole = factor == factor.rounded() && offsets == [0]
            return events(limit: queue) + [open(from: 1 + interval, every: isWhole ? interval : 1)]
        case .converged:
            return [
                PlannedEvent(kind: "refresh", first: 1, interval: nil, actsAfterwards: false, option: option), open(from: 2, every: 1),
            ]
        }
    }

    func idleParts(of shape: ModelShape) -> [String] { Self.idleParts(of: shape, rank: rank, side: side) }

    /// What does nothing where the rank reaches the sides that are projected, by default the smaller ones.
    public static func idleParts(of shape: ModelShape, rank: Int, side: ProjectionSide = .std) -> [String] {
        let isWhole = shape.modules.allSatisfy { module in
            let (rows, columns) = (module.outFeatures, module.inFeatures)
            return rank >= (side.isRight(rows: rows, columns: columns) ? columns : rows)
        }
        return isWhole ? ["the subspace is the whole space: no gradient is projected on less (rank \(rank))"] : []
    }
}

/// A method that is a ``SubspacePreset`` under a name.
public protocol SubspaceMethod: PretrainingMethod {
    var subspace: SubspacePreset { get }
}

extension SubspaceMethod {
    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule { subspace.rule(for: tensor, optimizer: optimizer) }
    public var plannedEvents: [PlannedEvent] { subspace.plannedEvents(option: SubspaceOptions.interval) }
    public func plannedEvents(at modules: [LinearModule]) -> [PlannedEvent] { subspace.plannedEvents(option: SubspaceOptions.interval, at: modules) }
    public func idleParts(of shape: ModelShape) -> [String] { subspace.idleParts(of: shape) }
}
