public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// W = S: a sparse weight and nothing else, trained from scratch on a fixed mask or on one that moves.
///
/// The mask is unstructured, or N of every M neighbours of a row (`group` M, `density` N / M; Mishra et al. 2021, arXiv:2104.08378), drawn or where
/// the first dense weights are largest, drawn ones or given ones (`--init`): so a pruned model trains on, and density 1 is dense training to the
/// last bit of its first weights. Values begin as the dense weights under the mask. Gradients and optimizer state exist for the mask's entries only.
///
/// `"regrow": "random"` with a warm-up is SMET (Xiao et al. 2026, arXiv:2606.00888), `"regrow": "gradient"` RigL's growth (Evci et al. 2020,
/// arXiv:1911.11134) in SpIEL's form: see ``Regrow``. SMET raises the rate by 1/√density besides, which is a group's `lr_factor` here.
/// Deviations from SMET's code: embedding and head stay dense; the mask has exactly ⌊density·m·n⌋ entries, where the code draws each by itself.
public struct SparseMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "sparse", title: "Sparse", summary: "A sparse weight alone on a fixed or moving mask, unstructured or N:M.",
        paper: "Xiao et al. 2026, arXiv:2606.00888 (SMET)", family: .sparse,
        options: [
            OptionDescriptor(
                name: "density", domain: .positiveReal(upTo: 1), help: "Share of entries that are kept; 1 is dense.", authorsName: "density",
                source: "arXiv:2606.00888; scripts of its code @6a94b79", defaultValue: 0.5),
            OptionDescriptor(
                name: "group", domain: .optionalInteger(2...Int.max),
                help: "M of N:M: of every so many neighbours of a row density · M are kept, which must be a whole number; null for an unstructured mask.",
                source: "Mishra et al. 2021, arXiv:2104.08378", defaultValue: .null),
            OptionDescriptor(
                name: "mask", domain: .choice(["random", "magnitude"]),
                help: "Drawn, or where the first dense weights (drawn, or given by --init) are largest.",
                source: "magnitude: Han et al. 2015, arXiv:1506.02626", defaultValue: "random"),
            SparseComputation.option(source: "rebuild: a dense product with zeros, as the published implementations have it"),
            OptionDescriptor(
                name: "regrow", domain: .choice(["none"] + Regrow.Growth.allCases.map(\.rawValue)),
                help: "Whether small entries are dropped at intervals and others grow: by dense gradients, by second moments, or at random.",
                authorsName: "growth", source: "random: arXiv:2606.00888", defaultValue: "none").ofTheRun,
        ] + Regrow.options(policy: .cosine, warmup: 10, source: "scripts of arXiv:2606.00888's code @6a94b79"),
        recipe: { _ in .init(learningRate: 2e-3, source: "scripts of github.com/QiaoXiao7282/SMET @6a94b79 (130m, density 0.5)") })

    private let sampler: SparseSupportSampler
    private let takesLargest: Bool
    private let computation: SparseComputation
    private let regrow: Regrow?

    public init(options: MethodOptions, model: ModelShape) throws {
        let (density, group) = (try options.real("density"), try options.optionalInteger("group"))
        sampler = SparseSupportSampler(density: density, group: group)
        let mask = try options.text("mask")
        guard mask == "random" || mask == "magnitude" else {
            throw MethodOptionError(option: "mask", value: .text(mask), wanted: "random or magnitude")
        }
        takesLargest = mask == "magnitude"
        computation = SparseComputation(try options.choice("computation", of: SparseComputation.Way.self), rank: 0)
        let growth = try options.text("regrow")
        regrow = try Regrow.of(options, growth: growth == "none" ? nil : options.choice("regrow", of: Regrow.Growth.self))
        if let group {
            let kept = density * Double(group)
            guard kept >= 1, abs(kept - kept.rounded()) < 1e-9 else {
                throw MethodOptionError(
                    option: "group", value: .integer(group), wanted: "so many that density · group is a whole number above 0 (it is \(kept)),")
            }
            guard regrow == nil else { throw MethodOptionError(option: "group", value: .integer(group), wanted: "null where the mask moves") }
        }
        for module in model.modules(layer: 0) where !(1..<Int(Int32.max)).contains(entryCount(module)) {
            throw MethodOptionError(
                option: "density", value: options["density"], wanted: "at least one entry and fewer than 2^31 in a \(module.outFeatures)x\(module.inFeatures) matrix")
        }
    }

    private func entryCount(_ module: LinearModule) -> Int { sampler.entryCount(rows: module.outFeatures, columns: module.inFeatures) }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        SparseEntries<Float>.declarations(at: module, entries: entryCount(module), regrow: regrow)
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        let module = set.module
        guard set.fresh.contains("sparse_value") else { return }
        let dense = try Matrix<Element>(rows: module.outFeatures, columns: module.inFeatures, category: .workspace, ledger: ledger)
        try random.fillDense(dense, at: module)
        try SparseEntries.initialize(set) {
            if takesLargest { return sampler.byMagnitude(of: dense) }
            var stream = random.stream("sparse_support", at: module)
            return sampler.random(rows: module.outFeatures, columns: module.inFeatures, from: &stream)
        }
        try SparseEntries.takeValues(set, from: dense)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SparseSumParameterization(.nothing, try SparseEntries(set, regrow: regrow), module: set.module, computation: computation)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        let rule = optimizer.rule(for: tensor)
        guard let regrow, tensor.name == "sparse_value" else { return rule }
        return regrow.rule(rule, rows: tensor.rows, columns: tensor.columns)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        SparseSumParameterization<Float>.scratchCount(
            at: module, entries: entryCount(module), rank: 0, computation: computation, regrow: regrow, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        computation.perToken(module, entries: entryCount(module), pass: pass)
    }

    public func computation(at module: LinearModule, phase: Int, pass: PassSize) -> String? {
        computation.usesFactors(module, entries: entryCount(module), pass: pass) ? "support" : "rebuild"
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { regrow.map { [$0.lifecycle(totalSteps: totalSteps)] } ?? [] }

    public func idleParts(of shape: ModelShape) -> [String] { regrow?.idleParts ?? [] }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        (SparseSumParameterization<Float>.exchangeCount(at: module, regrow: regrow), 0)
    }
}
