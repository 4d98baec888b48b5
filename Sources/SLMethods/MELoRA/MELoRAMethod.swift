public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + s·diag(B₁A₁, …, BₙAₙ): n LoRAs side by side, each from its own part of the inputs to its own part of the outputs, so that r(in + out)
/// values have rank n·r. W₀ is the frozen random init.
///
/// Source: Ren et al. 2024, arXiv:2402.17263, §3; code: github.com/ChasonShi/MELoRA, `tuners/melora.py`. Each pair starts as LoRA's,
/// A Kaiming-uniform with a = √5 over its in/n inputs, B = 0; s = alpha / rank.
///
/// Deviations: where n does not divide a side, parts differ by one. Ranks are alike; the authors' code takes a list of them. Dropout is left out.
public struct MELoRAMethod: PretrainingMethod {
    private static let code = "github.com/ChasonShi/MELoRA, glue_finetune.sh"

    public static let descriptor = MethodDescriptor(
        name: "melora", title: "MELoRA", summary: "Frozen random W0 plus n small LoRAs along the diagonal.",
        paper: "Ren et al. 2024, arXiv:2402.17263", family: .frozen,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "alpha", domain: .positiveReal(upTo: .infinity), help: "Scale: s = alpha / rank.", authorsName: "lora_alpha", source: code,
                defaultValue: 16),
            OptionDescriptor(
                name: "mini_loras", domain: .integer(1...Int.max), help: "Number n of pairs of factors, at most the smallest side of a linear.",
                authorsName: "l_num", source: code, defaultValue: 2),
        ],
        recipe: FrozenStart.recipe)

    let rank: Int
    let scale: Double
    let parts: Int

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        parts = try options.integer("mini_loras")
        let most = FrozenStart.smallestSide(model)
        guard (1...most).contains(parts) else {
            throw MethodOptionError(option: "mini_loras", value: .integer(parts), wanted: "1 to \(most), the smallest side of a linear")
        }
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] { FrozenPlusLowRank.declarations(at: module, rank: rank) }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
        try set.initializeUniform("lora_A", fanIn: max(1, set.module.inFeatures / parts), random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        MELoRAParameterization(weight: try set.parameter("weight"), factors: try set.lowRankFactors(scale: scale), parts: parts, module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { pass.operandCount(pass.tokens * rank * parts) }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        FrozenPlusLowRank.floatingPointOperations(at: module, rank: rank)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank * parts) }
}
