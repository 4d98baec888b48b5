public import SLSpec

/// Stable-SPAM on every tensor.
public struct StableSPAMOptimizer: Optimizer {
    private static let source = "arXiv:2502.17055; github.com/TianjinYellow/StableSPAM"
    private static let forms = StableSPAMSettings.ResetForm.allCases.map(\.rawValue)

    public static let descriptor = OptimizerDescriptor(
        name: "stable_spam", title: "Stable-SPAM", summary: "Adam on gradients with spikes cut and norms steadied; moments are forgotten at intervals.",
        paper: "Huang et al. 2025, arXiv:2502.17055",
        options: BetaOptions.adam(source: source, epsilon: 1e-8) + [
            BetaOptions.beta("gamma1", "Decay of the average of gradient norms.", source: source, defaultValue: 0.7),
            BetaOptions.beta("gamma2", "Decay of the average of squared gradient norms.", source: source, defaultValue: 0.9),
            BetaOptions.beta("gamma3", "Decay of the average of largest magnitudes.", source: source, defaultValue: 0.999),
            OptionDescriptor(
                name: "cosine_steps", domain: .optionalInteger(1...Int.max),
                help: "Updates over which β₁ and γ₁ fall along a cosine; null leaves them.", authorsName: "total_T", source: source, defaultValue: .null),
            OptionDescriptor(
                name: "cosine_floor", domain: .real(0...1), help: "Share of β₁ and γ₁ that is left at the end of cosine_steps.",
                authorsName: "eta_min / eta", source: source, defaultValue: 0.5),
            OptionDescriptor(
                name: "reset_interval", domain: .integer(0...Int.max), help: "Updates from one reset of the moments to the next; 0 for none.",
                authorsName: "gap / update_gap / update_proj_gap", source: source, defaultValue: 1000),
            OptionDescriptor(
                name: "reset_form", domain: .choice(forms),
                help: "At a reset: one count for all bias corrections and the old moments once more, as in the code; or zeroed first, with counts of their own.",
                source: source, defaultValue: .text(StableSPAMSettings.ResetForm.sharedCount.rawValue)),
        ],
        published: MemoryFigure.row(["60m": 0.35, "130m": 0.81, "350m": 2.21, "1b": 8.04], source: MemoryFigure.scaleTable),
        recipeSource: "github.com/TianjinYellow/StableSPAM, scripts", learningRate: { $0.name == "130m" ? 8e-4 : nil })

    private let settings: StableSPAMSettings

    public init(options: MethodOptions) throws {
        let form = try options.choice("reset_form", of: StableSPAMSettings.ResetForm.self)
        settings = StableSPAMSettings(
            adam: try AdamSettings(options), gamma1: try options.real("gamma1"), gamma2: try options.real("gamma2"),
            gamma3: try options.real("gamma3"), cosineSteps: try options.optionalInteger("cosine_steps"),
            cosineFloor: try options.real("cosine_floor"), resetInterval: try options.integer("reset_interval"), resetForm: form)
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.adam.storage = setting.storage
        return StableSPAMRule(settings)
    }
}
