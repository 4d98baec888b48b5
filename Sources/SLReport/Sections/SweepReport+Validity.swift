import SLSpec

extension SweepReport {
    /// What a reader should hold against the tables, made from the runs themselves.
    static func validity(_ history: SweepHistory) -> [ReportDocument.Block] {
        guard history.runs.contains(where: { $0.result != nil }) else { return [] }
        let title = ReportDocument.Block.section("Threats to validity")
        let threats = SweepValidity(history).threats
        let ordered = threats.filter(\.isUnequal) + threats.filter { !$0.isUnequal }
        guard !ordered.isEmpty else {
            return [
                title, .paragraph("Nothing that the runs tell of: budget, data, evaluation, schedule, seeds and host are the same for all rows."),
            ]
        }
        return [title, .list(ordered.map { ($0.isUnequal ? "**Unequal:** " : "") + $0.words })]
    }
}
