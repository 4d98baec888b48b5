public import SLMethodKit
import SLOptimizers
public import SLSpec

/// GaLore whose subspaces have as many dimensions as the gradient needs, found anew when it has converged inside; moments are carried over.
///
/// Source: Refael et al. 2024, arXiv:2410.17881, Algorithm 2. No authors' code was found. Two things are told here, not there: the paper's
/// threshold of convergence is absolute and unpublished, here it is a share of the length after the refresh; V is carried over by squared
/// coefficients, which keeps it from becoming negative. The rank is the most a subspace may have, and what memory is taken for. The paper asks
/// every linear in every update whether it has converged (`refresh: together`); here each is asked in every eighth, in turns.
public struct AdaRankGradMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "adarankgrad", title: "AdaRankGrad", summary: "GaLore with a rank by the gradient's energy, refreshed on convergence.",
        paper: "Refael et al. 2024, arXiv:2410.17881", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(source: "arXiv:2403.03507; at the latest, arXiv:2410.17881"),
            OptionDescriptor(
                name: "energy", domain: .positiveReal(upTo: 1), help: "Share of the gradient's square that a subspace is to hold.",
                source: "arXiv:2410.17881, Algorithm 1; no value is published", defaultValue: 0.9),
            OptionDescriptor(
                name: "converged_below", domain: .real(0...1),
                help: "A subspace ends when the gradient inside has fallen to this share of what it was, which in turns every eighth update looks at;"
                    + " 0 leaves it to the interval.",
                source: "arXiv:2410.17881, Algorithm 2; no value is published", defaultValue: 0.5),
            SubspaceOptions.scale(0.25, source: "arXiv:2403.03507, whose recipe this is"),
            SubspaceOptions.projection,
            SubspaceOptions.moments(.rotate, source: "rotate: arXiv:2410.17881, Algorithm 2"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.refresh(source: "arXiv:2410.17881, Algorithm 2").unwritten(at: "together"),
            SubspaceOptions.inner,
        ],
        ownRates: SubspaceOptions.scaledStep,
        recipe: { _ in .init(learningRate: 0.01, epsilon: 1e-6, source: "GaLore's: no script of the authors was found") })

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, [.scale, .side, .singularVectors, .refresh], model: model)
        preset.refresh.condition = .converged(below: try options.real("converged_below"))
        preset.energy = try options.real("energy")
        subspace = preset
    }
}
