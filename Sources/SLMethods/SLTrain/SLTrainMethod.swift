public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// W = s·B·A + S: trained factors plus trained values on a sparse support, random and fixed unless something else is asked for.
///
/// Source: Han et al. 2024, arXiv:2406.02214, §3 and Algorithm 1; code: github.com/andyjm3/SLTrain at 2335d62,
/// `splora_linear.py`. The scale s = alpha / rank is on the product only. A ~ U(±1/√in), B = 0, values ~ U(±1/√in), so
/// W = S at the start.
/// Deviation: the support is kept as compressed rows with 32-bit columns, drawn without a permutation of m·n; the
/// authors keep flat int64 positions, which is what the paper figure counts.
///
/// Rank 0 leaves the factors out: the paper's own control, with S alone. Supports besides the random one are in ``SLTrainSupport``; those that
/// move are ``Regrow``'s, and then Adam is in the form of SpIEL's authors.
public struct SLTrainMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "sltrain", title: "SLTrain", summary: "Trained s·BA plus trained values on a sparse support, random and fixed or moving.",
        paper: "Han et al. 2024, arXiv:2406.02214", family: .sparse,
        options: [
            PublishedDefaults.rankOrNone,
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale of the low-rank part: s = alpha / rank.",
                authorsName: "lora_alpha", source: "scripts of github.com/andyjm3/SLTrain @2335d62",
                published: ["60m": 32, "130m": 16, "350m": 16, "1b": 8, "7b": 8], otherwise: "32", rule: { _ in 32 }),
            OptionDescriptor(
                name: "delta", domain: .positiveReal(upTo: 1), help: "Share of entries in the sparse support.", authorsName: "sp_ratio",
                source: "arXiv:2406.02214, §5.1", published: ["7b": 0.05], otherwise: "0.03", rule: { _ in 0.03 }),
            SparseComputation.option(source: "rebuild: arXiv:2406.02214, Algorithm 1"),
            SLTrainSupport.option,
        ] + Regrow.options().map(\.unwrittenAtDefault) + Restarts.options(),
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["7b": 5e-4], otherwise: 3e-3, for: model),
                gradientClip: model.name == "7b" ? 1 : nil,
                source: "scripts of github.com/andyjm3/SLTrain @2335d62; 7b: the paper's 5e-4 (its script says 3e-3)")
        })

    let rank: Int
    let scale: Double
    private let sampler: SparseSupportSampler
    private let support: SLTrainSupport
    private let computation: SparseComputation
    private let regrow: Regrow?
    private let restarts: Restarts?

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.optionalInteger("rank") ?? 0
        scale = rank > 0 ? try options.real("alpha") / Double(rank) : 0
        sampler = SparseSupportSampler(density: try options.real("delta"))
        support = try options.choice(SLTrainSupport.name, of: SLTrainSupport.self)
        computation = SparseComputation(try options.choice("computation", of: SparseComputation.Way.self), rank: rank)
        regrow = try Regrow.of(options, growth: support.growth)
        restarts = try Restarts.of(options, refusingRefactor: rank == 0 ? "without a rank there are no factors" : nil)
        guard let largest = model.modules(layer: 0).map({ sampler.entryCount(rows: $0.outFeatures, columns: $0.inFeatures) }).max(),
            largest < Int(Int32.max)
        else { throw MethodOptionError(option: "delta", value: options["delta"], wanted: "fewer than 2^31 entries a matrix") }
    }

    private func entryCount(_ module: LinearModule) -> Int { sampler.entryCount(rows: module.outFeatures, columns: module.inFeatures) }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        (rank > 0 ? LowRankFactors<Float>.declarations(at: module, rank: rank) : [])
            + SparseEntries<Float>.declarations(at: module, entries: entryCount(module), regrow: regrow)
    }

    /// Where the support goes by the weights that a dense linear would start from.
    public var startsFromDense: Bool { support.readsDense }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        let module = set.module
        if rank > 0 { try set.initializeUniform("lora_A", fanIn: module.inFeatures, random: random) }
        guard support.readsDense else {
            try set.initializeUniform("sparse_value", fanIn: module.inFeatures, random: random)
            return try SparseEntries.initialize(set) {
                var stream = random.stream("sparse_support", at: module)
                return sampler.random(rows: module.outFeatures, columns: module.inFeatures, from: &stream)
            }
        }
        let dense = try Matrix<Element>(rows: module.outFeatures, columns: module.inFeatures, category: .workspace, ledger: ledger)
        try random.fillDense(dense, at: module)
        try SparseEntries.initialize(set) { sampler.byMagnitude(of: dense, smallest: support == .smallest) }
        if support == .pruned {
            try SparseEntries.takeValues(set, from: dense)
        } else {
            try set.initializeUniform("sparse_value", fanIn: module.inFeatures, random: random)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SparseSumParameterization(
            rank > 0 ? .factors(try set.lowRankFactors(scale: scale)) : .nothing, try SparseEntries(set, regrow: regrow), module: set.module,
            computation: computation)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        guard let regrow else { return optimizer.rule(for: tensor) }
        let rule = optimizer.rule(for: tensor, adamForm: .huggingFace)
        return tensor.name == "sparse_value" ? regrow.rule(rule, rows: tensor.rows, columns: tensor.columns) : rule
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        SparseSumParameterization<Float>.scratchCount(
            at: module, entries: entryCount(module), rank: rank, computation: computation, regrow: regrow, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        computation.perToken(module, entries: entryCount(module), pass: pass)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        SavedActivations(columns: computation.usesFactors(module, entries: entryCount(module), pass: pass) ? rank : 0)
    }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? {
        computation.usesFactors(module, entries: entryCount(module), pass: pass) ? "factors" : "rebuild"
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] {
        (regrow.map { [$0.lifecycle(totalSteps: totalSteps)] } ?? []) + Restarts.lifecycles(restarts, totalSteps: totalSteps)
    }

    public func idleParts(of shape: ModelShape) -> [String] { regrow?.idleParts ?? [] }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        let balance = restarts?.refactors == true ? LowRankFactors<Float>.balanceCounts(at: module, rank: rank) : (0, 0)
        return (max(balance.0, SparseSumParameterization<Float>.exchangeCount(at: module, regrow: regrow)), balance.1)
    }
}
