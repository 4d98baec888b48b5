import SLSpec

extension SweepReport {
    /// The best loss for no more than so much memory, and for no more than so many operations, over all shapes, ranks and budgets.
    static func frontiers(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let sets = FrontierSet.all(groups)
        let tables = sets.enumerated().flatMap { number, set in
            FrontierCost.allCases.compactMap { frontierTable(set, $0, number: sets.count > 1 ? number + 1 : nil) }
        }
        guard !tables.isEmpty else { return [] }
        let several = sets.count > 1 ? " Rows that were evaluated on other text stand in tables of their own." : ""
        return [.section("The best for a cost"), .paragraph(frontierGuide + several)] + tables
    }

    private static let frontierGuide = """
        What to train when memory or operations are given and nothing else is: from the cost of a row on, up to that of the next, its cell has the lowest \
        mean loss of all cells that cost no more, whatever their shape, method, rank and rate. Of memory, which does not depend on the budget, every cell \
        takes part with the longest budget it was run at; of operations with all. *Within noise* are the other cells that cost no more and whose \
        loss is not above that of the best by more than the 95 % t-interval of their paired difference, each interval for itself. All cells here were \
        trained; none is predicted. Paper memory and FLOPs are counted by formula, the tracked peak was measured.
        """

    private static func frontierTable(_ set: FrontierSet, _ cost: FrontierCost, number: Int?) -> ReportDocument.Block? {
        let (members, steps) = set.frontier(cost)
        guard members.count > 1, !steps.isEmpty else { return nil }
        let best = steps.map { members[$0.best] }
        let cells = best.map(\.cell)
        let unit = ByteUnit.suited(to: cost == .operations ? [] : steps.map { Int($0.cost) })
        let costs = steps.map { cost == .operations ? NumberFormat.operations($0.cost) : NumberFormat.bytes(Int($0.cost), in: unit) }
        let tokens = best.map { $0.cell.summary { Double($0.tokens) }?.mean }
        let columns = [
            ReportColumn(
                "\(cost.words) from\(cost == .operations ? "" : " [\(unit.rawValue)]"), \(cost.origin)", costs,
                figures: .real(cost.figure, steps.map(\.cost))),
            ReportColumn(words: "best", best.map { MarkdownText.inline($0.label) }, name: "cell"),
            ReportColumn(
                "tokens", tokens.map { NumberFormat.tokens($0.map { Int($0.rounded()) }) }, figures: .real("tokens_mean", tokens)),
            ReportColumn(
                "parameters", best.map { NumberFormat.parameters($0.cell.totalParameters) },
                figures: .whole("total_parameters", best.map(\.cell.totalParameters))),
            seeds(cells),
            ReportColumn(
                cells.lossTitle, cells.map { plusMinus($0.evalLoss, NumberFormat.loss) }, figures: .summary(cells.lossFigure, cells.map(\.evalLoss))),
            ReportColumn(words: "within noise", steps.map { noise($0, members, cost) }),
        ]
        let suffix = number.map { " \($0)" } ?? ""
        return .table(
            "best by \(cost.words)\(suffix)", "The lowest loss for no more than so much \(cost == .operations ? "computation" : cost.words).", columns,
            note: lossNote(set.groups))
    }

    /// The cells that the seeds don't tell from the best, and how many can't be judged.
    private static func noise(_ step: Frontier.Step, _ members: [FrontierSet.Member], _ cost: FrontierCost) -> String {
        let names = step.alike.map { place in
            let tokens = cost.isOfLongestBudgets ? nil : members[place].cell.summary { Double($0.tokens) }?.mean
            return MarkdownText.inline(members[place].label + (tokens.map { " at \(NumberFormat.tokens(Int($0.rounded())))" } ?? ""))
        }
        let rows = step.unknown.count == 1 ? "1 row" : "\(step.unknown.count) rows"
        let unknown = step.unknown.isEmpty ? nil : "not known of \(rows) without two common seeds"
        let known = names.isEmpty ? (step.unknown.isEmpty ? "none" : nil) : MarkdownText.rows(names)
        return [known, unknown].compactMap(\.self).joined(separator: "; ")
    }
}
