import SLSpec

extension SweepReport {
    /// Every cell against the baseline of its size, seed by seed, and what may be claimed.
    static func significance(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let parts = groups.flatMap(significanceTable)
        return parts.isEmpty ? [] : [.section("Differences seed by seed"), .paragraph(significanceGuide)] + parts
    }

    private static let significanceGuide = """
        Eval loss minus that of the baseline with the same seed, so with the same tokens in the same order. ± is the standard deviation of the \
        differences (n − 1); the interval is the 95 % t-interval of their mean and assumes that they are normal. *p* is the exact two-sided \
        sign-flip test, which assumes nothing but pairing (the paired t-test above \(PairedTest.mostPatterns) pairs), corrected by Holm over \
        the rows of the table. Claims are made at 0.05.
        """

    private static func significanceTable(_ group: SizeGroup) -> [ReportDocument.Block] {
        guard let baseline = group.baseline else { return [] }
        let rows = group.cells.filter { $0.spec != baseline.spec }.compactMap { cell -> (cell: ReportCell, pairs: PairedDifference, test: PairedTest)? in
            let pairs = PairedDifference(cell, against: baseline)
            guard pairs.differences.count > 1, let test = PairedTest(pairs.differences) else { return nil }
            return (cell, pairs, test)
        }
        guard !rows.isEmpty else { return [] }
        let tested = rows.compactMap(\.test.pValue)
        var corrected = Holm.adjusted(tested)[...]
        let adjusted = rows.map { row in row.test.pValue == nil ? nil : corrected.popFirst() }
        let columns: [(TextTable.Column, [String])] = [
            (.init("method", .left), rows.map { MarkdownText.inline($0.cell.label) }),
            (.init("pairs"), rows.map { String($0.test.count) }),
            (.init("difference"), rows.map { NumberFormat.lossDifference($0.pairs.loss?.mean) }),
            (.init("±"), rows.map { $0.pairs.loss?.standardDeviation.map(NumberFormat.loss) ?? NumberFormat.missing }),
            (.init("95 % interval"), rows.map { interval($0.pairs.loss) }),
            (.init("p"), rows.map { $0.test.pValue.map(NumberFormat.pValue) ?? NumberFormat.missing }),
            (.init("p, Holm"), adjusted.map { $0.map(NumberFormat.pValue) ?? NumberFormat.missing }),
            (.init("claim", .left), zip(rows, adjusted).map { claim($0.test, $0.pairs.loss?.mean ?? 0, $1) }),
        ]
        let table = TextTable(columns: columns.map(\.0), rows: rows.indices.map { row in columns.map { $0.1[row] } })
        let title = "\(MarkdownText.inline(group.model.name)), against \(MarkdownText.inline(baseline.label))"
        return [
            .subsection(title, anchor: "differences \(group.model.name)"),
            .table("differences \(group.model.name)", "Eval loss minus that of the baseline, seed by seed: \(title).", table, note: lossNote([group])),
        ] + tooFew(rows.map(\.test.count))
    }

    private static func interval(_ difference: SampleSummary?) -> String {
        guard let interval = difference?.interval95 else { return NumberFormat.missing }
        return "\(NumberFormat.lossDifference(interval.lowerBound)) to \(NumberFormat.lossDifference(interval.upperBound))"
    }

    private static func claim(_ test: PairedTest, _ mean: Double, _ adjusted: Double?) -> String {
        guard let adjusted else { return "too few seeds" }
        guard adjusted < 0.05 else { return "no difference shown" }
        return mean < 0 ? "lower loss" : "higher loss"
    }

    private static func tooFew(_ counts: [Int]) -> [ReportDocument.Block] {
        guard let fewest = counts.filter({ $0 < PairedTest.fewestPairs }).min() else { return [] }
        let words = "With \(fewest) pairs significance can't be claimed: even if one side is better every time, the sign-flip test gives "
            + "p = \(NumberFormat.pValue(PairedTest.smallestPValue(pairs: fewest))) at the least; \(PairedTest.fewestPairs) seeds are needed to go "
            + "below 0.05. The intervals rest on the assumption that differences are normal, which so few can't support."
        return [.paragraph(words)]
    }
}
