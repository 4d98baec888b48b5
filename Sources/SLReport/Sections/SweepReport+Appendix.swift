package import SLSpec

extension SweepReport {
    /// Which runs a cell's numbers come from, and the specs that decide what they computed.
    package static func appendix(_ history: SweepHistory, _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let all = groups.flatMap { group in group.cells.flatMap { cell in cell.runs.map { (group: group, cell: cell, run: $0) } } }
        let runs = all.map(\.run)
        let columns = [
            ReportColumn(words: "model", all.map { MarkdownText.inline($0.group.model.name) }),
            ReportColumn(words: "cell", all.map { MarkdownText.inline($0.cell.label) }),
            ReportColumn(words: "seed", runs.map { String($0.spec.seed) }, .right), ReportColumn(words: "status", runs.map(\.status.rawValue)),
            ReportColumn(
                "wall time", runs.map { NumberFormat.duration(seconds: $0.result?.wallSeconds) }, figures: .real("wall_seconds", runs.map { $0.result?.wallSeconds })),
            ReportColumn(words: "went on after update", runs.map { MarkdownText.joined($0.resumptions.map(String.init)) }),
            ReportColumn(words: "run id", runs.map { MarkdownText.code($0.runID) }),
            ReportColumn(words: "key (SHA-256 of the spec)", runs.map { (try? $0.spec.runKey()).map(MarkdownText.code) ?? NumberFormat.missing }),
        ]
        return [
            .section("Appendix: runs"),
            .paragraph(
                "A run's key is the SHA-256 of its canonical spec: the same key is the same computation. A run that was interrupted and went on "
                    + "from a checkpoint is listed with the updates that it went on after."),
            .table("runs", "The runs behind every cell.", columns), queries(history, groups.areTested), specs(groups),
        ]
    }

    /// What to ask the database for the same numbers.
    private static func queries(_ history: SweepHistory, _ areTested: Bool) -> ReportDocument.Block {
        let name = "'" + history.name.replacing("'", with: "''") + "'"
        let text = """
            /* The main table. */
            SELECT size, method, rank, n, tokens, eval_loss_mean, eval_loss_sd, eval_loss_low, eval_loss_high,
                perplexity, perplexity_low, perplexity_high, bits_per_byte, total_parameters\(areTested ? ",\n    test_loss_mean, test_loss_sd, test_perplexity, test_bits_per_byte" : "")
            FROM summary WHERE sweep = \(name);

            /* The runs behind it. */
            SELECT size, method, rank, seed, run_id, eval_loss, perplexity, paper_memory_bytes, peak_tracked_bytes,
                peak_rss_bytes, tokens_per_second, wall_seconds, training_flops, companion_runs\(areTested ? ",\n    test_loss, test_perplexity" : "")
            FROM comparison WHERE sweep = \(name);
            """
        return .folded(summary: "SQL of the main table and of the runs behind it", language: "sql", text: text)
    }

    private static func specs(_ groups: [SizeGroup]) -> ReportDocument.Block {
        let blocks = groups.flatMap(\.cells).map { cell in
            "\(cell.spec.model.name) \(cell.label), seed \(cell.spec.seed):\n" + ((try? cell.spec.identityJSON()) ?? NumberFormat.missing)
        }
        return .folded(summary: "Canonical specs, one per cell (first seed)", language: "text", text: blocks.joined(separator: "\n\n"))
    }
}
