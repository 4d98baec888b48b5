import SLSpec

extension SweepReport {
    /// Runs that diverged, failed, were interrupted or still run: results too.
    ///
    /// - Parameter tuning: of which cells without a choice have no run at all.
    static func unfinished(_ groups: [SizeGroup], _ tuning: [TunedCell] = []) -> [ReportDocument.Block] {
        let rows = groups.flatMap { group in
            group.cells.flatMap { cell in
                cell.runs.filter { $0.status != .finished || $0.result == nil }.map { run in
                    [
                        MarkdownText.inline(group.model.name), MarkdownText.inline(cell.methodLabel), cell.rankText,
                        String(run.spec.seed), run.status.rawValue, run.failure?.reason.rawValue ?? NumberFormat.missing,
                        (run.failure?.step ?? run.steps.last?.step).map(String.init) ?? NumberFormat.missing,
                        NumberFormat.loss(run.steps.last?.loss),
                        run.failure.map { MarkdownText.inline($0.message) } ?? NumberFormat.missing,
                    ]
                }
            }
        }
        let unchosen = tuning.filter { $0.chosen == nil }.map { cell in
            "\(MarkdownText.inline(TuningText.name(cell))) has no run: of \(cell.trials.count) trials of its settings none finished on every "
                + "tuning seed (\(TuningText.outcomes(cell)))."
        }
        guard !rows.isEmpty || !unchosen.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("method", .left), .init("rank"), .init("seed"), .init("status", .left), .init("reason", .left),
            .init("steps done"), .init("last training loss"), .init("message", .left),
        ]
        let table = ReportDocument.Block.table("unfinished", "Runs that did not finish.", TextTable(columns: columns, rows: rows))
        return [
            .section("Runs that did not finish"),
            .paragraph("They are left out of every mean above. A divergence says something about a method at these settings."),
        ] + (rows.isEmpty ? [] : [table]) + (unchosen.isEmpty ? [] : [.list(unchosen)])
    }
}
