import SLSpec

extension SweepReport {
    /// Which runs a cell's numbers come from, and the specs that decide what they computed.
    static func appendix(_ history: SweepHistory, _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("cell", .left), .init("seed"), .init("status", .left), .init("wall time"), .init("went on after update", .left),
            .init("run id", .left),
            .init("key (SHA-256 of the spec)", .left),
        ]
        let rows = groups.flatMap { group in
            group.cells.flatMap { cell in
                cell.runs.map { run in
                    [
                        MarkdownText.inline(group.model.name), MarkdownText.inline(cell.label), String(run.spec.seed), run.status.rawValue,
                        NumberFormat.duration(seconds: run.result?.wallSeconds),
                        MarkdownText.joined(run.resumptions.map(String.init)), MarkdownText.code(run.runID),
                        (try? run.spec.runKey()).map(MarkdownText.code) ?? NumberFormat.missing,
                    ]
                }
            }
        }
        return [
            .section("Appendix: runs"),
            .paragraph(
                "A run's key is the SHA-256 of its canonical spec: the same key is the same computation. A run that was interrupted and went on "
                    + "from a checkpoint is listed with the updates that it went on after."),
            .table("runs", "The runs behind every cell.", TextTable(columns: columns, rows: rows)), queries(history), specs(groups),
        ]
    }

    /// What to ask the database for the same numbers.
    private static func queries(_ history: SweepHistory) -> ReportDocument.Block {
        let name = "'" + history.name.replacing("'", with: "''") + "'"
        let text = """
            /* The main table. */
            SELECT size, method, rank, n, tokens, eval_loss_mean, eval_loss_sd, eval_loss_low, eval_loss_high,
                perplexity, perplexity_low, perplexity_high, bits_per_byte, total_parameters
            FROM summary WHERE sweep = \(name);

            /* The runs behind it. */
            SELECT size, method, rank, seed, run_id, eval_loss, perplexity, paper_memory_bytes, peak_tracked_bytes,
                peak_rss_bytes, tokens_per_second, wall_seconds, training_flops, companion_runs
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
