import SLSpec

extension SweepReport {
    /// What the budget does: every row on every rung, its rank, and which rows change places.
    static func ladder(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let ladders = LossLadder.all(groups)
        guard !ladders.isEmpty else { return [] }
        let words = """
            The loss of every row on every budget, each from a run of its own whose learning rate was planned for that budget and decayed to its end. \
            The number in brackets is the row's rank on that budget. Everywhere else in this report rows of different budgets are not compared.
            """
        return [.section("The ladder"), .paragraph(words)] + ladders.flatMap { ladder in
            [
                .subsection(MarkdownText.inline(ladder.size), anchor: "ladder \(ladder.size)"),
                .table("ladder \(ladder.size)", "\(SeedEvidence.capitalized(groups.lossName)) and rank by budget at \(MarkdownText.inline(ladder.size)).", losses(ladder), note: lossNote(groups)),
            ] + order(ladder)
        }
    }

    private static func losses(_ ladder: LossLadder) -> [ReportColumn] {
        let rows = ladder.rows
        let figure = rows.flatMap(\.cells).compactMap(\.self).lossFigure
        return [ReportColumn(words: MarkdownText.inline(ladder.size), rows.map { MarkdownText.inline($0.label) }, name: "cell")]
            + ladder.rungs.map { rung in
                let cells = rows.map { $0.cells[rung.place] }
                let ranks = ladder.ranks(on: rung.place)
                let texts = zip(cells, ranks).map { cell, rank in
                    guard let cell else { return NumberFormat.missing }
                    return lossText(cell) + (rank.map { " (\($0))" } ?? "")
                }
                let name = "rung_\(rung.place + 1)"
                let tokens = cells.map { $0?.spec.expectedTargets }
                let figures: [ReportColumn.Figures] = .real("tokens_\(name)", tokens) + .summary("\(figure)_\(name)", cells.map { $0?.evalLoss })
                    + .whole("rank_order_\(name)", ranks)
                return ReportColumn(rung.words, bestRank(texts, ranks), figures: figures)
            }
    }

    /// The lowest loss bold.
    private static func bestRank(_ texts: [String], _ ranks: [Int?]) -> [String] {
        zip(texts, ranks).map { $1 == 1 && ranks.compactMap(\.self).count > 1 ? "**\($0)**" : $0 }
    }

    /// From rung to rung: how alike the orders are, and who crosses whom.
    private static func order(_ ladder: LossLadder) -> [ReportDocument.Block] {
        let steps = ladder.steps
        guard steps.contains(where: { $0.order.pairs > 0 }) else { return [] }
        let columns = [
            ReportColumn(words: "from", steps.map(\.from.words)), ReportColumn(words: "to", steps.map(\.to.words)),
            ReportColumn("Kendall's τ", steps.map { NumberFormat.fixed($0.order.tau, decimals: 2) }, figures: .real("kendall_tau_b", steps.map(\.order.tau))),
            ReportColumn("pairs of rows", steps.map { String($0.order.pairs) }, figures: .whole("pairs", steps.map(\.order.pairs))),
            ReportColumn("pairs that cross", steps.map { String($0.crossings.count) }, figures: .whole("crossings", steps.map(\.crossings.count))),
            ReportColumn(
                "beyond the seeds' spread", steps.map { String($0.crossings.count(where: \.isBeyondNoise)) },
                figures: .whole("crossings_beyond_noise", steps.map { $0.crossings.count(where: \.isBeyondNoise) })),
        ]
        let guide = """
            Kendall's τ-b is 1 where the rows stand in the same order on both budgets and −1 where they stand in the opposite one. A pair crosses \
            where the row with the lower mean has the higher one on the next budget; beyond the seeds' spread where the 95 % t-interval of the \
            differences seed by seed leaves out 0 on both, pair by pair and not corrected for their number.
            """
        let lines = steps.filter { !$0.crossings.isEmpty }.map { step in
            let clear = step.crossings.filter(\.isBeyondNoise) + step.crossings.filter { !$0.isBeyondNoise }
            let pairs = clear.map { MarkdownText.inline("\($0.better) falls behind \($0.worse)") + ($0.isBeyondNoise ? " (beyond the seeds' spread)" : "") }
            return "From \(step.from.words) to \(step.to.words): \(MarkdownText.rows(pairs))."
        }
        return [
            .table("ladder order \(ladder.size)", "The order of the rows from budget to budget at \(MarkdownText.inline(ladder.size)).", columns), .paragraph(guide),
        ] + (lines.isEmpty ? [.paragraph("No pair of rows crosses.")] : [.list(lines)])
    }
}
