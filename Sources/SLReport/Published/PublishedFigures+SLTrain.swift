extension PublishedFigures {
    /// SLTrain, Table 2 and Appendix F. Memory is the sum of the parts that Appendix F prints, at two decimals each; the
    /// perplexities of its baselines are GaLore's and stand there.
    package static let sltrain: [PublishedFigure] =
        memories("full_rank", [0.35, 0.81, 2.21, 8.04], ranked: false)
        + memories("low_rank", [0.24, 0.57, 1.11, 3.66], notes: ["60m": "0.08 + 0.16; the unrounded sum is 0.257"])
        + memories("relora", [0.37, 0.84, 1.85, 6.34], note: "counts the weights outside the adapted matrices twice")
        + memories("galore", [0.28, 0.61, 1.59, 4.76], notes: ["350m": misprint], unverified: ["350m"])
        + memories("sltrain", [0.26, 0.60, 1.24, 4.16])
        + sizes.indices.map { index in
            PublishedFigure(
                method: "sltrain", size: sizes[index], rank: ranks[index], perplexity: [34.15, 26.04, 19.42, 16.14][index],
                memoryGB: nil, tokens: tokenBudgets[index], source: source,
                note: "could not be checked against the paper's table", isVerified: false)
        }

    /// LOST's own table could not be read; one figure is quoted in a public review of the paper.
    package static let lost = [
        PublishedFigure(
            method: "lost", size: "60m", rank: 128, perplexity: 32.25, memoryGB: nil, tokens: tokenBudgets[0],
            source: "LOST (Li et al. 2025, arXiv 2508.02668), Table 3 as quoted in a public review",
            note: "not checked against the paper itself", isVerified: false)
    ]

    private static let source = "SLTrain (Han et al. 2024, arXiv 2406.02214), Table 2 and Appendix F"
    private static let misprint = """
        misprint: Appendix F gives the projectors 144.04M parameters where rank 256 makes 44.04M; the same formula gives 1.39
        """

    private static func memories(
        _ method: String, _ figures: [Double], ranked: Bool = true, note: String = "", notes: [String: String] = [:],
        unverified: Set<String> = []
    ) -> [PublishedFigure] {
        sizes.indices.map { index in
            let size = sizes[index]
            return PublishedFigure(
                method: method, size: size, rank: ranked ? ranks[index] : nil, perplexity: nil, memoryGB: figures[index],
                tokens: tokenBudgets[index], source: source, note: notes[size] ?? note, isVerified: !unverified.contains(size))
        }
    }
}
