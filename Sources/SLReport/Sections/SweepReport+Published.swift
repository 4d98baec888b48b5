import SLSpec

extension SweepReport {
    /// Published numbers stay in a table of their own, each with its source.
    static func publishedFigures(_ figures: [PublishedFigure], _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let present = Set(groups.flatMap { group in group.cells.map { [group.model.name, $0.method] } })
        let rows = figures.filter { present.contains([$0.size, $0.method]) }.map { figure in
            [
                MarkdownText.inline(figure.size), MarkdownText.inline(figure.method), figure.rank.map(String.init) ?? NumberFormat.missing,
                NumberFormat.perplexity(figure.perplexity), NumberFormat.fixed(figure.memoryGB, decimals: 2), NumberFormat.tokens(figure.tokens),
                figure.isVerified ? "yes" : "**no**", MarkdownText.inline(figure.source),
                figure.note.isEmpty ? NumberFormat.missing : MarkdownText.inline(figure.note),
            ]
        }
        guard !rows.isEmpty else { return [] }
        let beside = besidePublished(figures, groups)
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("method", .left), .init("rank"), .init("perplexity"), .init("memory [G]"), .init("tokens"),
            .init("checked against the paper", .left), .init("source", .left), .init("note", .left),
        ]
        let warning = """
            **Published, not measured here.** These runs had other budgets (the token counts in the table), another corpus (C4), another tokenizer \
            and another evaluation set. Set the order of the methods and the memory beside the results above, not the perplexities.
            """
        return [
            .section("Published figures"), .quote([warning]),
        ] + beside + [
            .table("published", "Published figures with their sources.", TextTable(columns: columns, rows: rows)),
        ]
    }

    /// Perplexities here in columns of their own beside the published ones of the same method and size.
    private static func besidePublished(_ figures: [PublishedFigure], _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let rows = groups.flatMap { group in
            group.cells.flatMap { cell in
                figures.filter { $0.size == group.model.name && $0.method == cell.method && $0.perplexity != nil }.map { figure in
                    [
                        MarkdownText.inline(group.model.name), MarkdownText.inline(cell.methodLabel), cell.rankText,
                        NumberFormat.perplexity(cell.perplexity), tokensText(cell), figure.rank.map(String.init) ?? NumberFormat.missing,
                        NumberFormat.perplexity(figure.perplexity) + (figure.isVerified ? "" : " (unchecked)"), NumberFormat.tokens(figure.tokens),
                        MarkdownText.inline(figure.source),
                    ]
                }
            }
        }
        guard !rows.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("method", .left), .init("rank here"), .init("perplexity here"), .init("tokens here"),
            .init("rank, published"), .init("perplexity, published"), .init("tokens, published"), .init("source", .left),
        ]
        return [
            .table(
                "beside published", "Perplexities here beside published ones. Budgets, corpus, tokenizer and evaluation set differ.",
                TextTable(columns: columns, rows: rows), note: lossNote(groups))
        ]
    }

    /// Tokens that the finished runs of a cell were trained on.
    static func tokensText(_ cell: ReportCell) -> String {
        MarkdownText.joined(cell.results.map { NumberFormat.tokens($0.tokens) })
    }
}
