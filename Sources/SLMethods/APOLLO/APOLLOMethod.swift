public import SLMethodKit
import SLOptimizers
public import SLSpec

/// The whole gradient, each channel scaled as Adam scales a random projection of it.
///
/// Source: Zhu et al. 2024, arXiv:2412.05270, Algorithm 1; code: apollo-torch 1.0.3.
public struct APOLLOMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "apollo", title: "APOLLO", summary: "Dense weights, the gradient scaled by channel as Adam scales a random projection.",
        paper: "Zhu et al. 2024, arXiv:2412.05270", family: .projected,
        options: APOLLOOptions.options(
            rank: PublishedDefaults.rank,
            scale: APOLLOOptions.scale("α: the gradient is multiplied with its root.", published: [:], otherwise: 1), granularity: .channel),
        ownRates: APOLLOOptions.scaledStep, recipe: APOLLOOptions.recipe)

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws { subspace = try APOLLOOptions.preset(options, model) }
}
