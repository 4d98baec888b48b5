public import SLSpec

/// CAME on every tensor.
public struct CAMEOptimizer: Optimizer {
    private static let source = "arXiv:2307.02047, Algorithm 2"

    public static let descriptor = OptimizerDescriptor(
        name: "came", title: "CAME", summary: "Adafactor with an average of directions, weighed by how steady they are.",
        paper: "Luo et al. 2023, arXiv:2307.02047",
        options: [
            BetaOptions.beta("beta1", "Decay of the average of directions.", source: source, defaultValue: 0.9),
            BetaOptions.beta("beta2", "Decay of the factored second moment.", source: source, defaultValue: 0.999),
            BetaOptions.beta(
                "beta3", "Decay of the factored instability; the authors use 0.9995 to 0.99995 with β₂ 0.999, 0.99 to 0.999 with β₂ 0.95.",
                source: source, defaultValue: 0.9999),
            OptionDescriptor(
                name: "epsilon1", domain: .positiveReal(upTo: 1), help: "Added to squared gradients.", source: source, defaultValue: 1e-30),
            OptionDescriptor(
                name: "epsilon2", domain: .positiveReal(upTo: 1), help: "Added to the instability.", source: source, defaultValue: 1e-16),
            OptionDescriptor(
                name: "clip_threshold", domain: .positiveReal(upTo: .infinity), help: "Largest root mean square of a direction.", source: source,
                defaultValue: 1),
        ])

    private let rule: CAMERule

    public init(options: MethodOptions) throws {
        rule = CAMERule(
            beta1: try options.real("beta1"), beta2: try options.real("beta2"), beta3: try options.real("beta3"),
            epsilon1: try options.real("epsilon1"), epsilon2: try options.real("epsilon2"), clipThreshold: try options.real("clip_threshold"))
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        rule.storage = setting.storage
        rule.isVector = tensor.isVector
        return rule
    }
}
