public import SLSpec

/// Muon on the matrices of the blocks; embedding, head and norm weights are AdamW's.
public struct MuonOptimizer: Optimizer {
    private static let source = "Jordan et al. 2024, github.com/KellerJordan/Muon"

    public static let descriptor = OptimizerDescriptor(
        name: "muon", title: "Muon", summary: "Momentum, orthogonalised by Newton-Schulz iterations.",
        paper: "Jordan et al. 2024, kellerjordan.github.io/posts/muon",
        options: [
            BetaOptions.beta("momentum", "Decay of the average of gradients.", source: source, defaultValue: 0.95),
            OptionDescriptor(
                name: "nesterov", domain: .boolean, help: "Whether the step looks ahead along the momentum.", source: source, defaultValue: .bool(true)),
            OptionDescriptor(
                name: "ns_steps", domain: .integer(1...100), help: "Newton-Schulz iterations.", source: source, defaultValue: 5),
            OptionDescriptor(
                name: "adjust_lr", domain: .choice(MuonRule.Adjustment.allCases.map(\.rawValue)),
                help: "Multiple of the learning rate by shape: √max(1, out/in), or 0.2·√max(out, in) for steps of AdamW's size.",
                authorsName: "adjust_lr_fn", source: "torch.optim.Muon; arXiv:2502.16982, §2.2",
                defaultValue: .text(MuonRule.Adjustment.original.rawValue)),
        ],
        published: MemoryFigure.row(
            ["60m": 0.23, "130m": 0.54, "350m": 1.47, "1b": 5.36], source: MemoryFigure.scaleTable,
            note: "one moment of every tensor; here embedding, head and norms have AdamW's two"),
        groups: .othersByAdamW)

    private let rule: MuonRule

    public init(options: MethodOptions) throws {
        let adjustment = try options.choice("adjust_lr", of: MuonRule.Adjustment.self)
        rule = MuonRule(
            momentum: try options.real("momentum"), isNesterov: try options.bool("nesterov"), iterations: try options.integer("ns_steps"),
            adjustment: adjustment)
    }

    /// A vector has no directions to make equal: its authors give it to AdamW.
    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        if tensor.isVector { return AdamWRule(AdamSettings(form: setting.adamForm, storage: setting.storage)) }
        var rule = rule
        rule.storage = setting.storage
        return rule
    }
}
