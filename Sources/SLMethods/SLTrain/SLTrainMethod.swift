public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = s·B·A + S: trained factors plus trained values on a random, fixed support.
///
/// Source: Han et al. 2024, arXiv:2406.02214, §3 and Algorithm 1; code: github.com/andyjm3/SLTrain at 2335d62,
/// `splora_linear.py`. The scale s = alpha / rank is on the product only. A ~ U(±1/√in), B = 0, values ~ U(±1/√in), so
/// W = S at the start.
/// Deviation: the support is kept as compressed rows with 32-bit columns, drawn without a permutation of m·n; the
/// authors keep flat int64 positions, which is what the paper figure counts.
public struct SLTrainMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "sltrain", title: "SLTrain", summary: "Trained s·BA plus trained values on a random fixed sparse support.",
        paper: "Han et al. 2024, arXiv:2406.02214",
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale of the low-rank part: s = alpha / rank.",
                authorsName: "lora_alpha", source: "scripts of github.com/andyjm3/SLTrain @2335d62",
                published: ["60m": 32, "130m": 16, "350m": 16, "1b": 8, "7b": 8], otherwise: "32", rule: { _ in 32 }),
            OptionDescriptor(
                name: "delta", domain: .positiveReal(upTo: 1), help: "Share of entries in the sparse support.", authorsName: "sp_ratio",
                source: "arXiv:2406.02214, §5.1", published: ["7b": 0.05], otherwise: "0.03", rule: { _ in 0.03 }),
            OptionDescriptor(
                name: "computation", domain: .choice(SLTrainCost.Computation.allCases.map(\.rawValue)),
                help: "rebuild W, or keep factors and multiply the sparse part directly; the result is the same.",
                source: "rebuild: arXiv:2406.02214, Algorithm 1", defaultValue: "automatic"),
        ] + Restarts.options(),
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["7b": 5e-4], otherwise: 3e-3, for: model),
                gradientClip: model.name == "7b" ? 1 : nil,
                source: "scripts of github.com/andyjm3/SLTrain @2335d62; 7b: the paper's 5e-4 (its script says 3e-3)")
        })

    let rank: Int
    let scale: Double
    let delta: Double
    private let cost: SLTrainCost
    private let restarts: Restarts?

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        delta = try options.real("delta")
        let name = try options.text("computation")
        guard let computation = SLTrainCost.Computation(rawValue: name) else {
            throw MethodOptionError(option: "computation", value: .text(name), wanted: "automatic, rebuild or factors")
        }
        cost = SLTrainCost(computation: computation, rank: rank)
        restarts = try Restarts.of(options)
        guard let largest = model.modules(layer: 0).map({ SparseSupportSampler.entryCount(delta: delta, rows: $0.outFeatures, columns: $0.inFeatures) }).max(),
            largest < Int(Int32.max)
        else { throw MethodOptionError(option: "delta", value: options["delta"], wanted: "fewer than 2^31 entries a matrix") }
    }

    private func entryCount(_ module: LinearModule) -> Int {
        SparseSupportSampler.entryCount(delta: delta, rows: module.outFeatures, columns: module.inFeatures)
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let entries = entryCount(module)
        return LowRankFactors<Float>.declarations(at: module, rank: rank) + [
            TensorDeclaration("sparse_value", rows: 1, columns: entries, isOperand: false),
            TensorDeclaration("sparse_row_start", rows: 1, columns: module.outFeatures + 1, kind: .indices(paperCount: 0)),
            TensorDeclaration("sparse_column", rows: 1, columns: entries, kind: .indices(paperCount: entries)),
        ]
    }

    public var startsFromDense: Bool { false }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try set.initializeUniform("lora_A", fanIn: set.module.inFeatures, random: random)
        try set.initializeUniform("sparse_value", fanIn: set.module.inFeatures, random: random)
        guard set.fresh.contains("sparse_column") else { return }
        var stream = random.stream("sparse_support", at: set.module)
        SparseSupportSampler.fill(
            rowStarts: try set.indexVector("sparse_row_start"), columns: try set.indexVector("sparse_column"),
            rows: set.module.outFeatures, columnCount: set.module.inFeatures, from: &stream)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SLTrainParameterization(
            factors: try set.lowRankFactors(scale: scale), values: try set.parameter("sparse_value"),
            support: SparseSupport(
                rowStarts: try set.indexVector("sparse_row_start"), columns: try set.indexVector("sparse_column")),
            module: set.module, cost: cost)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        guard cost.usesFactors(module, entries: entryCount(module), pass: pass) else { return module.outFeatures * module.inFeatures }
        // The sparse part reads its operands in full.
        return pass.operandCount(pass.tokens * rank) + pass.fullCount(pass.tokens * (module.inFeatures + module.outFeatures))
            + SparseSupport.productWorkspaceCount(
                rows: module.outFeatures, columns: module.inFeatures, entries: entryCount(module), tokens: pass.tokens, threads: pass.threads)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let entries = entryCount(module)
        let all =
            cost.usesFactors(module, entries: entries, pass: pass)
            ? cost.factored(module, entries: entries, tokens: pass.tokens) : cost.rebuilding(module, tokens: pass.tokens)
        return all / Double(max(1, pass.tokens))
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations {
        SavedActivations(columns: cost.usesFactors(module, entries: entryCount(module), pass: pass) ? rank : 0)
    }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? {
        cost.usesFactors(module, entries: entryCount(module), pass: pass) ? "factors" : "rebuild"
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { Restarts.lifecycles(restarts, totalSteps: totalSteps) }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        restarts?.refactors == true ? LowRankFactors<Float>.balanceCounts(at: module, rank: rank) : (0, 0)
    }
}
