extension PublishedFigures {
    /// CoLA's own runs: batches of 512 sequences of 256 tokens, 10k, 20k, 60k and 100k of them, padding counted.
    static let cola: [PublishedFigure] = sizes.indices.map { index in
        PublishedFigure(
            method: "cola", size: sizes[index], rank: ranks[index], perplexity: [34.04, 24.48, 18.56, 15.52][index], memoryGB: nil,
            tokens: [10_000, 20_000, 60_000, 100_000][index] * 512 * 256, source: "CoLA (Liu et al. 2025, arXiv 2502.10940)",
            note: "not checked against the paper itself; tokens count padding", isVerified: false)
    }
}
