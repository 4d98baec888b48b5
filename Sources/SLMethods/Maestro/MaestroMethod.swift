public import SLMethodKit
public import SLNumerics
import SLOptimizers
public import SLSpec

/// W = B·A that begins at full rank and finds its ranks while it is trained: ordered dropout brings the ranks into an order of importance, a
/// hierarchical group lasso pushes the last of them to zero, and what does not matter is given up.
///
/// Source: Horváth, Laskaridis, Rajput and Wang 2024, Maestro, ICML, arXiv:2308.14929, §3; code: github.com/SamuelHorvath/Maestro-LoD at 0003014,
/// `maestro/layers/linear.py`, `samplers/single_layer.py`, `cifar_mnist_main.py`.
///
/// - First values: with the dense init W = UΣVᵀ, B = U·Σ^½ and A = Σ^½·Vᵀ, all min(in, out) ranks.
/// - In every update one linear of the model passes its first b ranks only (``OrderedDropout``), the others all of theirs (the scripts' `no_full_pass`).
/// - The loss has λ·Σᵢ(‖A_{i:}‖ + ‖B_{:,i:}‖) besides, over all linears; recorded losses are without it.
/// - Every `shrink_every` updates ranks from the first on whose importance ‖A_{i:}‖·‖B_{:,i:}‖ is below the threshold are given up for good, with
///   what the optimizer knows of them. Ranks that are left, over all linears and by role, are recorded.
///
/// Deviations: pairs of linear and width are drawn independently, not without repetition; shrinking goes by updates where the authors' goes by
/// epochs; what is given up is zeroed and pays no lasso. Space for all ranks stays: memory does not fall (in the authors' code it does
/// not during training, either), passes become cheaper. FLOPs are counted at full width.
public struct MaestroMethod: PretrainingMethod {
    private static let source = "SamuelHorvath/Maestro-LoD @0003014, maestro_opts.py"

    public static let descriptor = MethodDescriptor(
        name: "maestro", title: "Maestro", summary: "W = BA from full rank down: ordered dropout of ranks, group lasso, shrinking.",
        paper: "Horváth et al. 2024, arXiv:2308.14929", family: .factored,
        options: [
            OptionDescriptor(
                name: "sampling", domain: .boolean, help: "Whether one linear an update passes only its first ranks.", authorsName: "od-sampler",
                source: source, defaultValue: .bool(true)).ofTheRun,
            OptionDescriptor(
                name: "group_lasso", domain: .real(0...Double.infinity), help: "λ of the hierarchical group lasso; 0 for none.", authorsName: "gp-lambda",
                source: "SamuelHorvath/Maestro-LoD @0003014, scripts/run_cifar_mnist.sh", defaultValue: .real(1e-6)),
            OptionDescriptor(
                name: "importance_threshold", domain: .positiveReal(upTo: .infinity), help: "Ranks of less importance are given up.",
                authorsName: "importance-threshold", source: source, defaultValue: .real(1e-5)),
            OptionDescriptor(
                name: "shrink_every", domain: .integer(1...Int.max), help: "Updates from one shrinking to the next; an epoch in the authors' code.",
                authorsName: "progressive", source: source, defaultValue: 500).ofTheRun,
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "of full_rank; the authors trained image models by SGD") })

    private let lasso: Double
    private let threshold: Double
    private let shrinkInterval: Int
    private let dropout: OrderedDropout?

    public init(options: MethodOptions, model: ModelShape) throws {
        dropout = try options.bool("sampling") ? OrderedDropout(model) : nil
        lasso = try options.real("group_lasso")
        threshold = try options.real("importance_threshold")
        shrinkInterval = try options.integer("shrink_every")
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        LowRankFactors<Float>.declarations(at: module, rank: module.smallerSide) + [TensorDeclaration("given_up", rows: 1, columns: 1, kind: .buffer)]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try set.initializeFactorsFromDense(random: random, ledger: ledger)
    }

    public func initialCount(at module: LinearModule) -> Int { LowRankFactors<Float>.fromDenseCount(at: module) }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        MaestroParameterization(
            factors: try set.lowRankFactors(scale: 1), module: set.module, givenUp: try set.buffer("given_up"), lasso: lasso, threshold: threshold,
            dropout: dropout)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        MaestroParameterization<Float>.scratchCount(at: module, pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        6 * Double(module.smallerSide) * Double(module.outFeatures + module.inFeatures)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: module.smallerSide, givesOutput: true) }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [ShrinkingLifecycle(interval: shrinkInterval)] }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) { (max(module.inFeatures, module.smallerSide), 0) }
}

/// Shrinks at intervals.
struct ShrinkingLifecycle: Lifecycle {
    typealias State = Stateless

    let interval: Int

    func actions(after update: RunView) -> [LifecycleAction] {
        update.step % interval == 0 ? [.rewrite(.shrink, preservesFunction: true)] : []
    }

    var plannedEvents: [PlannedEvent] { [PlannedEvent(kind: Rewrite.shrink.name, first: interval, interval: interval, actsAfterwards: false, option: "shrink_every")] }
}
