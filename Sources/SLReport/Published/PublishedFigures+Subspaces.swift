extension PublishedFigures {
    /// Methods in a subspace of the gradient, from their own papers. Theirs are GaLore's shapes, data, batch and token budgets.
    package static let subspaces: [PublishedFigure] =
        table(
            "fira", [31.06, 22.73, 16.85, 14.31], [0.36, 0.77, 1.90, 6.98], ranks: ranks,
            source: "Fira (Chen et al. 2024, arXiv 2410.01623), Table 3", note: "memory counts gradients, too")
        + table(
            "apollo", [31.55, 22.94, 16.85, 14.20], nil, ranks: ranks, source: apollo)
        + table(
            "apollo_mini", [31.93, 23.53, 17.18, 14.17], nil, ranks: [1, 1, 1, 1], source: apollo)
        + table(
            "q_galore", [34.88, 25.53, 19.79, 16.25], [0.18, 0.39, 0.88, 3.08], ranks: ranks,
            source: "Q-GaLore (Zhang et al. 2024, arXiv 2407.08296), Table 1", note: "with 8-bit moments")

    private static let apollo = "APOLLO (Zhu et al. 2024, arXiv 2412.05270), Table 2"

    private static func table(
        _ method: String, _ perplexities: [Double], _ memories: [Double]?, ranks: [Int], source: String, note: String = ""
    ) -> [PublishedFigure] {
        sizes.indices.map { index in
            PublishedFigure(
                method: method, size: sizes[index], rank: ranks[index], perplexity: perplexities[index], memoryGB: memories?[index],
                tokens: tokenBudgets[index], source: source, note: note)
        }
    }
}
