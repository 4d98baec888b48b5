import SLSpec

/// Adam with decoupled weight decay, on every tensor.
public struct AdamWOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: OptimizerSpec.standard, title: "AdamW", summary: "Adam with decoupled weight decay.",
        paper: "Loshchilov & Hutter 2019, arXiv:1711.05101",
        options: [
            OptionDescriptor(
                name: "beta1", domain: .real(0...0.999_999_9), help: "Decay of the first moment.", authorsName: "adam_beta1",
                source: "arXiv:1711.05101", defaultValue: 0.9),
            OptionDescriptor(
                name: "beta2", domain: .real(0...0.999_999_9), help: "Decay of the second moment.", authorsName: "adam_beta2",
                source: "arXiv:1711.05101", defaultValue: 0.999),
            OptionDescriptor(
                name: "epsilon", domain: .positiveReal(upTo: 1), help: "Added to the root of the second moment.", authorsName: "eps",
                source: "arXiv:1711.05101", defaultValue: 1e-8),
        ])

    private let settings: AdamSettings

    public init(options: MethodOptions) throws {
        settings = AdamSettings(
            beta1: try options.real("beta1"), beta2: try options.real("beta2"), epsilon: try options.real("epsilon"))
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.form = setting.adamForm
        settings.storage = setting.storage
        return AdamWRule(settings)
    }
}
