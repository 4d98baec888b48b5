public import SLSpec

/// Gradient descent with momentum, on every tensor.
public struct SGDOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "sgd", title: "SGD", summary: "Gradient descent with momentum.", paper: "Sutskever et al. 2013, ICML",
        options: [
            BetaOptions.beta(
                "momentum", "Decay of the sum of gradients; 0 keeps no state.", source: "Sutskever et al. 2013", defaultValue: 0.9),
            OptionDescriptor(
                name: "nesterov", domain: .boolean, help: "Whether the step looks ahead along the momentum.", source: "Sutskever et al. 2013, §2",
                defaultValue: .bool(false)),
        ])

    private let rule: SGDRule

    public init(options: MethodOptions) throws {
        rule = SGDRule(momentum: try options.real("momentum"), isNesterov: try options.bool("nesterov"))
        if rule.isNesterov, rule.momentum == 0 {
            throw MethodOptionError(option: "nesterov", value: .bool(true), wanted: "false where momentum is 0")
        }
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        rule.storage = setting.storage
        return rule
    }
}
