public import SLMethodKit
public import SLNumerics
public import SLSpec

/// y = B·σ(A·x): every block linear is an auto-encoder with SiLU between its factors, and no dense weight exists.
///
/// Source: Liu et al. 2025, CoLA, arXiv:2502.10940 (EMNLP 2025), §3; settings and first values from the authors' code. CoLA-M, which
/// computes the same and saves less, is not a method but a way of running this one: `"recompute": "bottlenecks"`.
/// Both factors start at N(0, std²) with std = r^(-1/4)·(in + out)^(-1/4), and there is no scale. The feed-forward block's own SiLU is kept
/// at 60m and 130m and left out from 350m on (`only_lr_act`), where the gate is then a plain product.
///
/// Published beside the recipe: 10k/20k/60k/100k/150k updates with a warm-up of 2k/2k/6k/10k/15k, batches of 512 sequences.
public struct CoLAMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "cola", title: "CoLA", summary: "Low-rank factors with SiLU between them; no dense weight.",
        paper: "Liu et al. 2025, arXiv:2502.10940", family: .factored,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "mlp_activation", domain: .choice(GateActivation.allCases.map(\.rawValue)),
                help: "φ on the gate of the feed-forward blocks, beside the factors' own: identity is the authors' only_lr_act.",
                source: "the authors' scripts for arXiv:2502.10940",
                published: ["60m": "silu", "130m": "silu", "350m": "identity", "1b": "identity", "7b": "identity"], otherwise: "silu",
                rule: { _ in "silu" }).ofTheRun,
        ] + Restarts.options(refactors: nil),
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["60m": 6e-3, "1b": 2e-3, "7b": 1e-3], otherwise: 3e-3, for: model), gradientClip: 0.5,
                weightDecay: 0.01, source: "the authors' scripts for arXiv:2502.10940; 3e-3 is that of 130m and 350m")
        })

    let rank: Int
    public let gateActivation: GateActivation
    private let restarts: Restarts?

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        gateActivation = try options.choice("mlp_activation", of: GateActivation.self)
        // SiLU stands between the factors: balanced ones would be another function.
        restarts = try Restarts.of(options, canRefactor: false)
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] { LowRankFactors<Float>.declarations(at: module, rank: rank) }

    public var startsFromDense: Bool { false }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        let deviation = (Double(rank) * Double(set.module.inFeatures + set.module.outFeatures)).squareRoot().squareRoot()
        for name in ["lora_A", "lora_B"] where set.fresh.contains(name) {
            var stream = random.stream(name, at: set.module)
            try set.parameter(name).value.fillNormal(deviation: 1 / deviation, from: &stream)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        CoLAParameterization(path: ActivatedFactors(try set.lowRankFactors(scale: 1), activation: .silu), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        ActivatedFactors<Float>.scratchCount(rank: rank, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        6 * Double(rank) * Double(module.outFeatures + module.inFeatures)
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { Restarts.lifecycles(restarts, totalSteps: totalSteps) }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank, givesOutput: true) }
}
