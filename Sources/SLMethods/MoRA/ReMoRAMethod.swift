public import SLMethodKit
public import SLNumerics
public import SLSpec

/// MoRA that is merged and restarted: every so many updates W₀ ← W₀ + DᵀMC, M becomes 0 and forgets its optimizer state, the way of
/// compressing changes, and the learning rate warms up again from 0.
///
/// Source: Jiang et al. 2024, arXiv:2405.12130; code: github.com/kongds/MoRA, `train.py` (`ResetReloraCallback` with
/// `is_pretrain` and `relora_scheduler`): after update s with s mod `merge_interval` = 0 merge, then reset; the rate of the update after it
/// is 0, as in ReLoRA's schedule. Other tensors keep their state.
///
/// Deviations: type 6, whose successor the authors' code does not name, is followed by itself. A merge after the run's last update, which would
/// change the form of the weights and not the function, is left out.
public struct ReMoRAMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "remora", title: "ReMoRA", summary: "MoRA with merges, alternating types and optimizer resets.",
        paper: "Jiang et al. 2024, arXiv:2405.12130", family: .frozen,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "mora_type", domain: .numbers([1, 2, 6]), help: "The type (see mora) of the first cycle; 6 stays 6.", source: MoRAMethod.code,
                defaultValue: 1).ofTheRun,
            OptionDescriptor(
                name: "type_count", domain: .numbers([2, 4]), help: "2 takes types 1 and 2 in turn, 4 takes 1 to 4.", authorsName: "remora_types",
                source: MoRAMethod.code, defaultValue: 2).ofTheRun,
            OptionDescriptor(
                name: "merge_interval", domain: .integer(1...Int.max), help: "Updates between merges.", authorsName: "use_relora_step",
                source: "arXiv:2405.12130; \(MoRAMethod.code)", defaultValue: 2000).ofTheRun,
            OptionDescriptor(
                name: "restart_warmup_steps", domain: .integer(1...Int.max), help: "Updates of linear warm-up after each merge.",
                authorsName: "relora_warmup_step", source: MoRAMethod.code, defaultValue: 50).ofTheRun,
        ],
        recipe: MoRAMethod.recipe)

    let rank: Int
    private let types: [MoRAType]
    private let lifecycle: ReMoRALifecycle
    private static let merges = "mora_merges"

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        let count = try options.integer("type_count")
        guard [2, 4].contains(count) else { throw MethodOptionError(option: "type_count", value: .integer(count), wanted: "2 or 4") }
        let all = [MoRAType.shared, .grouped, .groupedInput, .groupedOutput].prefix(count)
        let number = try options.integer("mora_type")
        switch MoRAType(rawValue: number) {
        case .shared: types = Array(all)
        case .grouped: types = all[1...] + [.shared]
        case .rotated: types = [.rotated]
        default: throw MethodOptionError(option: "mora_type", value: .integer(number), wanted: "1, 2 or 6")
        }
        lifecycle = ReMoRALifecycle(interval: try options.integer("merge_interval"), warmup: try options.integer("restart_warmup_steps"))
        guard lifecycle.interval > lifecycle.warmup else {
            throw MethodOptionError(
                option: "restart_warmup_steps", value: .integer(lifecycle.warmup), wanted: "fewer than merge_interval (\(lifecycle.interval))")
        }
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        // Types in turn have one side. How many merges there were says which of them is in force: a run that goes on must know it.
        MoRAForm.declarations(at: module, side: types[0].side(at: module, rank: rank))
            + [TensorDeclaration(Self.merges, rows: 1, columns: 1, kind: .indices(paperCount: 0))]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        MoRAParameterization(
            weight: try set.parameter("weight"), square: try set.parameter(MoRAForm.square), rank: rank, types: types,
            merges: try set.indexVector(Self.merges), module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        MoRAForm.scratchCount(types[0].input(at: module, rank: rank), pass: pass)
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        MoRAForm.floatingPointOperations(at: module, types[0].input(at: module, rank: rank))
    }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] {
        var lifecycle = lifecycle
        lifecycle.totalSteps = totalSteps
        return [lifecycle]
    }
}
