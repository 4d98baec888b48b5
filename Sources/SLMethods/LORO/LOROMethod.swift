public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// W = B·A, optimised on the manifold of matrices of rank r: every so many updates the exact Riemannian step of the product, in between
/// steps of the factors that approximate it.
///
/// Source: Mo, Huang and Pan 2025, Parameter and Memory Efficient Pretraining via Low-rank Riemannian Optimization, ICLR; code:
/// github.com/mzf666/LORO-main, `loro_torch/loro_optim.py` and `run_c4.py`. With N_A, N_B the directions of Adam in Hugging Face's form and
/// s the size of its step, bias corrections included:
///
/// - in between: A ← A − s·(r/h)·N_A and B ← B − s·(r/h)·N_B, h the hidden size, then decay by s·λ;
/// - in every Kth update: the projection of W's direction on the tangent space at W is taken from N_A and N_B, W moves along it by s and
///   goes back to rank r (``FixedRankStep``); the factors then share the singular values' roots. No decay.
///
/// After an exact step optimizer state begins anew, and the rate warms up from 0 within a few updates. Any optimizer gives directions and
/// sizes here, as long as they do not go by the weights.
///
/// Deviations: where the factors' vectors depend on each other there is no such tangent space, and the ordinary step is made (the
/// authors' code fails); cycles are counted from the run's start, not from the end of the first warm-up, which is the same where that is
/// a multiple of a cycle, as in the authors' scripts; the cosine keeps its place (theirs is displaced by the warm-up's length).
public struct LOROMethod: FactoredMethod {
    private static let source = "mzf666/LORO-main, scripts/loro_c4 and run_c4.py"

    public static let descriptor = MethodDescriptor(
        name: "loro", title: "LORO", summary: "W = BA on the manifold of rank r: exact Riemannian steps at intervals.",
        paper: "Mo, Huang & Pan 2025, ICLR (openreview.net/forum?id=i0zzO7Hslk)", family: .factored,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "init", domain: .choice(LOROInitialization.allCases.map(\.rawValue)), help: "How both factors begin.", authorsName: "loro_init",
                source: source, defaultValue: .text(LOROInitialization.xavier.rawValue)),
            OptionDescriptor(
                name: "lr_scaler", domain: .optionalPositiveReal,
                help: "What the factors' steps between exact ones are multiplied with. Null for rank / hidden size (the authors' -1).",
                authorsName: "loro_lr_scaler", source: source, defaultValue: .null),
            OptionDescriptor(
                name: "exact_every", domain: .integer(1...Int.max), help: "Updates from one exact step to the next.", authorsName: "loro_freq",
                source: source, published: ["1b": 200], otherwise: "500", rule: { _ in 500 }).ofTheRun,
            OptionDescriptor(
                name: "refresh", domain: .choice(LOROLifecycle.Refresh.allCases.map(\.rawValue)),
                help: "Whose optimizer state begins anew after an exact step: `others` are embedding, head and norms (the authors' lrk, reg, all).",
                authorsName: "loro_refresh", source: source, defaultValue: .text(LOROLifecycle.Refresh.all.rawValue)).ofTheRun,
            OptionDescriptor(
                name: "restart_warmup_steps", domain: .integer(0...Int.max),
                help: "Updates in which the learning rate warms up again after an exact step, cut short by the next one; 0 leaves it alone.", authorsName: "cosine_restart_warmup",
                source: source, defaultValue: 5).ofTheRun,
        ],
        recipe: { model in
            .init(learningRate: PublishedDefaults.rate(["1b": 0.005], otherwise: 0.01, for: model), epsilon: 1e-6, source: source)
        })

    public let rank: Int
    private let initialization: LOROInitialization
    private let lazyFactor: Double
    private let exactInterval: Int
    private let refresh: LOROLifecycle.Refresh
    private let restartWarmup: Int

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        initialization = try options.choice("init", of: LOROInitialization.self)
        lazyFactor = try options.optionalReal("lr_scaler") ?? Double(rank) / Double(model.hiddenSize)
        exactInterval = try options.integer("exact_every")
        refresh = try options.choice("refresh", of: LOROLifecycle.Refresh.self)
        restartWarmup = try options.integer("restart_warmup_steps")
    }

    public var startsFromDense: Bool { false }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        for (name, isTransposed) in [("lora_A", false), ("lora_B", true)] where set.fresh.contains(name) {
            var stream = random.stream(name, at: set.module)
            try initialization.fill(
                try set.parameter(name).value, isTransposed: isTransposed, deviation: random.deviation, from: &stream, ledger: ledger)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        LOROParameterization(
            factors: try set.lowRankFactors(scale: 1), module: set.module, exactInterval: exactInterval, lazyFactor: lazyFactor)
    }

    // MARK: Updates

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        let rule = optimizer.rule(for: tensor, adamForm: .huggingFace)
        guard tensor.module != nil, rule.refusalInsideSubspace != nil else { return rule }
        return RefusedRule(rule, reason: "LORO makes the factors' step itself, from directions that do not go by the weights")
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? {
        LinearStepNeeds(allocated: FixedRankStep.workspaceCount(rows: module.outFeatures, columns: module.inFeatures, rank: rank))
    }

    public var plannedEvents: [PlannedEvent] {
        [PlannedEvent(kind: "exact_step", first: exactInterval, interval: exactInterval, actsAfterwards: false, option: "exact_every")]
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] {
        [LOROLifecycle(interval: exactInterval, refresh: refresh, restartWarmup: restartWarmup, totalSteps: totalSteps)]
    }
}
