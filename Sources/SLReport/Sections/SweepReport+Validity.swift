package import SLSpec

extension SweepReport {
    /// What a reader should hold against the tables, made from the runs themselves.
    package static func validity(_ history: SweepHistory) -> [ReportDocument.Block] {
        guard history.runs.contains(where: { $0.result != nil }) else { return [] }
        let title = ReportDocument.Block.section("Threats to validity")
        let threats = SweepValidity(history).threats
        let ordered = threats.filter(\.isUnequal) + threats.filter { !$0.isUnequal }
        guard !ordered.isEmpty else { return [title, .paragraph(nothing(history))] }
        return [title, .list(ordered.map { ($0.isUnequal ? "**Unequal:** " : "") + $0.words })]
    }

    /// What was looked at and is the same, as far as it was recorded.
    private static func nothing(_ history: SweepHistory) -> String {
        let isPlaceKnown = history.runs.allSatisfy { $0.environment != nil }
        let same = ["budget", "schedule", "data", "evaluation", "seeds"] + (isPlaceKnown ? ["host"] : [])
        let rows = SizeGroup.groups(of: history).contains { $0.cells.count > 1 } ? "for all rows of a size" : "for all runs"
        return "Nothing that the runs tell of: \(same.dropLast().joined(separator: ", ")) and \(same.last ?? "") are the same \(rows)"
            + (isPlaceKnown ? "." : "; where some runs were made is not known.")
    }
}
