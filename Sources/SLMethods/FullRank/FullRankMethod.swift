public import SLMethodKit
public import SLSpec

/// Ordinary training of every weight: what all other methods are compared with. Every axis at its default.
public struct FullRankMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "full_rank", title: "Full-rank", summary: "Dense weights, AdamW on everything.",
        paper: "Loshchilov & Hutter 2019, arXiv:1711.05101 (AdamW)", family: .dense, options: [],
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["1b": 4e-4], otherwise: 1e-3, for: model),
                source: "full-rank rows rerun under the GaLore recipe, arXiv:2605.13652")
        })

    public init(options: MethodOptions, model: ModelShape) {}
}
