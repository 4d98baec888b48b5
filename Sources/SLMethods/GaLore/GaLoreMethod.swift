import SLMethodKit
import SLOptimizers
import SLSpec

/// Dense weights whose optimizer lives in a low-rank subspace of the gradient.
///
/// Source: Zhao et al. 2024, arXiv:2403.03507, Algorithm 2; code: galore-torch 1.0 (`galore_projector.py`, `adamw.py`).
/// Block linears use the projected rule; embedding, head and norms plain Adam of the same form (ε before the bias
/// correction, 1e-6, as the authors' optimizer has for all parameters; the paper says 1e-8).
/// Moments are kept as the run's optimizer keeps them (8-bit codes of the projected moments under adamw8bit); the basis
/// is kept like a weight, fp32 or bf16.
/// The authors' `proj_type: full` (both sides) is not offered: no published result uses it.
public struct GaLoreMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "galore", title: "GaLore", summary: "Dense weights, Adam in a subspace of the gradient (SVD).",
        paper: "Zhao et al. 2024, arXiv:2403.03507",
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "update_interval", domain: .integer(1...Int.max), help: "Updates between refreshes of the subspace.",
                authorsName: "update_proj_gap", source: "arXiv:2403.03507, Appendix C.1; 7b: authors' script",
                published: ["7b": 500], otherwise: "200", rule: { _ in 200 }),
            OptionDescriptor(
                name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor on the back-projected step.",
                authorsName: "galore_scale", source: "arXiv:2403.03507, Appendix C.1", defaultValue: 0.25),
            OptionDescriptor(
                name: "projection", domain: .choice(ProjectionSide.allCases.map(\.rawValue)),
                help: "Side that is projected; std is the shorter one.", authorsName: "proj_type", source: "galore-torch 1.0",
                defaultValue: "std"),
            OptionDescriptor(
                name: "moments", domain: .choice(ProjectedRule.StateAtRefresh.allCases.map(\.rawValue)),
                help: "What becomes of the moments at a refresh. They are kept as the run's optimizer and storage say (fp32, bf16 or 8-bit"
                    + " codes); the projector is kept like a weight, fp32 or bf16, never in 8 bits.", source: "keep: arXiv:2403.03507", defaultValue: "keep"),
            OptionDescriptor(
                name: "subspace", domain: .choice(SubspaceFinder.allCases.map(\.rawValue)),
                help: "How singular vectors are found; automatic is randomized where that is faster.",
                source: "exact: arXiv:2403.03507; randomized: arXiv:0909.4061", defaultValue: "automatic"),
            OptionDescriptor(
                name: "refresh", domain: .choice(["together", "staggered"]),
                help: "Whether all subspaces are refreshed in one update or spread over the interval.",
                source: "together: galore-torch 1.0; staggered: users' proposal, github.com/jiaweizzhao/GaLore issue 14",
                defaultValue: "together"),
        ],
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["7b": 5e-3], otherwise: 0.01, for: model), epsilon: 1e-6,
                gradientClip: model.name == "7b" ? 1 : nil, source: "scripts of github.com/jiaweizzhao/GaLore @2cc66f8")
        })

    let rank: Int
    let interval: Int
    let scale: Double
    let side: ProjectionSide
    let moments: ProjectedRule.StateAtRefresh
    let subspace: SubspaceFinder
    private let isStaggered: Bool
    private let sites: [LinearSite]

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        interval = try options.integer("update_interval")
        scale = try options.real("scale")
        let sideName = try options.text("projection")
        guard let side = ProjectionSide(rawValue: sideName) else {
            throw MethodOptionError(option: "projection", value: .text(sideName), wanted: "std, reverse_std, right or left")
        }
        let momentsName = try options.text("moments")
        guard let moments = ProjectedRule.StateAtRefresh(rawValue: momentsName) else {
            throw MethodOptionError(option: "moments", value: .text(momentsName), wanted: "keep, reset or rotate")
        }
        let subspaceName = try options.text("subspace")
        guard let subspace = SubspaceFinder(rawValue: subspaceName) else {
            throw MethodOptionError(option: "subspace", value: .text(subspaceName), wanted: "exact, randomized or automatic")
        }
        self.subspace = subspace
        switch try options.text("refresh") {
        case "together": isStaggered = false
        case "staggered": isStaggered = true
        default: throw MethodOptionError(option: "refresh", value: options["refresh"], wanted: "together or staggered")
        }
        sites = model.sites
        self.side = side
        self.moments = moments
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        guard let site = tensor.site else { return optimizer.rule(for: tensor, adamForm: .huggingFace) }
        let inside = ProjectedRule.projectedShape(rows: tensor.rows, columns: tensor.columns, rank: rank, side: side)
        return ProjectedRule(
            optimizer.rule(for: tensor.shaped(rows: inside.rows, columns: inside.columns), adamForm: .huggingFace),
            storage: optimizer.storage, rank: rank, side: side, refreshInterval: interval, scale: scale, stateAtRefresh: moments,
            subspace: subspace, refreshOffset: isStaggered ? offset(of: site) : 0)
    }

    /// Spreads the linears evenly over an interval.
    private func offset(of site: LinearSite) -> Int {
        offset(position: site.layer * LinearRole.allCases.count + (LinearRole.allCases.firstIndex(of: site.role) ?? 0))
    }

    private func offset(position: Int) -> Int { position * interval / sites.count }

    public var plannedEvents: [PlannedEvent] { plannedEvents(at: sites) }

    public func plannedEvents(at sites: [LinearSite]) -> [PlannedEvent] {
        let offsets = isStaggered ? Set(sites.map(offset(of:))).sorted() : [0]
        // Together, update 1 is a refresh like the others: the next one is the first that changes anything.
        return offsets.map { offset in
            PlannedEvent(
                kind: "refresh", first: 1 + (offset > 0 ? offset : interval), interval: interval, beginsRun: true, actsAfterwards: false,
                option: "update_interval")
        }
    }

    public func idleParts(of shape: ModelShape) -> [String] {
        let isWhole = shape.sites.allSatisfy { site in
            let (rows, columns) = (site.outFeatures, site.inFeatures)
            return rank >= (side.isRight(rows: rows, columns: columns) ? columns : rows)
        }
        return isWhole ? ["the subspace is the whole space: no gradient is projected on less (rank \(rank))"] : []
    }
}
