public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// W = W₀ + Δ: the frozen first weight plus a sparse difference whose support moves.
///
/// Source: Ansell et al. 2024, arXiv:2401.16405 (SpIEL-AG, SpIEL-MA); code: github.com/AlanAnsell/peft, `tuners/sft`. Δ = 0 on a random support
/// at the start; how it moves is ``Regrow``. Embedding, head and norms are trained as ever. Adam is in the authors' form for all tensors
/// (SftAdamW).
///
/// A method of fine-tuning: from scratch W₀ is the frozen random init, and what can be learned is what so few entries can say.
/// Deviation: the support stays sorted, where the authors put what has grown in the place of what was dropped.
public struct SpIELMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "spiel", title: "SpIEL", summary: "Frozen W0 plus a trained sparse difference whose support moves.",
        paper: "Ansell et al. 2024, arXiv:2401.16405", family: .sparse,
        options: [
            OptionDescriptor(
                name: "delta", domain: .positiveReal(upTo: 1), help: "Share of entries that the difference has.", authorsName: "density",
                source: "AlanAnsell/peft @42ebcb8, tuners/sft/args.py", defaultValue: 0.01),
            OptionDescriptor(
                name: "growth", domain: .choice(["gradient", "momentum"]),
                help: "What entries grow by: accumulated gradients (SpIEL-AG) or second moments of rows and columns (SpIEL-MA).",
                authorsName: "selection_algorithm", source: "arXiv:2401.16405", defaultValue: "gradient").ofTheRun,
        ] + Regrow.options(),
        recipe: { _ in .init(learningRate: 1e-3, source: "no published value for pretraining; LoRA's, which freezes the same weight") })

    private let sampler: SparseSupportSampler
    private let regrow: Regrow
    private let computation = SparseComputation(.automatic, rank: 0, hasFrozen: true)

    public init(options: MethodOptions, model: ModelShape) throws {
        sampler = SparseSupportSampler(density: try options.real("delta"), least: 1)
        let growth = try options.choice("growth", of: Regrow.Growth.self)
        guard growth != .random, let regrow = try Regrow.of(options, growth: growth) else { throw MethodOptionError(option: "growth", value: options["growth"], wanted: "gradient or momentum") }
        self.regrow = regrow
    }

    private func entryCount(_ module: LinearModule) -> Int { sampler.entryCount(rows: module.outFeatures, columns: module.inFeatures) }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures, kind: .frozen)]
            + SparseEntries<Float>.declarations(at: module, entries: entryCount(module), regrow: regrow)
    }

    /// Fresh values are 0 already.
    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
        try SparseEntries.initialize(set) {
            var stream = random.stream("sparse_support", at: set.module)
            return sampler.random(rows: set.module.outFeatures, columns: set.module.inFeatures, from: &stream)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SparseSumParameterization(
            .frozen(try set.parameter("weight")), try SparseEntries(set, regrow: regrow), module: set.module, computation: computation)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        let rule = optimizer.rule(for: tensor, adamForm: .huggingFace)
        return tensor.name == "sparse_value" ? regrow.rule(rule, rows: tensor.rows, columns: tensor.columns) : rule
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        SparseSumParameterization<Float>.scratchCount(
            at: module, entries: entryCount(module), rank: 0, computation: computation, regrow: regrow, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        computation.perToken(module, entries: entryCount(module), pass: pass)
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [regrow.lifecycle(totalSteps: totalSteps)] }

    public func idleParts(of shape: ModelShape) -> [String] { regrow.idleParts }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        (SparseSumParameterization<Float>.exchangeCount(at: module, regrow: regrow), 0)
    }
}
