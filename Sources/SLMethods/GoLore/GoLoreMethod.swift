public import SLMethodKit
import SLOptimizers
public import SLSpec

/// GaLore that takes random subspaces late in a run, where the gradient's own say little but noise.
///
/// Source: He et al. 2024, arXiv:2410.11289, Algorithm 2; code: github.com/pkumelon/Golore, `golore_torch`. At a refresh the code uses the
/// carried-over momentum in that update only and then goes on from the old one (`moments: rotate_momentum_once`); the paper carries it
/// over for good, which is the default. The code finds all subspaces in one update (`refresh: together`); here they are found in turns.
public struct GoLoreMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "golore", title: "GoLore", summary: "GaLore with random subspaces in the last part of a run.",
        paper: "He et al. 2024, arXiv:2410.11289", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(source: "script/Go_pt.sh of github.com/pkumelon/Golore"),
            SubspaceOptions.scale(1, authorsName: "scale", source: "torchrun_main.py of github.com/pkumelon/Golore"),
            OptionDescriptor(
                name: "random_from", domain: .real(0...1), help: "Share of the run after which subspaces are random.", authorsName: "rand_ratio",
                source: "script/Go_pt.sh of github.com/pkumelon/Golore", defaultValue: 0.8),
            SubspaceOptions.projection,
            SubspaceOptions.moments(.rotateMomentum, source: "rotate_momentum: arXiv:2410.11289; rotate_momentum_once: the authors' code"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.refresh(source: "golore_torch").unwritten(at: "together"),
            SubspaceOptions.inner,
        ],
        ownRates: SubspaceOptions.scaledStep,
        recipe: { _ in .init(learningRate: 1e-3, epsilon: 1e-6, gradientClip: 1, source: "script/Go_pt.sh of github.com/pkumelon/Golore") })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, [.scale, .side, .singularVectors, .refresh], model: model)
        preset.randomFrom = try options.real("random_from")
        subspace = preset
    }
}
