public import SLSpec

/// The compact comparison that ends a sweep on a terminal: one line per cell, whether it finished or not.
public enum ComparisonTable {
    public static func terminal(_ history: SweepHistory) -> String {
        let groups = SizeGroup.groups(of: history)
        let unchosen = history.tuning.filter { $0.chosen == nil && !$0.isOpen }
        guard !groups.isEmpty || !unchosen.isEmpty else { return "no runs\n" }
        let figures = groups.flatMap(\.cells).flatMap { [$0.paperBytes, $0.peakTrackedBytes, $0.peakResidentBytes] }
        let unit = ByteUnit.suited(to: figures.compactMap(\.self))
        let columns: [TextTable.Column] = [
            .init("size", .left), .init("method", .left), .init("rank"), .init("lr"), .init("seed"), .init(groups.lossTitle), .init("ppl"), .init("params"),
            .init("paper \(unit.rawValue)"), .init("tracked \(unit.rawValue)"), .init("resident \(unit.rawValue)"), .init("tok/s"),
            .init("loss vs full"), .init("mem vs full"), .init("speed vs full"),
        ]
        return TextTable(columns: columns, rows: groups.flatMap { rows($0, unit) } + unchosen.map { row($0, columns.count) }).terminal()
            + notes(groups).map { InlineText.plain($0) + "\n" }.joined()
    }

    /// A cell whose trials all came to nothing: it has no run and is a result.
    private static func row(_ cell: TunedCell, _ width: Int) -> [String] {
        let known = [
            cell.size, cell.method, cell.rank.map(String.init) ?? NumberFormat.missing, NumberFormat.missing, NumberFormat.missing, "trials: \(TuningText.outcomes(cell))",
        ]
        return known + Array(repeating: NumberFormat.missing, count: width - known.count)
    }

    private static func notes(_ groups: [SizeGroup]) -> [String] {
        // Where there is one full-rank cell in one table, the table itself says which the reference is.
        let isPlain = groups.count == 1 && groups[0].cells.count { $0.method == ReferenceRule.method } <= 1
        let reference = isPlain ? [] : ReferenceWords(groups).sentences + groups.compactMap(ReferenceWords.better).map { SeedEvidence.capitalized($0) }
        return [SweepReport.lossNote(groups), SweepReport.thinNote(groups), Disturbance(groups.flatMap(\.cells)).note].compactMap(\.self) + reference
    }

    private static func rows(_ group: SizeGroup, _ unit: ByteUnit) -> [[String]] {
        let baseline = group.baseline
        let counted = group.counted.map { model in
            [group.model.name, model.label, NumberFormat.missing, NumberFormat.missing, NumberFormat.missing, NumberFormat.loss(model.loss),
                NumberFormat.perplexity(model.perplexity)] + Array(repeating: NumberFormat.missing, count: 8)
        }
        return group.cells.map { cell in
            let isBaseline = baseline?.spec == cell.spec
            let difference = baseline.flatMap { PairedDifference(cell, against: $0).loss?.mean }
            return [
                group.model.name, cell.methodLabel, cell.rankText, NumberFormat.general(cell.spec.training.learningRate), seeds(cell),
                SweepReport.lossText(cell),
                NumberFormat.perplexity(cell.perplexity), NumberFormat.parameters(cell.totalParameters),
                NumberFormat.bytes(cell.paperBytes, in: unit), NumberFormat.bytes(cell.peakTrackedBytes, in: unit),
                NumberFormat.bytes(cell.peakResidentBytes, in: unit), SweepReport.markedSpeed(cell),
                isBaseline ? "reference" : NumberFormat.lossDifference(difference),
                NumberFormat.relative(cell.peakTrackedBytes.map(Double.init), to: baseline?.peakTrackedBytes.map(Double.init)),
                isBaseline
                    ? NumberFormat.relative(cell.tokensPerSecond?.mean, to: baseline?.tokensPerSecond?.mean)
                    : cell.marked(NumberFormat.relative(cell.tokensPerSecond?.mean, to: baseline?.tokensPerSecond?.mean), beside: baseline),
            ]
        } + counted
    }

    /// The seed itself where there is one, else how many: `1`, `3 seeds`, `2 of 3 seeds`.
    private static func seeds(_ cell: ReportCell) -> String {
        cell.runs.count == 1 ? String(cell.runs[0].spec.seed) : cell.seedCount + " seeds"
    }
}
