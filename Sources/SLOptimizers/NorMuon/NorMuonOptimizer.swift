public import SLSpec

/// NorMuon on the matrices of the blocks; embedding, head and norm weights are AdamW's.
public struct NorMuonOptimizer: Optimizer {
    private static let source = "github.com/zichongli5/NorMuon"

    public static let descriptor = OptimizerDescriptor(
        name: "normuon", title: "NorMuon", summary: "Momentum, orthogonalised, then every row by its running size.",
        paper: "Li et al. 2025, arXiv:2510.05491",
        options: [
            BetaOptions.beta("momentum", "Decay of the average of gradients.", authorsName: "beta", source: source, defaultValue: 0.95),
            BetaOptions.beta("beta2", "Decay of the mean squares of rows.", source: source, defaultValue: 0.95),
            OptionDescriptor(
                name: "nesterov", domain: .boolean, help: "Whether the step looks ahead along the momentum.", source: source, defaultValue: .bool(true)),
            OptionDescriptor(
                name: "ns_steps", domain: .integer(1...100), help: "Newton-Schulz iterations.", source: source, defaultValue: 5),
            OptionDescriptor(
                name: "adjust_lr", domain: .choice(MuonRule.Adjustment.allCases.map(\.rawValue)),
                help: "The step's length: that of the orthogonalised matrix, times √max(1, out/in), as the code does, or 0.2·√(out·in), the"
                    + " length of AdamW's steps, as the paper does.", source: source, defaultValue: .text(MuonRule.Adjustment.original.rawValue)),
        ],
        groups: .othersByAdamW)

    private let rule: NorMuonRule

    public init(options: MethodOptions) throws {
        let adjustment = try options.choice("adjust_lr", of: MuonRule.Adjustment.self)
        rule = NorMuonRule(
            momentum: try options.real("momentum"), beta2: try options.real("beta2"), isNesterov: try options.bool("nesterov"),
            iterations: try options.integer("ns_steps"), adjustment: adjustment)
    }

    /// As Muon's: a vector has no directions to make equal.
    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        if tensor.isVector { return AdamWRule(AdamSettings(form: setting.adamForm, storage: setting.storage)) }
        var rule = rule
        rule.storage = setting.storage
        return rule
    }
}
