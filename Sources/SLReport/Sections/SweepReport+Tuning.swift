package import SLSpec

extension SweepReport {
    /// How the settings of the runs were chosen: every trial, and what it came to.
    package static func tuning(_ history: SweepHistory, _ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tuned = TunedCells(history, groups)
        guard !tuned.shown.isEmpty else { return [] }
        var blocks: [ReportDocument.Block] = [.section("Tuning"), .paragraph(tuningGuide(tuned, groups))]
        let told = nearBest(tuned) + sensitivity(tuned) + ablations(tuned) + tuningBudget(tuned)
        blocks += told
        if !told.isEmpty { blocks.append(.paragraph("Every trial, in the order in which they were asked for.")) }
        blocks.append(table(tuned))
        let notes = tuned.shown.flatMap(tuningNotes)
        if !notes.isEmpty { blocks.append(.list(notes)) }
        return blocks
    }

    private static func tuningGuide(_ tuned: TunedCells, _ groups: [SizeGroup]) -> String {
        let counts = MarkdownText.joined(tuned.shown.map { String($0.cell.trials.count) })
        let seeds = MarkdownText.distinct(tuned.shown.flatMap(\.cell.trials).flatMap(\.runs).map(\.seed))
        let steps = MarkdownText.joined(tuned.shown.map { String($0.cell.steps) })
        let isEvery = groups.flatMap(\.cells).allSatisfy { tuned.of($0) != nil }
        let searches = MarkdownText.distinct(tuned.shown.compactMap(\.cell.search?.search.words))
        let (lead, kinds) = searches.isEmpty
            ? ("Before the runs above, \(counts) trials of \(steps) updates", "")
            : ("Before the runs above, \(counts) trials of up to \(steps) updates", " by \(MarkdownText.joined(searches))")
        var words = "\(lead) were made\(kinds) for \(isEvery ? "every cell" : "the cells below")"
        if !seeds.isEmpty { words += ", on \(seeds.count == 1 ? "seed" : "seeds") \(MarkdownText.joined(seeds.map(String.init)))" }
        let both = Set(seeds).intersection(groups.flatMap(\.runs).map(\.spec.seed)).sorted()
        if tuned.shown.contains(where: { $0.cell.chosen != nil }) {
            words += "; the one with the lowest mean validation loss was taken and is bold"
        }
        words += "."
        if let search = tuned.shown.compactMap(\.cell.search).first { words += " \(searchGuide(search))" }
        if both.isEmpty { return words + " The runs above have other seeds." }
        return words + " **\(both.count == 1 ? "Seed" : "Seeds") \(MarkdownText.joined(both.map(String.init))) chose the settings and stand in the results too**, "
            + "which favours what was chosen."
    }

    /// By what rule trials were picked.
    private static func searchGuide(_ search: SearchRecord) -> String {
        let cap = "No cell had more than \(search.maxTrials) trials, those of all lengths together."
        switch search.search {
        case .grid: return cap
        case .successiveHalving: return cap + " The best trials of each length went on to the next; every length has its own fully decayed schedule, and only trials of the full length were chosen from."
        case .coordinateDescent:
            return cap + " A search is complete when a trial within \(NumberFormat.general(search.tolerance)) nats of the best has no untried neighbour"
                + (search.phases.count > 1 ? "; all keys were changed in the shorter trials, the rates again at full length, and only trials of the full length were chosen from." : ".")
        }
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
        // Of a grid all trials are equally long.
        let lengths = tuned.shown.allSatisfy { $0.cell.search == nil } ? [] : [
            ReportColumn("updates", tried.map { $0.trial.steps.map(String.init) ?? NumberFormat.missing }, figures: .whole("steps", tried.map(\.trial.steps)))
        ]
        return .table("tuning", "Trials that chose the settings.", [
            ReportColumn(words: "model", tried.map { MarkdownText.inline($0.shown.cell.size) }),
            ReportColumn(words: "cell", tried.map { MarkdownText.inline($0.shown.label) }),
        ] + lengths + [
            ReportColumn("tried", bold { TuningText.values($0.values) }, .left, figures: values),
            ReportColumn(
                "eval loss", bold(TuningText.outcome),
                figures: .real("eval_loss_mean", tried.map(\.trial.meanLoss)) + .words("status", tried.map { TuningText.status($0.trial) })),
            ReportColumn(words: "chosen", tried.map { $0.trial.isChosen ? "yes" : NumberFormat.missing }),
            ReportColumn(words: "runs", tried.map { runs($0.trial) }),
        ])
    }

    private static func tuningNotes(_ shown: TunedCells.Shown) -> [String] {
        let name = "\(MarkdownText.inline(shown.cell.size)) \(MarkdownText.inline(shown.label))"
        if shown.cell.isOpen {
            let left = shown.cell.openRuns > 0 ? "\(shown.cell.openRuns) trial runs are still to be made" : "its search is not over"
            return ["\(name): \(left); nothing is chosen yet."]
        }
        guard shown.cell.chosen != nil else { return ["\(name): no trial finished on every tuning seed; it has no runs."] }
        var notes = TuningText.searchNotes(shown.cell).map { "\(name): \($0)." }
        if !shown.cell.edgeKeys.isEmpty {
            notes.append("\(name): the best `\(shown.cell.edgeKeys.joined(separator: "`, `"))` lies on the edge of what was tried; the true best may lie beyond.")
        }
        return notes
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
        for (cell, rung) in groups.flatMap({ group in group.cells.map { ($0, group.rung) } }) {
            if let key = try? cell.spec.groupKey() { labels[key] = cell.label + (rung.map { ", \($0.words)" } ?? "") }
        }
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
