public import SLSpec

/// FOAM on the matrices of the blocks; embedding, head and norm weights are AdamW's (the authors' in Hugging Face's form).
///
/// The authors' `optimizer.py` hands their class arguments that it does not take, and not the scripts' β₂ of 0.95: defaults are the class's
/// own, and the scripts' level, scale and rate.
public struct FOAMOptimizer: Optimizer {
    private static let code = "github.com/zqOuO/FOAM, foam_torch/foam_adam.py"

    public static let descriptor = OptimizerDescriptor(
        name: "foam", title: "FOAM", summary: "Adam on means of blocks, with the rest of the present gradient.",
        paper: "Wen et al. 2025, arXiv:2512.07112",
        options: [
            OptionDescriptor(
                name: "level", domain: .integer(0...30), help: "A block is 2^level neighbours of a row; 0 is Adam.",
                source: "github.com/zqOuO/FOAM, scripts", defaultValue: 2),
            OptionDescriptor(
                name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor on the step of the blocks' matrices.",
                source: "github.com/zqOuO/FOAM, scripts", defaultValue: 0.25),
            OptionDescriptor(
                name: "residual_scale", domain: .real(0...1000), help: "Weight of what the present gradient has beside the means.",
                authorsName: "res_scale", source: code, defaultValue: 1),
            OptionDescriptor(
                name: "second_moment", domain: .choice(FOAMRule.Squares.allCases.map(\.rawValue)),
                help: "What a block's second moment averages: mean squares, as the code does, or squared means, as the paper does.", source: code,
                defaultValue: .text(FOAMRule.Squares.ofEntries.rawValue)),
        ] + BetaOptions.adam(source: code, epsilon: 1e-8),
        groups: .othersByAdamW,
        recipeSource: "github.com/zqOuO/FOAM, scripts/llama*_foam.sh", learningRate: { ["60m", "130m", "350m", "1b"].contains($0.name) ? 1e-2 : nil })

    private let rule: FOAMRule

    public init(options: MethodOptions) throws {
        let squares = try options.choice("second_moment", of: FOAMRule.Squares.self)
        rule = FOAMRule(
            try AdamSettings(options), level: try options.integer("level"), scale: try options.real("scale"),
            residualScale: try options.real("residual_scale"), squares: squares)
    }

    /// The authors fold matrices only.
    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        guard !tensor.isVector else { return AdamWRule(AdamSettings(form: setting.adamForm, storage: setting.storage)) }
        var rule = rule
        rule.settings.storage = setting.storage
        return rule
    }
}
