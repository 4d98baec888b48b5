package import SLSpec

extension SweepReport {
    /// Runs that diverged, failed, were interrupted or still run: results too.
    ///
    /// - Parameter tuning: of which cells without a choice have no run at all.
    package static func unfinished(_ groups: [SizeGroup], _ tuning: [TunedCell] = []) -> [ReportDocument.Block] {
        let lost = groups.flatMap { group in
            group.cells.flatMap { cell in cell.runs.filter { $0.status != .finished || $0.result == nil }.map { (group: group, cell: cell, run: $0) } }
        }
        let unchosen = tuning.filter { $0.chosen == nil && !$0.isOpen }.map { cell in
            "\(MarkdownText.inline(TuningText.name(cell))) has no run: of \(cell.trials.count) trials of its settings none finished on every "
                + "tuning seed (\(TuningText.outcomes(cell)))."
        }
        guard !lost.isEmpty || !unchosen.isEmpty else { return [] }
        let seeds = lost.map { String($0.run.spec.seed) }
        let steps = lost.map { $0.run.failure?.step ?? $0.run.steps.last?.step }
        let losses = lost.map { $0.run.steps.last?.loss }
        let columns = [
            ReportColumn(words: "model", lost.map { MarkdownText.inline($0.group.model.name) }),
            ReportColumn(words: "method", lost.map { MarkdownText.inline($0.cell.methodLabel) }),
            ReportColumn("rank", lost.map(\.cell.rankText), figures: .whole("rank", lost.map(\.cell.rank))),
            ReportColumn(words: "seed", seeds, .right), ReportColumn(words: "status", lost.map(\.run.status.rawValue)),
            ReportColumn(words: "reason", lost.map { $0.run.failure?.reason.rawValue ?? NumberFormat.missing }),
            ReportColumn("steps done", steps.map { $0.map(String.init) ?? NumberFormat.missing }, figures: .whole("steps_done", steps)),
            ReportColumn("last training loss", losses.map { NumberFormat.loss($0) }, figures: .real("last_train_loss", losses)),
            ReportColumn(words: "message", lost.map { $0.run.failure.map { MarkdownText.inline($0.message) } ?? NumberFormat.missing }),
        ]
        let table = ReportDocument.Block.table("unfinished", "Runs that did not finish.", columns)
        return [
            .section("Runs that did not finish"),
            .paragraph(
                "They are left out of every mean above."
                    + (lost.contains { $0.run.status == .diverged } ? " A divergence says something about a method at these settings." : "")),
        ] + (lost.isEmpty ? [] : [table]) + (unchosen.isEmpty ? [] : [.list(unchosen)])
    }
}
