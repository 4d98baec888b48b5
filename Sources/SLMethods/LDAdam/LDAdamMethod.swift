public import SLMethodKit
public import SLOptimizers
public import SLSpec

/// Adam in a subspace that follows the gradient in every update, with moments carried along and errors fed back.
///
/// Source: Robert et al. 2024, arXiv:2410.16103, Algorithm 1; code: github.com/IST-DASLab/LDAdam, `ldadamw_torch`. The method is an Adam of its
/// own: of the run's AdamW it takes β₁, β₂ (0.908 and 0.99 in the authors' recipe), ε and storage; another rule is refused.
public struct LDAdamMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "ldadam", title: "LDAdam", summary: "Adam in a subspace that moves with every update, with error feedback.",
        paper: "Robert et al. 2024, arXiv:2410.16103", family: .projected,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "rho", domain: .real(0...0.999_999_9), help: "Weight of the momentum in what the subspace is found from.", authorsName: "rho",
                source: "arXiv:2410.16103, §4", defaultValue: 0.908),
            OptionDescriptor(
                name: "projector", domain: .choice(LowDimensionalAdamRule.Search.allCases.map(\.rawValue)),
                help: "How the subspace is found after the first update.", authorsName: "proj_method", source: "ldadamw_torch",
                defaultValue: "power_iteration"),
            OptionDescriptor(
                name: "error_feedback", domain: .boolean, help: "What either compression loses is added to the next gradient.",
                authorsName: "error_feedback", source: "arXiv:2410.16103, §3.3", defaultValue: .bool(true)),
            SubspaceOptions.singularVectors,
        ],
        recipe: { _ in .init(learningRate: 1e-3, betas: (0.908, 0.99), source: "c4_pretraining scripts of github.com/IST-DASLab/LDAdam") })

    private let rank: Int
    private let rho: Double
    private let search: LowDimensionalAdamRule.Search
    private let errorFeedback: Bool
    private let finder: SubspaceFinder

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        rho = try options.real("rho")
        search = try options.choice("projector", of: LowDimensionalAdamRule.Search.self)
        errorFeedback = try options.bool("error_feedback")
        finder = try options.choice("subspace", of: SubspaceFinder.self)
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        let given = optimizer.rule(for: tensor)
        guard tensor.module != nil else { return given }
        guard let settings = (given as? AdamWRule)?.settings else {
            return RefusedRule(given, reason: "LDAdam carries Adam's two moments from subspace to subspace itself; it takes adamw only")
        }
        return LowDimensionalAdamRule(settings, rank: rank, rho: rho, search: search, subspace: finder, errorFeedback: errorFeedback)
    }

    public func idleParts(of shape: ModelShape) -> [String] { SubspacePreset.idleParts(of: shape, rank: rank) }
}
