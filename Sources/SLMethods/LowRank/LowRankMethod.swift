public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = s·B·A, both factors trained from random, s = alpha / rank.
///
/// Source: Kamalakara et al. 2022, arXiv:2209.13569. GaLore's and SLTrain's papers show it as a baseline without
/// releasing its code; initialisation and scale follow the benchmark of Glentis et al. 2025, arXiv:2505.22922
/// (`OptimAI-Lab/Memory_Efficient_Pretraining`): both factors Kaiming-uniform with a = √5, so A ~ U(±1/√in) and
/// B ~ U(±1/√r).
public struct LowRankMethod: FactoredMethod {
    public static let descriptor = MethodDescriptor(
        name: "low_rank", title: "Low-rank", summary: "W = s·BA, both factors trained; no dense weight.",
        paper: "Kamalakara et al. 2022, arXiv:2209.13569", family: .factored,
        options: [
            PublishedDefaults.rank,
            FactorScale.alpha(source: "Glentis et al. 2025, arXiv:2505.22922, scripts of the authors' repository"),
        ] + Restarts.options(),
        recipe: { _ in
            .init(learningRate: 1.5e-3, source: "Glentis et al. 2025, arXiv:2505.22922, 60M script of the authors' repository")
        })

    public let rank: Int
    let scale: Double
    private let restarts: Restarts?

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        restarts = try Restarts.of(options)
    }

    public var startsFromDense: Bool { false }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try set.initializeUniform("lora_A", fanIn: set.module.inFeatures, random: random)
        try set.initializeUniform("lora_B", fanIn: rank, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        LowRankParameterization(factors: try set.lowRankFactors(scale: scale), module: set.module)
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { Restarts.lifecycles(restarts, totalSteps: totalSteps) }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        restarts?.refactors == true ? LowRankFactors<Float>.balanceCounts(at: module, rank: rank) : (0, 0)
    }
}
