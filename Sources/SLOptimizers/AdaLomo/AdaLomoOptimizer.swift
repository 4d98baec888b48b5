public import SLSpec

/// AdaLomo on every tensor.
public struct AdaLomoOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "adalomo", title: "AdaLomo",
        summary: "A factored second moment and steps in proportion to the weights; with per-layer updates no gradients are kept.",
        paper: "Lv et al. 2023, arXiv:2310.10195",
        options: AdafactorSettings.options + [
            OptionDescriptor(
                name: "epsilon2", domain: .positiveReal(upTo: .infinity), help: "Smallest root mean square that weights count with.",
                source: "arXiv:2310.10195, Algorithm 1; lomo-optim 0.1.1", defaultValue: 1e-3)
        ])

    private let rule: AdaLomoRule

    public init(options: MethodOptions) throws {
        rule = AdaLomoRule(settings: try AdafactorSettings(options), smallestScale: try options.real("epsilon2"))
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        rule.settings.storage = setting.storage
        return rule
    }
}
