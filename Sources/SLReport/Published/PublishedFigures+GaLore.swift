extension PublishedFigures {
    /// GaLore, Table 2: validation perplexity and estimated memory of weights and optimizer state.
    package static let galore: [PublishedFigure] =
        table("full_rank", [34.06, 25.08, 18.80, 15.56], [0.36, 0.76, 2.06, 7.80], ranked: false)
        + table("galore", [34.88, 25.36, 18.95, 15.64], [0.24, 0.52, 1.22, 4.38])
        + table("low_rank", [78.18, 45.51, 37.41, 142.53], [0.26, 0.54, 1.08, 3.57])
        + table("lora", [34.99, 33.92, 25.58, 19.21], [0.36, 0.80, 1.76, 6.17], note: adapterNote)
        + table(
            "relora", [37.04, 29.37, 29.08, 18.33], [0.36, 0.80, 1.76, 6.17],
            note: "no full-rank warm start; " + adapterNote)

    private static let source = "GaLore (Zhao et al. 2024, arXiv 2403.03507), Table 2"
    private static let adapterNote = "memory counts the weights outside the adapted matrices twice"

    private static func table(
        _ method: String, _ perplexities: [Double], _ memories: [Double], ranked: Bool = true, note: String = ""
    ) -> [PublishedFigure] {
        sizes.indices.map { index in
            PublishedFigure(
                method: method, size: sizes[index], rank: ranked ? ranks[index] : nil, perplexity: perplexities[index],
                memoryGB: memories[index], tokens: tokenBudgets[index], source: source, note: note)
        }
    }
}
