public import SLMethodKit
public import SLNumerics
public import SLOptimizers
import SLRandom
public import SLSpec

/// W = W₀ + s·BA + S with W₀ frozen and S on a fixed random support: a method that uses every kind of tensor, written
/// plainly, with at most one defect.
public struct BrokenMethod: PretrainingMethod {
    public static var descriptor: MethodDescriptor { descriptor(with: nil) }

    let defect: Defect?
    let rank: Int
    let scale: Double
    private let entries = 4

    public init(options: MethodOptions, model: ModelShape) throws { try self.init(options, defect: nil) }

    init(_ options: MethodOptions, defect: Defect?) throws {
        self.defect = defect
        rank = try options.integer("rank")
        let alpha = try options.real(defect == .camelCaseOption ? "alphaValue" : "alpha")
        let mode = try options.text("mode")
        guard defect == .anyChoice || ["plain", "doubled"].contains(mode) else {
            throw MethodOptionError(option: "mode", value: .text(mode), wanted: "plain or doubled")
        }
        scale = defect == .ignoredOption ? 0.5 : (mode == "doubled" ? 2 : 1) * alpha / Double(rank)
    }

    /// The method with the given defect; `nil` for the sound one.
    public static func underTest(_ defect: Defect?) -> MethodUnderTest {
        MethodUnderTest(descriptor: descriptor(with: defect)) { options, model in
            guard options.hasLayout else { return try BrokenMethod(options, defect: defect) }
            var heard = options
            for key in options.layoutKeys {
                let isOfLayer = if case .layer = key.place { true } else { false }
                if defect == (isOfLayer ? .ignoredLayer : .ignoredRole) { heard[key.text] = nil }
            }
            return try LayoutPerModule(options: heard, model: model) { try BrokenMethod($0, defect: defect) }
        }
    }

    private static func descriptor(with defect: Defect?) -> MethodDescriptor {
        let ranks: OptionValue = defect == .impossibleDefault ? 9 : 2
        return MethodDescriptor(
            name: "broken", title: "Broken", summary: "One defect at most.", paper: "none", family: .dense,
            options: [
                OptionDescriptor(name: "rank", domain: .rank, help: "Rank.", source: "none", defaultValue: ranks),
                OptionDescriptor(
                    name: defect == .camelCaseOption ? "alphaValue" : "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale.",
                    source: "none", defaultValue: 3),
                OptionDescriptor(
                    name: "mode", domain: .choice(["plain", "doubled"]), help: "Doubles the scale.", source: "none", defaultValue: "plain"),
            ],
            recipe: { _ in .init(learningRate: 1e-3, source: "none") })
    }

    // MARK: Parameterization

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        var declarations =
            FrozenPlusLowRank.declarations(at: module, rank: rank) + [
                TensorDeclaration("sparse_value", rows: 1, columns: entries),
                TensorDeclaration("sparse_row_start", rows: 1, columns: module.outFeatures + 1, kind: .indices(paperCount: 0)),
                TensorDeclaration("sparse_column", rows: 1, columns: entries, kind: .indices(paperCount: entries)),
            ]
        if defect == .deadTensor { declarations.append(TensorDeclaration("unused", rows: 2, columns: 3)) }
        if defect == .keptToItself { declarations.append(TensorDeclaration("updates", rows: 1, columns: 1, kind: .buffer)) }
        if defect == .functionInBuffer { declarations.append(TensorDeclaration("shift", rows: 1, columns: 1, kind: .buffer)) }
        if defect == .duplicateNames { declarations.append(TensorDeclaration("lora_A", rows: rank, columns: module.inFeatures)) }
        return declarations
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        let weight = try set.parameter("weight")
        let seed = defect == .ignoredSeed ? InitialRandomness(seed: 7, deviation: random.deviation) : random
        try FrozenPlusLowRank.initialize(set, random: seed)
        if defect == .ownDenseInit {
            var stream = random.stream("own", at: set.module)
            weight.value.fillNormal(deviation: random.deviation, from: &stream)
        }
        try set.initializeUniform("sparse_value", fanIn: set.module.inFeatures, random: seed)
        var stream = seed.stream("support", at: set.module)
        if defect == .drawnByRank { stream = seed.stream("support/\(RankedRun.rank)", at: set.module) }
        if defect == .unseededSupport { stream = RandomStream(seed: UInt64.random(in: 0...UInt64.max), name: "unseeded") }
        try support(set).draw(columnCount: set.module.inFeatures, from: &stream)
        if defect == .functionInBuffer { try set.buffer("shift").fill(0.01) }
        if defect == .unfrozenBase { weight.setTrainable(true) }
    }

    private func support<Element: Scalar>(_ set: TensorSet<Element>) throws -> SparseSupport {
        SparseSupport(rowStarts: try set.indexVector("sparse_row_start"), columns: try set.indexVector("sparse_column"))
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        BrokenParameterization(
            base: try set.parameter("weight"), factors: try set.lowRankFactors(scale: scale), values: try set.parameter("sparse_value"),
            support: try support(set),
            shift: defect == .functionInBuffer ? try set.buffer("shift") : nil, updates: defect == .keptToItself ? try set.buffer("updates") : nil,
            defect: defect)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        defect == .undeclaredScratch ? 1 : module.outFeatures * module.inFeatures
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        defect == .claimedBottleneck ? SavedActivations(columns: rank, givesOutput: true) : SavedActivations()
    }

    // MARK: Update rule

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        switch defect {
        case .wrongStateCount: UndercountingRule(settings: AdamSettings(storage: optimizer.storage))
        case .correctionByRunStep: RunStepRule(settings: AdamSettings(storage: optimizer.storage))
        case .hiddenState: HiddenMomentumRule()
        default: optimizer.rule(for: tensor)
        }
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? { defect == .keptToItself ? LinearStepNeeds() : nil }

    // MARK: Lifecycle

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [BrokenLifecycle(defect: defect)] }

    /// AdamW with a bias correction that goes by the step of the run.
    private struct RunStepRule: UpdateRule {
        let settings: AdamSettings

        func state(rows: Int, columns: Int) -> [StateDeclaration] { AdamWRule(settings).state(rows: rows, columns: columns) }

        func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
            RunStepUpdater<Element>(inner: try AdamWRule(settings).makeUpdater(rows: rows, columns: columns, ledger: ledger))
        }
    }

    private final class RunStepUpdater<Element: Scalar>: TensorUpdater {
        private let inner: any TensorUpdater<Element>

        init(inner: any TensorUpdater<Element>) { self.inner = inner }

        var state: [(name: String, value: StoredTensor<Element>)] { inner.state }

        func direction(_ gradient: Matrix<Element>, context: UpdateContext<Element>) throws -> Double {
            var context = context
            context.age = context.step
            return try inner.direction(gradient, context: context)
        }
    }

    /// Declares one moment, allocates two.
    private struct UndercountingRule: UpdateRule {
        let settings: AdamSettings

        func state(rows: Int, columns: Int) -> [StateDeclaration] {
            Array(AdamWRule(settings).state(rows: rows, columns: columns).prefix(1))
        }

        func makeUpdater<Element: Scalar>(rows: Int, columns: Int, ledger: MemoryLedger) throws -> any TensorUpdater<Element> {
            try AdamWRule(settings).makeUpdater(rows: rows, columns: columns, ledger: ledger)
        }
    }
}

extension SparseSupport {
    /// Distinct positions, row by row.
    func draw(columnCount: Int, from stream: inout RandomStream) {
        var positions: Set<Int> = []
        while positions.count < entryCount { positions.insert(stream.below(rowCount * columnCount)) }
        let sorted = positions.sorted()
        for row in 0...rowCount { rowStarts[row] = sorted.count { $0 < row * columnCount } }
        for (entry, position) in sorted.enumerated() { columns[entry] = position % columnCount }
    }
}
