public import SLMethodKit
import SLOptimizers
public import SLSpec

/// APOLLO with a rank of one and one factor for the tensor.
///
/// Source: Zhu et al. 2024, arXiv:2412.05270, §4.3; code: apollo-torch 1.0.3.
public struct APOLLOMiniMethod: SubspaceMethod {
    public static let descriptor = MethodDescriptor(
        name: "apollo_mini", title: "APOLLO-Mini", summary: "APOLLO of rank 1 with one factor a tensor.",
        paper: "Zhu et al. 2024, arXiv:2412.05270", family: .projected,
        options: APOLLOOptions.options(
            rank: OptionDescriptor(
                name: "rank", domain: .rank, help: "Rank r of the projection.", source: "arXiv:2412.05270, §4.3", defaultValue: 1),
            scale: APOLLOOptions.scale(
                "α: the gradient is multiplied with its root.", published: ["130m": 192], otherwise: 128), granularity: .tensor),
        ownRates: APOLLOOptions.scaledStep, recipe: APOLLOOptions.recipe)

    public let subspace: SubspacePreset

    public init(options: MethodOptions, model: ModelShape) throws { subspace = try APOLLOOptions.preset(options, model) }
}
