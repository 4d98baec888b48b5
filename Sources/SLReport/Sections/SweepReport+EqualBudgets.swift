import SLSpec

extension SweepReport {
    /// The methods at equal tokens, floating-point operations and training time.
    static func equalBudgets(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(budgetTable)
        guard !tables.isEmpty else { return [] }
        let words = """
            The loss of every cell at the largest budget that all cells of its size had: of tokens, floating-point operations of the training, and \
            time spent in updates, as far as the cells differ in them. Between two evaluations the loss is interpolated linearly; where no evaluation lies before the budget there is no value. \
            A run that is cut here had its learning rate planned for its whole length: one planned for the budget would end lower.
            """
        let disturbed = Disturbance(groups.flatMap(\.cells)).reasons
        let note = disturbed.map { "\($0): cells that this is true of are in no column of equal time, and no budget of time is made from them." }
        return [.section("At equal budgets"), .paragraph(words)] + tables + (note.map { [.list([$0])] } ?? [])
    }

    private static func budgetTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let cells = group.cells.filter { !$0.finished.isEmpty }
        guard cells.count > 1 else { return nil }
        let curves = cells.map { $0.finished.map(BudgetCurve.init) }
        let name = MarkdownText.inline(group.model.name)
        var columns = [ReportColumn(words: name, cells.map { MarkdownText.inline($0.label) }, name: "cell")]
        for budget in LossAxis.allCases {
            let takesPart = cells.map { budget != .seconds || !$0.isDisturbed }
            guard let amount = budget.shared(zip(curves, takesPart).filter(\.1).flatMap(\.0)) else { continue }
            let points = zip(curves, takesPart).map { runs, takesPart in runs.map { takesPart ? $0.point(at: amount, of: budget) : nil } }
            let losses = points.map { found in
                found.allSatisfy { $0 != nil } ? SampleSummary(found.compactMap { $0?.loss }) : nil
            }
            guard losses.compactMap(\.self).count > 1 else { continue }
            let texts = losses.map { plusMinus($0, NumberFormat.loss) }
            columns.append(
                ReportColumn(
                    "eval loss at \(budget.text(amount))", best(texts, .lowest, losses.map { $0?.mean }),
                    figures: .real(budget.figure, cells.map { _ in amount }) + .summary("eval_loss_at_equal_\(budget.figure)", losses)))
            if budget != .tokens {
                let means = points.map { found in
                    let tokens = found.compactMap { $0?.amounts[.tokens] }
                    return tokens.count == found.count && !tokens.isEmpty ? tokens.reduce(0, +) / Double(tokens.count) : nil
                }
                columns.append(
                    ReportColumn(
                        "tokens", means.map { NumberFormat.tokens($0.map { Int($0.rounded()) }) }, figures: .real("tokens_at_equal_\(budget.figure)", means)))
            }
        }
        guard columns.count > 1 else { return nil }
        return .table("equal budgets \(group.model.name)", "Evaluation loss at equal budgets at \(name).", columns, note: lossNote([group], onTheWay: true))
    }
}
