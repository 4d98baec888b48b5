public import SLSpec

/// SCALE: column-normalised gradient descent, with momentum on the head alone, and Adam on norm weights.
public struct SCALEOptimizer: Optimizer {
    private static let source = "arXiv:2506.16659; OptimAI-Lab/Minimalist_LLM_Pretraining, scale_optimizer.py"

    public static let descriptor = OptimizerDescriptor(
        name: "scale", title: "SCALE", summary: "Column-normalised gradient descent; momentum on the head alone.",
        paper: "Glentis et al. 2025, arXiv:2506.16659",
        options: [
            BetaOptions.beta("momentum", "Decay of the average of the head's gradients; 0 keeps no state.", source: source, defaultValue: 0.9),
            OptionDescriptor(
                name: "vector_lr_factor", domain: .optionalPositiveReal,
                help: "Multiple of the learning rate for norm weights, adam_lr / lr in the authors' code; null is 1.", source: source,
                published: ["1b": 5, "7b": 10], otherwise: "null", rule: { _ in .null }),
        ] + BetaOptions.adam(source: source, epsilon: 1e-8),
        published: MemoryFigure.row(
            ["60m": 0.15, "130m": 0.32, "350m": 0.80, "1b": 2.81, "7b": 13.74], source: MemoryFigure.scaleTable),
        optionGroups: { options in
            var head = OptimizerSpec("column_norm_sgd")
            head.options["momentum"] = options["momentum"]
            var adam = OptimizerSpec("adam_late_epsilon")
            for name in ["beta1", "beta2", "epsilon"] { adam.options[name] = options[name] }
            return [
                ParameterGroup(.head, optimizer: head),
                ParameterGroup(.norms, learningRateFactor: options["vector_lr_factor"]?.real, optimizer: adam),
            ]
        },
        recipeSource: "OptimAI-Lab/Minimalist_LLM_Pretraining, scripts",
        learningRate: { ["60m": 1e-3, "130m": 1e-3, "350m": 1e-3, "1b": 2e-4, "7b": 1e-4][$0.name] })

    private let adam: AdamSettings

    public init(options: MethodOptions) throws {
        adam = try AdamSettings(options)
        _ = try options.real("momentum")
        _ = try options.optionalReal("vector_lr_factor")
    }

    /// Vectors of the linears are trained as norm weights are, at the run's rate.
    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        guard tensor.isVector else { return ColumnNormOptimizer.rule(for: tensor, momentum: 0, setting) }
        var adam = adam
        adam.storage = setting.storage
        return LateEpsilonAdamRule(adam)
    }
}
