import SLSpec

extension SweepReport {
    /// Runs that diverged, failed, were interrupted or still run: results too.
    static func unfinished(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
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
        guard !rows.isEmpty else { return [] }
        let columns: [TextTable.Column] = [
            .init("model", .left), .init("method", .left), .init("rank"), .init("seed"), .init("status", .left), .init("reason", .left),
            .init("steps done"), .init("last training loss"), .init("message", .left),
        ]
        return [
            .section("Runs that did not finish"),
            .paragraph("They are left out of every mean above. A divergence says something about a method at these settings."),
            .table("unfinished", "Runs that did not finish.", TextTable(columns: columns, rows: rows)),
        ]
    }
}
