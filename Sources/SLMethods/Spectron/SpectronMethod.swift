public import SLMethodKit
public import SLNumerics
public import SLOptimizers
public import SLSpec

/// W = B·A from the start, without a dense weight beside it: both factors by orthogonalised momentum, with steps that are bounded by the
/// factors' spectral norms.
///
/// Source: Janson, Oyallon and Belilovsky 2026, Stabilizing Native Low-Rank LLM Pretraining, arXiv:2602.12429, Algorithms 1 and 3; order of
/// operations as in NVIDIA's `emerging_optimizers`, `spectron.py` (no code of the authors was found): decay, average of gradients M ← βM + (1 − β)g,
/// five Newton-Schulz iterations, one power iteration a factor that goes on from the last update's, then A ← A − η/(σ_A + σ_B + 1)·orth(M_A)
/// and the same of B. With ‖orth(M)‖₂ ≤ 1 the product moves by at most (σ_A + σ_B)·η′ + η′² with η′ = η/(σ_A + σ_B + 1), which is below η for η ≤ 1. The factors
/// begin with the dense init's largest singular values.
///
/// Embedding, head and norms are trained by the run's optimizer, which has no say in the factors. Newton-Schulz leaves singular values between 0.7 and 1.2.
public struct SpectronMethod: FactoredMethod {
    private static let source = "arXiv:2602.12429; NVIDIA-NeMo/Emerging-Optimizers, spectron.py"

    public static let descriptor = MethodDescriptor(
        name: "spectron", title: "Spectron", summary: "W = BA by orthogonalised momentum, steps bounded by the factors' spectral norms.",
        paper: "Janson, Oyallon & Belilovsky 2026, arXiv:2602.12429", family: .factored,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "momentum", domain: .real(0...0.999_999_9), help: "Decay of the average of gradients.", authorsName: "momentum_beta", source: source,
                defaultValue: 0.9),
            OptionDescriptor(
                name: "ns_steps", domain: .integer(1...100), help: "Newton-Schulz iterations.", authorsName: "num_ns_steps", source: source,
                defaultValue: 5),
            OptionDescriptor(
                name: "power_iterations", domain: .integer(1...100), help: "Iterations an update by which a factor's spectral norm is followed.",
                authorsName: "num_power_iter", source: source, defaultValue: 1),
        ],
        recipe: { _ in
            .init(learningRate: 3e-4, weightDecay: 0.01, source: "defaults of NVIDIA's spectron.py; the paper's own rates were not found")
        })

    public let rank: Int
    private let momentum: Double
    private let orthogonalizing: Int
    private let iterations: Int

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        momentum = try options.real("momentum")
        orthogonalizing = try options.integer("ns_steps")
        iterations = try options.integer("power_iterations")
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        LowRankFactors<Float>.declarations(at: module, rank: rank) + [
            TensorDeclaration("leading_A", rows: 1, columns: module.inFeatures, kind: .buffer),
            TensorDeclaration("leading_B", rows: 1, columns: module.outFeatures, kind: .buffer),
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try set.initializeFactorsFromDense(random: random, ledger: ledger)
        for name in ["leading_A", "leading_B"] where set.fresh.contains(name) {
            let vector = try set.buffer(name)
            var stream = random.stream(name, at: set.module)
            vector.fillNormal(deviation: 1, from: &stream)
            vector.scale(by: Element(1 / vector.sumOfSquares().squareRoot()))
        }
    }

    public func initialCount(at module: LinearModule) -> Int { LowRankFactors<Float>.fromDenseCount(at: module) }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SpectronParameterization(
            factors: try set.lowRankFactors(scale: 1), module: set.module, leading: (try set.buffer("leading_A"), try set.buffer("leading_B")),
            iterations: iterations)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        guard tensor.module != nil, tensor.name.hasPrefix("lora_") else { return optimizer.rule(for: tensor) }
        return OrthogonalMomentumRule(momentum: momentum, iterations: orthogonalizing, storage: optimizer.storage)
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? {
        LinearStepNeeds(scratch: SpectronParameterization<Float>.scratchCount(at: module, rank: rank), rewrites: ["leading_A", "leading_B"])
    }
}
