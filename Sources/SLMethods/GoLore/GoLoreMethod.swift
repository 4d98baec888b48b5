import SLMethodKit
import SLOptimizers
import SLSpec

/// GaLore that takes random subspaces late in a run, where the gradient's own say little but noise.
///
/// Source: He et al. 2024, arXiv:2410.11289, Algorithm 2; code: github.com/pkumelon/Golore, `golore_torch`. At a refresh the code uses the
/// carried-over momentum in that update only and then goes on from the old one (`moments: rotate_momentum_once`); the paper carries it
/// over for good, which is the default.
public struct GoLoreMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "golore", title: "GoLore", summary: "GaLore with random subspaces in the last part of a run.",
        paper: "He et al. 2024, arXiv:2410.11289",
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(source: "script/Go_pt.sh of github.com/pkumelon/Golore"),
            OptionDescriptor(
                name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor on the back-projected step.", authorsName: "scale",
                source: "torchrun_main.py of github.com/pkumelon/Golore", defaultValue: 1),
            OptionDescriptor(
                name: "random_from", domain: .real(0...1), help: "Share of the run after which subspaces are random.", authorsName: "rand_ratio",
                source: "script/Go_pt.sh of github.com/pkumelon/Golore", defaultValue: 0.8),
            SubspaceOptions.projection,
            SubspaceOptions.moments(.rotateMomentum, source: "rotate_momentum: arXiv:2410.11289; rotate_momentum_once: the authors' code"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.inner,
        ],
        recipe: { _ in .init(learningRate: 1e-3, epsilon: 1e-6, gradientClip: 1, source: "script/Go_pt.sh of github.com/pkumelon/Golore") })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = SubspacePreset(
            rank: try options.integer("rank"), refresh: RefreshPolicy(interval: try options.integer(SubspaceOptions.interval)), model: model)
        preset.scale = try options.real("scale")
        preset.randomFrom = try options.real("random_from")
        preset.side = try options.choice("projection", of: ProjectionSide.self)
        preset.stateAtRefresh = try options.choice("moments", of: StateAtRefresh.self)
        preset.projector = .singularVectors(try options.choice("subspace", of: SubspaceFinder.self))
        preset.inner = try options.madeOptimizer("inner")
        subspace = preset
    }
}
