public import SLSpec

/// Adafactor at a fixed learning rate, on every tensor.
public struct AdafactorOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "adafactor", title: "Adafactor", summary: "A second moment kept as averages of rows and columns; no first moment unless asked for.",
        paper: "Shazeer & Stern 2018, arXiv:1804.04235",
        options: [
            OptionDescriptor(
                name: "beta1", domain: .optionalPositiveReal, help: "Decay of a first moment, below 1; null keeps none.",
                source: "arXiv:1804.04235, Algorithm 4; transformers' Adafactor", defaultValue: .null)
        ] + AdafactorSettings.options)

    private let rule: AdafactorRule

    public init(options: MethodOptions) throws {
        let beta1 = try options.optionalReal("beta1")
        if let beta1, beta1 >= 1 { throw MethodOptionError(option: "beta1", value: .real(beta1), wanted: "null or a number above 0 and below 1") }
        rule = AdafactorRule(settings: try AdafactorSettings(options), beta1: beta1)
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        rule.settings.storage = setting.storage
        return rule
    }
}
