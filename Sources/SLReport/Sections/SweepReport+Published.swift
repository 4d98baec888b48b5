import SLSpec

extension SweepReport {
    /// Published numbers stay in a table of their own, each with its source.
    static func publishedFigures(_ figures: [PublishedFigure], _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let present = Set(groups.flatMap { group in group.cells.map { [group.shape.name, $0.method] } })
        let shown = figures.filter { present.contains([$0.size, $0.method]) }
        guard !shown.isEmpty else { return [] }
        let beside = besidePublished(figures, groups)
        let columns = [
            ReportColumn(words: "model", shown.map { MarkdownText.inline($0.size) }),
            ReportColumn(words: "method", shown.map { MarkdownText.inline($0.method) }), published("rank", "rank", shown, \.rank) { String($0) },
            ReportColumn("perplexity", shown.map { NumberFormat.perplexity($0.perplexity) }, figures: .real("published_perplexity", shown.map(\.perplexity))),
            ReportColumn(
                "memory [G]", shown.map { NumberFormat.fixed($0.memoryGB, decimals: 2) }, figures: .real("published_memory_gb", shown.map(\.memoryGB))),
            published("tokens", "published_tokens", shown, \.tokens) { NumberFormat.tokens($0) },
            ReportColumn(words: "checked against the paper", shown.map { $0.isVerified ? "yes" : "**no**" }),
            ReportColumn(words: "source", shown.map { MarkdownText.inline($0.source) }),
            ReportColumn(words: "note", shown.map { $0.note.isEmpty ? NumberFormat.missing : MarkdownText.inline($0.note) }),
        ]
        let warning = """
            **Published, not measured here.** \(PublishedFigures.circumstances) Here: \(circumstances(groups)). \(budgetWords(shown, groups)) \
            Where any of it differs, set the order of the methods and the memory beside the results above, not the perplexities.
            """
        return [
            .section("Published figures"), .quote([warning]),
        ] + beside + [
            .table("published", "Published figures with their sources.", columns),
        ]
    }

    private static func circumstances(_ groups: [SizeGroup]) -> String {
        let data = MarkdownText.distinct(groups.flatMap(\.runs).map(\.spec.data))
        return "corpus \(MarkdownText.joined(data.map { MarkdownText.inline($0.name) })), tokenizer \(MarkdownText.joined(data.map { MarkdownText.inline($0.tokenizer) }))"
    }

    /// How the budgets of runs and publications stand to each other, size by size.
    private static func budgetWords(_ figures: [PublishedFigure], _ groups: [SizeGroup]) -> String {
        let sizes = groups.compactMap { group -> (name: String, order: Int)? in
            guard let published = figures.filter({ $0.size == group.shape.name }).compactMap(\.tokens).min(), let longest = group.tokenCounts.max() else { return nil }
            return (MarkdownText.inline(group.model.name), longest < published ? -1 : longest > published ? 1 : 0)
        }
        return [(-1, "smaller than"), (0, "equal to"), (1, "larger than")].compactMap { order, words in
            let names = sizes.filter { $0.order == order }.map(\.name)
            return names.isEmpty ? nil : "The token budgets of \(names.joined(separator: ", ")) are \(words) the smallest published."
        }.joined(separator: " ")
    }

    /// Perplexities here in columns of their own beside the published ones of the same method and size.
    private static func besidePublished(_ figures: [PublishedFigure], _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let pairs = groups.flatMap { group in
            group.cells.filter { $0.spec.model == group.shape }.flatMap { cell in
                figures.filter { $0.size == group.shape.name && $0.method == cell.method && $0.perplexity != nil }.map { (group: group, cell: cell, figure: $0) }
            }
        }
        guard !pairs.isEmpty else { return [] }
        let (cells, sources) = (pairs.map(\.cell), pairs.map(\.figure))
        let columns = [
            ReportColumn(words: "model", pairs.map { MarkdownText.inline($0.group.model.name) }),
            ReportColumn(words: "method", cells.map { MarkdownText.inline($0.methodLabel) }),
            ReportColumn("rank here", cells.map(\.rankText), figures: .whole("rank", cells.map(\.rank))),
            ReportColumn("perplexity here", cells.map { NumberFormat.perplexity($0.perplexity) }, figures: .real("perplexity", cells.map(\.perplexity))),
            ReportColumn("tokens here", cells.map(tokensText), figures: .real("tokens_mean", cells.map { $0.summary { Double($0.tokens) }?.mean })),
            published("rank, published", "published_rank", sources, \.rank) { String($0) },
            ReportColumn(
                "perplexity, published", sources.map { NumberFormat.perplexity($0.perplexity) + ($0.isVerified ? "" : " (unchecked)") },
                figures: .real("published_perplexity", sources.map(\.perplexity)) + .words("published_is_checked", sources.map { $0.isVerified ? "yes" : "no" })),
            published("tokens, published", "published_tokens", sources, \.tokens) { NumberFormat.tokens($0) },
            ReportColumn(words: "source", sources.map { MarkdownText.inline($0.source) }),
        ]
        return [
            .table(
                "beside published", "Perplexities here beside published ones.",
                columns, note: lossNote(groups))
        ]
    }

    private static func published(
        _ title: String, _ name: String, _ figures: [PublishedFigure], _ value: (PublishedFigure) -> Int?, text: (Int) -> String
    ) -> ReportColumn {
        ReportColumn(title, figures.map { value($0).map(text) ?? NumberFormat.missing }, figures: .whole(name, figures.map(value)))
    }

    /// Tokens that the finished runs of a cell were trained on.
    static func tokensText(_ cell: ReportCell) -> String {
        MarkdownText.joined(cell.results.map { NumberFormat.tokens($0.tokens) })
    }
}
