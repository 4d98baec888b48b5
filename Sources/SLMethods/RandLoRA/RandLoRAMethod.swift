public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + s·Σⱼ Bⱼ·Λⱼ·A·Γⱼ over n = ⌈min(in, out)/r⌉ random products of rank r, so that the sum has full rank: only the diagonals Λⱼ [r] and
/// Γⱼ [min] are trained. A [r, min] and all Bⱼ [max, r] are drawn from a seed whenever they are needed and never kept; all linears have corners of
/// the same. W₀ is the frozen random init.
///
/// Source: Albert et al. 2025, RandLoRA, arXiv:2502.00987, §4; code: github.com/PaulAlbert31/RandLoRA, `commonsense_reasoning/peft`,
/// `tuners/randlora`: Λ = 0, Γ = 1/max(n, min) at the start, s = alpha / (r·√n), entries of A and B of variance 1, uniform or sparse. As there,
/// A belongs to the shorter side, and the columns of the Bⱼ are counted base by base where the rows of the A·Γⱼ are counted rank by rank.
///
/// Deviations: entries are divided by the standard deviation of their distribution, not of the sample; dropout is left out. W is built and
/// multiplied once, which costs less than two products of nearly full rank.
public struct RandLoRAMethod: PretrainingMethod {
    private static let code = "RandLoraConfig of github.com/PaulAlbert31/RandLoRA"

    public static let descriptor = MethodDescriptor(
        name: "randlora", title: "RandLoRA", summary: "Frozen random W0 plus trained diagonals between random matrices that are never stored.",
        paper: "Albert et al. 2025, arXiv:2502.00987", family: .frozen,
        options: [
            OptionDescriptor(
                name: "rank", domain: .rank, help: "Rank r of one random product; a smaller one has more products and more trained values.",
                authorsName: "r", source: code, published: [:], otherwise: "32, or the smallest side of a linear",
                rule: { .integer(min(32, FrozenStart.smallestSide($0))) }),
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / (rank·√n).", authorsName: "randlora_alpha",
                source: code, defaultValue: 64),
            OptionDescriptor(
                name: "bases", domain: .choice(RandLoRABases.allCases.map(\.rawValue)),
                help: "Entries: uniform; or 0 but for a third (sparse) or one in √min(hidden, intermediate) (very_sparse), which are of one size.",
                authorsName: "sparse / very_sparse", source: code, defaultValue: "uniform").ofTheRun,
        ],
        recipe: FrozenStart.recipe)

    let rank: Int
    let alpha: Double
    private let bases: RandLoRABases
    private let sparsity: Double

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        alpha = try options.real("alpha")
        bases = try options.choice("bases", of: RandLoRABases.self)
        let modules = model.modules(layer: 0)
        let sides = (modules.map(\.outFeatures).max() ?? 1, modules.map(\.inFeatures).max() ?? 1)
        sparsity = bases.sparsity(sides: sides)
    }

    private func size(_ module: LinearModule) -> RandLoRASize { RandLoRASize(module, rank: rank) }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let size = size(module)
        return [
            FrozenStart.declaration(at: module, isOperand: false),
            TensorDeclaration("randlora_lambda", rows: rank, columns: size.products, isOperand: false),
            TensorDeclaration("randlora_gamma", rows: size.products, columns: size.shorter, isOperand: false),
            BasisSeed.declaration,
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
        try BasisSeed.initialize(set, random: random, isShared: true)
        guard set.fresh.contains("randlora_gamma") else { return }
        let size = size(set.module)
        try set.parameter("randlora_gamma").value.fill(1 / Element(max(size.products, size.shorter)))
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        let size = size(set.module)
        return RandLoRAParameterization(
            weight: try set.parameter("weight"), lambda: try set.parameter("randlora_lambda"), gamma: try set.parameter("randlora_gamma"),
            seed: try set.basisSeed(), distribution: bases.distribution(sparsity: sparsity), size: size,
            scale: Element(alpha / (Double(rank) * Double(size.products).squareRoot())), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { size(module).scratchCount(pass) }

    /// Three dense products a token; W is built twice and its gradient taken to the scaled A once, for all tokens.
    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let dense = Double(module.outFeatures) * Double(module.inFeatures)
        return 6 * dense + 6 * dense * Double(size(module).terms) / Double(max(1, pass.tokens))
    }
}

/// How the entries of the random matrices are distributed.
enum RandLoRABases: String, CaseIterable {
    case uniform, sparse
    case verySparse = "very_sparse"

    /// - Parameter sides: the longest of the outputs and of the inputs.
    func sparsity(sides: (Int, Int)) -> Double { self == .verySparse ? Double(min(sides.0, sides.1)).squareRoot() : 3 }

    func distribution(sparsity: Double) -> SeededRows.Distribution {
        self == .uniform ? .uniform(bound: 3.0.squareRoot()) : .ternary(sparsity: sparsity)
    }
}

/// The sizes of one linear.
struct RandLoRASize {
    let rank: Int
    let shorter: Int
    let longer: Int
    /// n
    let products: Int

    init(_ module: LinearModule, rank: Int) {
        self.rank = rank
        shorter = module.smallerSide
        longer = max(module.outFeatures, module.inFeatures)
        products = (shorter + rank - 1) / rank
    }

    /// Terms of the whole sum.
    var terms: Int { rank * products }

    /// W or the gradient by it, B, the scaled A or the gradient by it, A, and a row on every thread.
    func scratchCount(_ pass: PassSize) -> Int {
        longer * shorter + pass.operandCount(terms * longer) + terms * shorter + rank * shorter + pass.threads * shorter
    }
}
