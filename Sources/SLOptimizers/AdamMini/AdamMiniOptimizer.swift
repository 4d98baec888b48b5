public import SLSpec

/// Adam-mini: a second moment for every head of q and k, every row of the other matrices, every norm weight as a whole.
public struct AdamMiniOptimizer: Optimizer {
    public static let descriptor = OptimizerDescriptor(
        name: "adam_mini", title: "Adam-mini", summary: "Adam with one second moment a block of parameters.",
        paper: "Zhang et al. 2024, arXiv:2406.16793", options: BetaOptions.adam(source: "arXiv:2406.16793, Algorithm 1", epsilon: 1e-8),
        published: [MemoryFigure(.shareOfAdamW(0.5), source: "Adam-mini (Zhang et al. 2024, arXiv 2406.16793), abstract")],
        // The authors' package exempts them.
        groups: [ParameterGroup(.norms, weightDecay: 0)])

    private let settings: AdamSettings

    public init(options: MethodOptions) throws { settings = try AdamSettings(options) }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var settings = settings
        settings.storage = setting.storage
        return AdamMiniRule(settings, block: block(of: tensor))
    }

    /// Rows of q and k belong to heads only where they are the outputs: not in a factor of another width, nor inside a subspace.
    private func block(of tensor: TensorPlace) -> AdamMiniRule.Block {
        if tensor.isVector { return .tensor }
        guard let module = tensor.module, module.role == .query || module.role == .key, tensor.name == "weight",
            tensor.rows == module.outFeatures, tensor.rows % tensor.headCount == 0
        else { return .rows(1) }
        return .rows(tensor.rows / tensor.headCount)
    }
}
