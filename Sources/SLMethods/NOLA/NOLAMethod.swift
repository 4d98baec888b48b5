public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + s·B·A with factors that are sums of random matrices, A = A₀ + Σ aᵢ·Aᵢ and B = Σ bᵢ·Bᵢ: only the coefficients a and b are trained.
/// A₀, Aᵢ and Bᵢ are drawn from a seed whenever they are needed and never kept; W₀ is the frozen random init.
///
/// Source: Koohpayegani et al. 2023, NOLA, arXiv:2310.02556, §3; code: github.com/UCDvision/NOLA, `llama/qlora/peft/tuners/lora.py`
/// (`NOLALinear`): entries of Aᵢ and Bᵢ are U(±1)/√k for k matrices, A₀ is Kaiming-uniform with a = √5, all coefficients start at 0;
/// s = alpha / rank. Dropout is left out.
public struct NOLAMethod: PretrainingMethod {
    private static let code = "LoraConfig of github.com/UCDvision/NOLA, llama/qlora"

    public static let descriptor = MethodDescriptor(
        name: "nola", title: "NOLA", summary: "Frozen random W0 plus a product of factors mixed from random matrices that are never stored.",
        paper: "Koohpayegani et al. 2023, arXiv:2310.02556", family: .frozen,
        options: [
            OptionDescriptor(
                name: "rank", domain: .rank, help: "Rank r of the factors.", authorsName: "r", source: code, published: [:],
                otherwise: "8, or the smallest side of a linear", rule: { .integer(min(8, FrozenStart.smallestSide($0))) }),
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / rank.", authorsName: "lora_alpha", source: code,
                defaultValue: 8),
            OptionDescriptor(
                name: "bases", domain: .integer(1...1 << 20), help: "Random matrices k in each factor's mixture.", authorsName: "nola_num_basis",
                source: code, defaultValue: 128),
        ],
        recipe: FrozenStart.recipe)

    let rank: Int
    let scale: Double
    let bases: Int

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        bases = try options.integer("bases")
        guard (1...1 << 20).contains(bases) else { throw MethodOptionError(option: "bases", value: .integer(bases), wanted: "1 to 1048576") }
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [
            FrozenStart.declaration(at: module),
            TensorDeclaration("nola_A", rows: 1, columns: bases, isOperand: false),
            TensorDeclaration("nola_B", rows: 1, columns: bases, isOperand: false),
            BasisSeed.declaration,
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
        try BasisSeed.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        NOLAParameterization(
            weight: try set.parameter("weight"), down: try set.parameter("nola_A"), up: try set.parameter("nola_B"), seed: try set.basisSeed(),
            rank: rank, scale: Element(scale), module: set.module)
    }

    /// Both factors, which are rounded where they stand, their gradients, what is compressed, and sums of every thread.
    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        2 * rank * (module.outFeatures + module.inFeatures) + pass.operandCount(pass.tokens * rank)
            + SeededCombination.spaceCount(bases: bases, threads: pass.threads)
    }

    /// Both factors are mixed twice and both gradients projected once, for all tokens.
    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let factors = Double(rank) * Double(module.outFeatures + module.inFeatures)
        return FrozenPlusLowRank.floatingPointOperations(at: module, rank: rank) + 6 * Double(bases) * factors / Double(max(1, pass.tokens))
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank) }
}
