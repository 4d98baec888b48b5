public import SLMethodKit
import SLOptimizers
public import SLSpec

/// Dense weights whose optimizer lives in a low-rank subspace of the gradient.
///
/// Source: Zhao et al. 2024, arXiv:2403.03507, Algorithm 2; code: galore-torch 1.0 (`galore_projector.py`, `adamw.py`).
/// Block linears use the projected rule; embedding, head and norms plain Adam of the same form (ε before the bias
/// correction, 1e-6, as the authors' optimizer has for all parameters; the paper says 1e-8).
/// Moments are kept as the run's optimizer keeps them (8-bit codes of the projected moments under adamw8bit); the basis
/// is kept like a weight, fp32 or bf16.
/// The axes of the projected rule that later papers vary are options here too, each at GaLore's own choice.
/// The authors find all subspaces in one update (`refresh: together`); here they are found in turns unless a config says so.
/// The authors' `proj_type: full` (both sides) is not offered: no published result uses it.
public struct GaLoreMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "galore", title: "GaLore", summary: "Dense weights, Adam in a subspace of the gradient (SVD).",
        paper: "Zhao et al. 2024, arXiv:2403.03507", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(published: ["7b": 500], source: "arXiv:2403.03507, Appendix C.1; 7b: authors' script"),
            SubspaceOptions.scale(0.25, authorsName: "galore_scale", source: "arXiv:2403.03507, Appendix C.1"),
            SubspaceOptions.projection,
            SubspaceOptions.moments(.keep, source: "keep: arXiv:2403.03507"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.refresh(source: "galore-torch 1.0"),
            SubspaceOptions.inner.unwrittenAtDefault,
            SubspaceOptions.projector(source: "svd: arXiv:2403.03507").unwrittenAtDefault,
            OptionDescriptor(
                name: "outside", domain: .choice(OutsideName.allCases.map(\.rawValue)),
                help: "What becomes of the gradient outside the subspace: dropped, added in proportion, the whole gradient in proportion"
                    + " instead, or kept for the next update.",
                source: "dropped: arXiv:2403.03507; scaled: 2410.01623; whole: 2412.05270; error_feedback: 2505.17967", defaultValue: "dropped"
            ).unwrittenAtDefault,
            OptionDescriptor(
                name: "cadence", domain: .choice(CadenceName.allCases.map(\.rawValue)),
                help: "Whether the interval is fixed, doubles while the subspace hardly turns (mean |cosine| of 5 at 0.4), or ends once the"
                    + " gradient inside has halved.", source: "fixed: arXiv:2403.03507; lazy: 2407.08296; converged: 2410.17881",
                defaultValue: "fixed"
            ).unwrittenAtDefault,
        ],
        ownRates: SubspaceOptions.scaledStep,
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["7b": 5e-3], otherwise: 0.01, for: model), epsilon: 1e-6,
                gradientClip: model.name == "7b" ? 1 : nil, source: "scripts of github.com/jiaweizzhao/GaLore @2cc66f8")
        })

    private enum OutsideName: String, CaseIterable {
        case dropped, scaled, whole
        case errorFeedback = "error_feedback"
    }

    private enum CadenceName: String, CaseIterable { case fixed, lazy, converged }

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, [.scale, .side, .projector, .refresh], model: model)
        preset.outside =
            switch try options.choice("outside", of: OutsideName.self) {
            case .dropped: .dropped
            case .scaled: .scaled(GradientScaling(), share: preset.scale)
            case .whole: .whole(GradientScaling())
            case .errorFeedback: .errorFeedback
            }
        preset.refresh.condition =
            switch try options.choice("cadence", of: CadenceName.self) {
            case .fixed: .fixed
            case .lazy: .lazy(threshold: 0.4, factor: 2, queue: 5)
            case .converged: .converged(below: 0.5)
            }
        subspace = preset
    }
}
