public import SLMethodKit
import SLOptimizers
public import SLSpec

/// GaLore with the rest of the gradient added, scaled channel by channel as Adam scales the projected part, and kept from growing fast.
///
/// Source: Chen et al. 2024, arXiv:2410.01623, Algorithm 1; code: fira 1.0.2 (`fira_adamw.py`, `gradient_projection.py`). The
/// code finds all subspaces in one update (`refresh: together`); here they are found in turns.
public struct FiraMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "fira", title: "Fira", summary: "GaLore plus the gradient outside the subspace, scaled as inside.",
        paper: "Chen et al. 2024, arXiv:2410.01623", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(published: ["7b": 500], source: "scripts of github.com/xichen-fy/Fira @5c28b13"),
            OptionDescriptor(
                name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor α on the back-projected step.", authorsName: "alpha",
                source: "scripts of github.com/xichen-fy/Fira @5c28b13", published: ["1b": 0.0625, "7b": 0.0625], otherwise: "0.25",
                rule: { _ in 0.25 }),
            SubspaceOptions.limiter,
            OptionDescriptor(
                name: "residual", domain: .choice(["scaled", "exact"]),
                help: "What is taken out of the gradient that is added: its projection times the scale, as the code does, or all of its"
                    + " projection, as the paper does.", source: "scaled: fira 1.0.2; exact: arXiv:2410.01623, Equation 5", defaultValue: "scaled"),
            SubspaceOptions.projection,
            SubspaceOptions.moments(.keep, source: "keep: fira 1.0.2"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.refresh(source: "fira 1.0.2").unwritten(at: "together"),
            SubspaceOptions.inner,
            SubspaceOptions.projector(source: "svd: arXiv:2410.01623; random ones are an ablation there"),
        ],
        ownRates: SubspaceOptions.scaledStep,
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["7b": 5e-3], otherwise: 0.01, for: model), epsilon: 1e-6,
                gradientClip: model.name == "7b" ? 1 : nil, source: "scripts of github.com/xichen-fy/Fira @5c28b13")
        })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, [.scale, .side, .projector, .refresh], model: model)
        let scaling = GradientScaling(growthLimit: try options.optionalReal("limiter"))
        switch try options.text("residual") {
        case "scaled": preset.outside = .scaled(scaling, share: preset.scale)
        case "exact": preset.outside = .scaled(scaling, share: 1)
        default: throw MethodOptionError(option: "residual", value: options["residual"], wanted: "scaled or exact")
        }
        subspace = preset
    }
}
