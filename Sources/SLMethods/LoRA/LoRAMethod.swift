public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + s·B·A with W₀ the frozen random init: the "LoRA" row of the published pretraining tables.
///
/// Source: Hu et al. 2021, arXiv:2106.09685, §4.1; for pretraining Zhao et al. 2024, arXiv:2403.03507, §5.1 (alpha 32).
/// A Kaiming-uniform with a = √5, B = 0, so that the first function is that of the dense init.
/// Deviation: GaLore's baseline had a dropout of 0.05 on the adapter's input; there is none here.
public struct LoRAMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "lora", title: "LoRA", summary: "Frozen random W0 plus trained s·BA.", paper: "Hu et al. 2021, arXiv:2106.09685", family: .frozen,
        options: [
            PublishedDefaults.rank,
            FactorScale.alpha(source: "Zhao et al. 2024, arXiv:2403.03507, §5.1"),
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "within the range tuned in Zhao et al. 2024, arXiv:2403.03507; exact value unpublished") })

    let rank: Int
    let scale: Double

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        FrozenPlusLowRank.declarations(at: module, rank: rank)
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenPlusLowRank.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        FrozenPlusLowRankParameterization(weight: try set.parameter("weight"), factors: try set.lowRankFactors(scale: scale), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { pass.operandCount(pass.tokens * rank) }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        FrozenPlusLowRank.floatingPointOperations(at: module, rank: rank)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank) }
}
