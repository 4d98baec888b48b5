import SLSpec

extension SweepReport {
    /// The evaluation losses on the way, at up to twelve points: the curves in numbers.
    package static func evaluations(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(evaluationTable)
        return tables.isEmpty ? [] : [.section("Evaluation loss on the way")] + tables
    }

    private static func evaluationTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let cells = group.cells.filter { cell in cell.runs.contains { !$0.evaluations.isEmpty } }
        let steps = Set(cells.flatMap(\.runs).flatMap(\.evaluations).map(\.step)).sorted()
        guard steps.count > 1 else { return nil }
        let name = MarkdownText.inline(group.model.name)
        let shown = thinned(steps, to: 12)
        let columns = group.isGrouped ? families(cells) + lines(cells, name, shown) : curves(cells, name, shown)
        return .table(
            "evaluations \(group.model.name)", "Mean evaluation loss on the way at \(name).", columns,
            note: lossNote([group], onTheWay: true))
    }

    private static func curves(_ cells: [ReportCell], _ name: String, _ steps: [Int]) -> [ReportColumn] {
        [ReportColumn("\(name), after step", steps.map(String.init), figures: .whole("step", steps))] + cells.map { cell in
            let losses = steps.map { cell.evaluationLoss(after: $0) }
            return ReportColumn(
                MarkdownText.inline(cell.label), losses.map { NumberFormat.loss($0) }, figures: .real("eval_loss, \(cell.label)", losses))
        }
    }

    /// A row a cell, where a column for each would be wider than any page.
    private static func lines(_ cells: [ReportCell], _ name: String, _ steps: [Int]) -> [ReportColumn] {
        [ReportColumn(words: "\(name), after step", cells.map { MarkdownText.inline($0.label) }, name: "cell")] + steps.map { step in
            let losses = cells.map { $0.evaluationLoss(after: step) }
            return ReportColumn(String(step), losses.map { NumberFormat.loss($0) }, figures: .real("eval_loss_step_\(step)", losses))
        }
    }

    /// At most `count` of the values, evenly spread, first and last included.
    package static func thinned<Value>(_ values: [Value], to count: Int) -> [Value] {
        guard values.count > count, count > 1 else { return values }
        return (0..<count).map { values[($0 * (values.count - 1) + (count - 1) / 2) / (count - 1)] }
    }
}

extension ReportCell {
    /// The runs that curves are drawn from: the finished ones, or all where none finished.
    var shown: [RunHistory] { finished.isEmpty ? runs : finished }

    /// Mean over the shown runs that were evaluated there.
    func evaluationLoss(after step: Int) -> Double? {
        let losses = shown.compactMap { run in run.evaluations.last { $0.step == step }?.loss }
        return losses.isEmpty ? nil : losses.reduce(0, +) / Double(losses.count)
    }
}
