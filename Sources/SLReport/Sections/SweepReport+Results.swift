import SLSpec

extension SweepReport {
    /// Everything about every cell, a table a size.
    static func sizes(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        groups.isEmpty ? [] : [.section("Results by size")] + groups.flatMap(size)
    }

    private static func size(_ group: SizeGroup) -> [ReportDocument.Block] {
        let name = MarkdownText.inline(group.model.name)
        let notes = footnotes(group)
        return [
            .subsection(name, anchor: "results \(group.model.name)"), budgetLabel(group),
            .table("results \(group.model.name)", "Results at \(name).", sizeTable(group), note: lossNote([group])),
        ] + (notes.isEmpty ? [] : [.list(notes)])
    }

    /// Published perplexities were reached on 1.1 thousand million tokens and more; anything shorter says so.
    private static func budgetLabel(_ group: SizeGroup) -> ReportDocument.Block {
        let paperBudget = PublishedFigures.tokens(size: group.model.name) ?? PublishedFigures.tokenBudgets[0]
        let counts = MarkdownText.distinct(group.tokenCounts.sorted())
        guard let longest = counts.last, longest < paperBudget else {
            return .quote(["\(MarkdownText.joined(counts.map { NumberFormat.tokens($0) })) tokens per run."])
        }
        return .quote([
            "**Short budget: \(MarkdownText.joined(counts.map { NumberFormat.tokens($0) })) tokens per run.** These perplexities are not "
                + "comparable with published ones at 1.1 B+ tokens; compare the methods with each other."
        ])
    }

    private static func sizeTable(_ group: SizeGroup) -> TextTable {
        let cells = group.cells
        let unit = ByteUnit.suited(to: cells.flatMap { [$0.paperBytes, $0.peakTrackedBytes, $0.peakResidentBytes] }.compactMap(\.self))
        let baseline = group.baseline
        let columns: [(TextTable.Column, [String])] = [
            (.init("method", .left), cells.map { MarkdownText.inline($0.methodLabel) }),
            (.init("rank"), cells.map { $0.rankText }),
            (.init("seeds"), cells.map(\.seedCount)),
            (.init("eval loss"), best(cells, .lowest, \.evalLoss?.mean) { lossText($0) }),
            (.init("perplexity"), best(cells, .lowest, \.perplexity) { NumberFormat.perplexity($0.perplexity) }),
            (.init("bits/byte"), best(cells, .lowest, \.bitsPerByte?.mean) { plusMinus($0.bitsPerByte, NumberFormat.bitsPerByte) }),
            (.init("parameters"), cells.map { NumberFormat.parameters($0.totalParameters) }),
            (.init("trainable"), cells.map { NumberFormat.parameters($0.trainableParameters) }),
            (.init("paper memory [\(unit.rawValue)]"), memory(cells, unit, \.paperBytes)),
            (.init("tracked peak [\(unit.rawValue)]"), memory(cells, unit, \.peakTrackedBytes)),
            (.init("resident peak [\(unit.rawValue)]"), memory(cells, unit, \.peakResidentBytes)),
            (.init("tokens/s"), best(cells, .highest, \.undisturbedSpeed) { markedSpeed($0) }),
            (.init("loss vs full_rank"), cells.map { lossDifference($0, baseline) }),
            (.init("paper memory vs full_rank"), cells.map { quotient($0.paperBytes, baseline?.paperBytes) }),
            (.init("tracked vs full_rank"), cells.map { quotient($0.peakTrackedBytes, baseline?.peakTrackedBytes) }),
            (.init("speed vs full_rank"), cells.map { speedQuotient($0, baseline) }),
        ]
        return TextTable(columns: columns.map(\.0), rows: cells.indices.map { row in columns.map { $0.1[row] } })
    }

    /// The loss, or how the cell stands when no run of it finished.
    static func lossText(_ cell: ReportCell) -> String {
        cell.finished.isEmpty ? cell.unfinishedStatus : plusMinus(cell.evalLoss, NumberFormat.loss)
    }

    private static func memory(_ cells: [ReportCell], _ unit: ByteUnit, _ bytes: (ReportCell) -> Int?) -> [String] {
        best(cells, .lowest, { bytes($0).map(Double.init) }, text: { NumberFormat.bytes(bytes($0), in: unit) })
    }

    private static func lossDifference(_ cell: ReportCell, _ baseline: ReportCell?) -> String {
        guard let baseline else { return NumberFormat.missing }
        if cell.spec == baseline.spec { return "reference" }
        return NumberFormat.lossDifference(PairedDifference(cell, against: baseline).loss?.mean)
    }

    private static func quotient(_ value: Int?, _ reference: Int?) -> String {
        NumberFormat.ratio(ratio(value.map(Double.init), reference.map(Double.init)))
    }

    private static func speedQuotient(_ cell: ReportCell, _ baseline: ReportCell?) -> String {
        let text = NumberFormat.ratio(ratio(cell.tokensPerSecond?.mean, baseline?.tokensPerSecond?.mean))
        let isMarked = text != NumberFormat.missing && (cell.isDisturbed || baseline?.isDisturbed == true)
        return isMarked ? text + " †" : text
    }

    private static func ratio(_ value: Double?, _ reference: Double?) -> Double? {
        guard let value, let reference, reference != 0 else { return nil }
        return value / reference
    }
}
