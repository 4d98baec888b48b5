public import SLSpec

/// Adam in SCALE's form, on every tensor: what its recipe trains norm weights with.
public struct LateEpsilonAdamOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "adam_late_epsilon", title: "Adam, late ε", summary: "Adam with ε outside the bias correction, as SCALE trains vectors.",
        paper: "Glentis et al. 2025, arXiv:2506.16659",
        options: BetaOptions.adam(source: "OptimAI-Lab/Minimalist_LLM_Pretraining, scale_optimizer.py", epsilon: 1e-8))

    private let settings: AdamSettings

    public init(options: MethodOptions) throws { settings = try AdamSettings(options) }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.storage = setting.storage
        return LateEpsilonAdamRule(settings)
    }
}
