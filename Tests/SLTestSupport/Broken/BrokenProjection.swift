import SLNumerics
public import SLOptimizers
public import SLSpec

/// A rule inside a subspace as an optimizer: the real projected rule, tampered with by at most one defect.
public struct BrokenProjection: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "broken_projection", title: "Broken projection", summary: "One defect at most.", paper: "none", options: [])

    /// Whose terms are needed.
    private let defect: ProjectionDefect?
    private let isSound: Bool

    public init(options: MethodOptions) { self.init(nil, isSound: true) }

    private init(_ defect: ProjectionDefect?, isSound: Bool) {
        self.defect = defect
        self.isSound = isSound
    }

    /// - Parameter isSound: the terms that the defect needs, without the defect.
    public static func underTest(_ defect: ProjectionDefect, isSound: Bool = false) -> OptimizerUnderTest {
        OptimizerUnderTest(descriptor: descriptor) { _ in BrokenProjection(defect, isSound: isSound) }
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        // Refreshes in updates 1, 9, 17, 25: the contract cuts runs in an interval and right before one.
        var terms = ProjectedRule(
            AdamWRule(AdamSettings(storage: setting.storage)), storage: setting.storage, rank: tensor.rankOfMost,
            refresh: RefreshPolicy(interval: 8))
        defect?.prepare(&terms)
        guard let defect, !isSound else { return terms }
        return BrokenProjectionRule(terms: terms, defect: defect)
    }
}

/// Says that it is one projected rule, and is another, or one whose updater is deceived.
struct BrokenProjectionRule: SubspaceRule {
    let terms: ProjectedRule
    let defect: ProjectionDefect

    /// What it is for a tensor of this shape.
    private func real(_ rows: Int, _ columns: Int) -> ProjectedRule {
        var rule = terms
        switch defect {
        case .keptMoments, .keptCorrection, .unturnedMoments: rule.stateAtRefresh = .keep
        case .longInterval: rule.refresh.interval += 1
        // Its first basis is its last.
        case .staleBasis: rule.refresh.interval = .max
        case .wrongSide: if rows > columns { rule.side = .left }
        case .scaledTwice: rule.scale *= terms.scale
        case .scaledByShape: if rows > columns { rule.scale *= terms.scale }
        case .fullStorage:
            rule.inner = AdamWRule(AdamSettings())
            rule.storage = StorageChoice()
        default: break
        }
        return rule
    }

    /// Whether a state tensor is kept from view.
    func hides(_ name: String) -> Bool {
        switch defect {
        case .hiddenBasis: name == "projector"
        case .hiddenError: name == "error"
        case .hiddenClock: name == "refresh" || name == "first_vector"
        default: false
        }
    }

    func state(rows: Int, columns: Int) -> [StateDeclaration] { real(rows, columns).state(rows: rows, columns: columns).filter { !hides($0.name) } }

    func scratchCount(rows: Int, columns: Int) -> Int {
        real(rows, columns).scratchCount(rows: rows, columns: columns) / (defect == .undeclaredScratch ? 2 : 1)
    }

    func refreshCount(rows: Int, columns: Int) -> Int {
        defect == .undeclaredRefreshSpace ? 0 : real(rows, columns).refreshCount(rows: rows, columns: columns)
    }

    func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
        let updater: any TensorUpdater<Element> = try real(rows, columns).makeUpdater(rows: rows, columns: columns, ledger: ledger)
        let decoy: any TensorUpdater<Element> = try terms.makeUpdater(rows: rows, columns: columns, ledger: MemoryLedger())
        return BrokenProjectionUpdater<Element>(rule: self, real: updater, decoy: decoy)
    }
}
