public import SLSpec

/// SPAM on every tensor; with a density below 1, on a share of every block matrix.
public struct SPAMOptimizer: Optimizer {
    private static let source = "arXiv:2501.06842; github.com/TianjinYellow/SPAM-Optimizer"

    public static let descriptor = OptimizerDescriptor(
        name: "spam", title: "SPAM", summary: "Adam that cuts spikes of single entries and forgets its moments at intervals.",
        paper: "Huang et al. 2025, arXiv:2501.06842",
        options: BetaOptions.adam(source: source, epsilon: 1e-6) + [
            OptionDescriptor(
                name: "density", domain: .positiveReal(upTo: 1), help: "Share of a block matrix's entries that have moments and move.", source: source,
                defaultValue: 1),
            OptionDescriptor(
                name: "threshold", domain: .positiveReal(upTo: .infinity), help: "A gradient whose square is above this many second moments is cut.",
                source: source, defaultValue: 5000),
            OptionDescriptor(
                name: "reset_interval", domain: .integer(2...Int.max), help: "Updates from one reset of the moments to the next.",
                authorsName: "gap / update_gap / update_proj_gap", source: source, defaultValue: 500),
            OptionDescriptor(
                name: "clip_delay", domain: .integer(0...Int.max), help: "Updates at the start and after a reset in which nothing is cut.",
                authorsName: "grad_accu_steps", source: source, defaultValue: 20),
            OptionDescriptor(
                name: "recovery_steps", domain: .integer(0...Int.max), help: "Updates in which steps grow back from 1 % after a reset.",
                authorsName: "warmup_steps / warmup_epoch", source: source, defaultValue: 150),
            OptionDescriptor(
                name: "decay_masked", domain: .boolean,
                help: "With a density below 1: whether weight decay acts on the entries that move; in the authors' code it acts on a copy.",
                source: source, defaultValue: .bool(false)),
        ],
        recipeSource: "github.com/TianjinYellow/SPAM-Optimizer, scripts",
        learningRate: { ["60m": 8e-4, "130m": 8e-4, "350m": 4e-4, "1b": 2e-4][$0.name] })

    private let settings: SPAMSettings

    public init(options: MethodOptions) throws {
        var adam = try AdamSettings(options)
        adam.form = .huggingFace
        settings = SPAMSettings(
            adam: adam, density: try options.real("density"), threshold: try options.real("threshold"),
            resetInterval: try options.integer("reset_interval"), clipDelay: try options.integer("clip_delay"),
            recoverySteps: try options.integer("recovery_steps"), decaysMasked: try options.bool("decay_masked"))
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.adam.storage = setting.storage
        let isMasked = settings.density < 1 && tensor.module != nil && !tensor.isVector
        return isMasked ? MaskedSPAMRule(settings) : SPAMRule(settings)
    }
}
