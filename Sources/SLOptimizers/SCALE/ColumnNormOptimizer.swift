public import SLSpec

/// Column-normalised gradient descent, on every matrix.
public struct ColumnNormOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "column_norm_sgd", title: "Column-normalised SGD", summary: "Gradient descent with every output's gradient brought to a norm of its own.",
        paper: "Glentis et al. 2025, arXiv:2506.16659",
        options: [
            BetaOptions.beta(
                "momentum", "Decay of the average of gradients that is normalised; 0 keeps no state.", source: "arXiv:2506.16659, §3",
                defaultValue: 0)
        ])

    private let momentum: Double

    public init(options: MethodOptions) throws { momentum = try options.real("momentum") }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        Self.rule(for: tensor, momentum: momentum, setting)
    }

    /// An embedding's inputs are the tokens, which are its rows.
    static func rule(for tensor: TensorPlace, momentum: Double, _ setting: OptimizerSetting) -> ColumnNormRule {
        ColumnNormRule(momentum: momentum, inputs: tensor.part == .embedding ? .rows : .columns, storage: setting.storage)
    }
}
