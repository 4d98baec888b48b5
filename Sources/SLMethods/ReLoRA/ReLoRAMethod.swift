public import SLMethodKit
public import SLNumerics
import SLOptimizers
public import SLSpec

/// LoRA that is merged and restarted: every so many updates W₀ ← W₀ + s·BA, A is drawn anew, B becomes 0, most of the
/// factors' optimizer state is thrown away and the learning rate warms up again from 0.
///
/// Source: Lialin et al. 2023, arXiv:2307.05695, §3 (method), §4 (warm start); code: github.com/Guitaricet/relora at
/// 176f376, `relora.py` and `training_utils.py`.
///
/// Order at a restart, as in the authors' loop: the update at the restart runs with learning rate 0, then merge, then
/// reset; the next update has 1/warm-up of the cosine.
///
/// Deviations from that code, all bugs or accidents of it:
/// - A is Kaiming-uniform and B is 0 from the start. At the pinned commit both start at 0, so the first cycle trains
///   nothing in the adapters.
/// - `reset_optimizer: zero` zeroes everything; the authors' plain reset is a random pruning of 99.9 %. The share that
///   really is zero afterwards is recorded.
/// - No dropout on the adapter's input (0.1 fixed in the code), no trainable scale.
/// - The full-rank warm start is a phase of the same run: embedding, head and norms keep their moments, the dense
///   weights' moments are freed. In the paper it is a run of its own.
/// As in the code, Adam's step counter is kept through a reset (`reset_age: keep`): the bias correction then takes the
/// emptied moments for old ones and the steps right after a reset are several times too long, which is why the warm-up after each
/// restart is not optional (`restart_warmup_steps` ≥ 1). `reset_age: restart` counts anew. Factors that are fresh after a
/// full-rank warm start count from 0 either way: there they have no moments yet, as in the authors' second run.
public struct ReLoRAMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "relora", title: "ReLoRA", summary: "LoRA with merges, restarts and optimizer resets.",
        paper: "Lialin et al. 2023, arXiv:2307.05695", family: .frozen,
        options: [
            PublishedDefaults.rank,
            FactorScale.alpha(source: "Guitaricet/relora @176f376, torchrun_main.py"),
            OptionDescriptor(
                name: "merge_interval", domain: .integer(1...Int.max), help: "Updates between merges.", authorsName: "relora / cycle_length",
                source: "rerun under the GaLore recipe, arXiv:2605.13652",
                published: ["60m": 1000, "130m": 5000, "350m": 5000], otherwise: "1000", rule: { _ in 1000 }).ofTheRun,
            OptionDescriptor(
                name: "reset_optimizer", domain: .choice(["zero", "random", "magnitude"]),
                help: "What happens to the factors' moments at a merge.",
                authorsName: "reset_optimizer_on_relora / optimizer_random_pruning / optimizer_magnitude_pruning",
                source: "arXiv:2307.05695 §3; ratio from the rerun arXiv:2605.13652", defaultValue: "random").ofTheRun,
            OptionDescriptor(
                name: "reset_ratio", domain: .real(0...1), help: "Share of the moments that `random` and `magnitude` zero.",
                source: "rerun under the GaLore recipe, arXiv:2605.13652", defaultValue: 0.99).ofTheRun,
            OptionDescriptor(
                name: "reset_age", domain: .choice(["keep", "restart"]),
                help: "Whether Adam's count of the factors' updates, which its bias correction goes by, is kept through a merge or"
                    + " begins anew. Kept, the steps after a reset are up to six times too long; the warm-up after the restart hides it.",
                source: "keep: Guitaricet/relora @176f376, training_utils.py (optimizer_reset leaves the step)", defaultValue: "keep").ofTheRun,
            OptionDescriptor(
                name: "restart_warmup_steps", domain: .integer(1...Int.max), help: "Updates of linear warm-up after each restart.",
                source: "rerun under the GaLore recipe, arXiv:2605.13652",
                published: ["350m": 200], otherwise: "100", rule: { _ in 100 }).ofTheRun,
            OptionDescriptor(
                name: "full_rank_steps", domain: .integer(0...Int.max), help: "Updates of full-rank warm start before the first cycle.",
                authorsName: "warmed_up_model", source: "arXiv:2307.05695 §4; 0 in GaLore's comparison", defaultValue: 0).ofTheRun,
        ],
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["350m": 5e-4], otherwise: 1e-3, for: model), gradientClip: 1,
                source: "rerun under the GaLore recipe, arXiv:2605.13652")
        })

    let rank: Int
    let scale: Double
    let mergeInterval: Int
    let pruning: StatePruning
    private let restartsAge: Bool
    let restartWarmup: Int
    let fullRankSteps: Int

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        scale = try options.real("alpha") / Double(rank)
        mergeInterval = try options.integer("merge_interval")
        restartWarmup = try options.integer("restart_warmup_steps")
        fullRankSteps = try options.integer("full_rank_steps")
        let ratio = try options.real("reset_ratio")
        switch try options.text("reset_optimizer") {
        case "zero": pruning = .zero
        case "random": pruning = .random(ratio)
        case "magnitude": pruning = .magnitude(ratio)
        default: throw MethodOptionError(option: "reset_optimizer", value: options["reset_optimizer"], wanted: "zero, random or magnitude")
        }
        switch try options.text("reset_age") {
        case "keep": restartsAge = false
        case "restart": restartsAge = true
        default: throw MethodOptionError(option: "reset_age", value: options["reset_age"], wanted: "keep or restart")
        }
        guard mergeInterval > restartWarmup else {
            throw MethodOptionError(
                option: "restart_warmup_steps", value: .integer(restartWarmup), wanted: "fewer than merge_interval (\(mergeInterval))")
        }
    }

    /// 0 while the full-rank warm start lasts, where there is one.
    private func isFullRank(_ phase: Int) -> Bool { fullRankSteps > 0 && phase == 0 }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        isFullRank(phase)
            ? [TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures)]
            : FrozenPlusLowRank.declarations(at: module, rank: rank)
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        if isFullRank(phase) {
            if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
        } else {
            try FrozenPlusLowRank.initialize(set, random: random)
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        isFullRank(phase)
            ? DenseParameterization(weight: try set.parameter("weight"), module: set.module)
            : FrozenPlusLowRankParameterization(weight: try set.parameter("weight"), factors: try set.lowRankFactors(scale: scale), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int { isFullRank(phase) ? 0 : pass.operandCount(pass.tokens * rank) }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        isFullRank(phase)
            ? 6 * Double(module.outFeatures) * Double(module.inFeatures) : FrozenPlusLowRank.floatingPointOperations(at: module, rank: rank)
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: isFullRank(phase) ? 0 : rank) }

    // MARK: Lifecycle

    public var phaseStarts: [Int] { fullRankSteps > 0 ? [fullRankSteps] : [] }

    public var plannedEvents: [PlannedEvent] {
        fullRankSteps > 0 ? [PlannedEvent(kind: "phase", first: fullRankSteps, interval: nil, happensAtEnd: false, option: "full_rank_steps")] : []
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] {
        [
            ReLoRALifecycle(
                mergeInterval: mergeInterval, restartWarmup: restartWarmup, fullRankSteps: fullRankSteps, pruning: pruning, restartsAge: restartsAge,
                totalSteps: totalSteps)
        ]
    }

    public func idleParts(of shape: ModelShape) -> [String] {
        switch pruning {
        case .random(0), .magnitude(0): ["a reset throws nothing away (reset_ratio 0)"]
        default: []
        }
    }
}
