package import SLSpec

extension SweepReport {
    /// How the settings of the runs were chosen: every trial, and what it came to.
    package static func tuning(_ history: SweepHistory, _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tuned = TunedCells(history, groups)
        guard !tuned.shown.isEmpty else { return [] }
        var blocks: [ReportDocument.Block] = [.section("Tuning"), .paragraph(tuningGuide(tuned, groups)), table(tuned)]
        let notes = tuned.shown.compactMap(edgeNote)
        if !notes.isEmpty { blocks.append(.list(notes)) }
        return blocks
    }

    private static func tuningGuide(_ tuned: TunedCells, _ groups: [SizeGroup]) -> String {
        let counts = MarkdownText.joined(tuned.shown.map { String($0.cell.trials.count) })
        let seeds = MarkdownText.distinct(tuned.shown.flatMap(\.cell.trials).flatMap(\.runs).map(\.seed))
        let steps = MarkdownText.joined(tuned.shown.map { String($0.cell.steps) })
        let isEvery = groups.flatMap(\.cells).allSatisfy { tuned.of($0) != nil }
        var words = "Before the runs above, \(counts) trials of \(steps) updates were made for \(isEvery ? "every cell" : "the cells below")"
        if !seeds.isEmpty { words += ", on \(seeds.count == 1 ? "seed" : "seeds") \(MarkdownText.joined(seeds.map(String.init)))" }
        let both = Set(seeds).intersection(groups.flatMap(\.runs).map(\.spec.seed)).sorted()
        if tuned.shown.contains(where: { $0.cell.chosen != nil }) { words += "; the one with the lowest mean validation loss was taken and is bold" }
        words += "."
        if both.isEmpty { return words + " The runs above have other seeds." }
        return words + " **\(both.count == 1 ? "Seed" : "Seeds") \(MarkdownText.joined(both.map(String.init))) chose the settings and stand in the results too**, "
            + "which favours what was chosen."
    }

    private static func table(_ tuned: TunedCells) -> ReportDocument.Block {
        let tried = tuned.shown.flatMap { shown in shown.cell.trials.map { (shown: shown, trial: $0) } }
        func bold(_ text: (TunedCell.Trial) -> String) -> [String] {
            tried.map { $0.trial.isChosen ? "**\(MarkdownText.inline(text($0.trial)))**" : MarkdownText.inline(text($0.trial)) }
        }
        let keys = Set(tried.flatMap(\.trial.values.keys)).sorted()
        let values = keys.flatMap { key in
            [ReportColumn.Figures(name: key, values: tried.map { $0.trial.values[key]?.cell ?? .null })]
        }
        return .table("tuning", "Trials that chose the settings.", [
            ReportColumn(words: "model", tried.map { MarkdownText.inline($0.shown.cell.size) }),
            ReportColumn(words: "cell", tried.map { MarkdownText.inline($0.shown.label) }),
            ReportColumn("tried", bold { TuningText.values($0.values) }, .left, figures: values),
            ReportColumn(
                "eval loss", bold(TuningText.outcome),
                figures: .real("eval_loss_mean", tried.map(\.trial.meanLoss)) + .words("status", tried.map { TuningText.status($0.trial) })),
            ReportColumn(words: "chosen", tried.map { $0.trial.isChosen ? "yes" : NumberFormat.missing }),
            ReportColumn(words: "runs", tried.map { $0.trial.runs.map { MarkdownText.code($0.runID) }.joined(separator: " ") }),
        ])
    }

    private static func edgeNote(_ shown: TunedCells.Shown) -> String? {
        let name = "\(MarkdownText.inline(shown.cell.size)) \(MarkdownText.inline(shown.label))"
        if shown.cell.openRuns > 0 { return "\(name): \(shown.cell.openRuns) trial runs are still to be made; nothing is chosen yet." }
        guard shown.cell.chosen != nil else { return "\(name): no trial finished on every tuning seed; it has no runs." }
        guard !shown.cell.edgeKeys.isEmpty else { return nil }
        return "\(name): the best `\(shown.cell.edgeKeys.joined(separator: "`, `"))` lies on the edge of what was tried; the true best may lie beyond."
    }
}

/// The tuned cells that a report's rows come from.
package struct TunedCells {
    struct Shown {
        var cell: TunedCell
        /// The row's own label where it has one.
        var label: String
    }

    /// In the order of the tuning; without cells whose runs are none of the report's.
    let shown: [Shown]
    private let byGroup: [String: TunedCell]

    init(_ history: SweepHistory, _ groups: [SizeGroup]) {
        var labels: [String: String] = [:]
        for cell in groups.flatMap(\.cells) { if let key = try? cell.spec.groupKey() { labels[key] = cell.label } }
        shown = history.tuning.compactMap { cell in
            let plain = [cell.method, cell.rank.map { "r=\($0)" }].compactMap(\.self).joined(separator: " ")
            guard let key = cell.groupKey else { return Shown(cell: cell, label: plain) }
            return labels[key].map { Shown(cell: cell, label: $0) }
        }
        byGroup = Dictionary(history.tuning.compactMap { cell in cell.groupKey.map { ($0, cell) } }) { first, _ in first }
    }

    /// What chose the settings of a report's cell; `nil` for one that was not tuned.
    func of(_ cell: ReportCell) -> TunedCell? { (try? cell.spec.groupKey()).flatMap { byGroup[$0] } }
}

extension OptionValue {
    /// As a spreadsheet has it.
    fileprivate var cell: ValueTable.Cell {
        switch self {
        case .null: .null
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        default: .text(description)
        }
    }
}
