public import SLSpec

/// RMNP on the matrices of the blocks; embedding, head and norm weights are AdamW's.
public struct RMNPOptimizer: Optimizer {
    private static let source = "github.com/Dominator-Index/RMNP, LLaMA/optimizers"

    public static let descriptor = OptimizerDescriptor(
        name: "rmnp", title: "RMNP", summary: "Momentum, every row normalised.", paper: "Deng et al. 2026, arXiv:2603.20527",
        options: [
            BetaOptions.beta("momentum", "Decay of the average of gradients.", authorsName: "beta", source: source, defaultValue: 0.95),
            OptionDescriptor(
                name: "nesterov", domain: .boolean, help: "Whether the step looks ahead along the momentum, as the code does and the paper does not.",
                source: source, defaultValue: .bool(true)),
            OptionDescriptor(
                name: "adjust_lr", domain: .choice(Adjustment.allCases.map(\.rawValue)),
                help: "Multiple of the learning rate by shape: √max(1, out/in), as the code does, or none, as the paper does.", source: source,
                defaultValue: .text(Adjustment.original.rawValue)),
        ],
        groups: .othersByAdamW,
        recipeSource: "github.com/Dominator-Index/RMNP, LLaMA/scripts/train_RMNP_*.sh, one rate for matrices and the rest; 130m: its 135m",
        learningRate: { ["60m": 0.005, "130m": 0.03, "350m": 0.005, "1b": 0.005][$0.name] })

    private enum Adjustment: String, CaseIterable {
        case original, none

        var factor: ShapeFactor { self == .original ? .kj : .one }
    }

    private let rule: RMNPRule

    public init(options: MethodOptions) throws {
        let adjustment = try options.choice("adjust_lr", of: Adjustment.self)
        rule = RMNPRule(momentum: try options.real("momentum"), isNesterov: try options.bool("nesterov"), factor: adjustment.factor)
    }

    /// A vector is one row, whose entries would all be stepped along by the length of all of them.
    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        if tensor.isVector { return AdamWRule(AdamSettings(form: setting.adamForm, storage: setting.storage)) }
        var rule = rule
        rule.storage = setting.storage
        return rule
    }
}
