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
        let losses = rows.map(\.pairs.loss)
        let columns = [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.cell.label) }, name: "cell"),
            ReportColumn("pairs", rows.map { String($0.test.count) }, figures: .whole("pairs", rows.map(\.test.count))),
            ReportColumn(
                "difference", losses.map { NumberFormat.lossDifference($0?.mean) }, figures: .real("eval_loss_difference_mean", losses.map { $0?.mean })),
            ReportColumn(
                "±", losses.map { $0?.standardDeviation.map(NumberFormat.loss) ?? NumberFormat.missing },
                figures: .real("eval_loss_difference_sd", losses.map { $0?.standardDeviation })),
            ReportColumn("95 % interval", losses.map(interval), figures: .interval("eval_loss_difference", losses.map { $0?.interval95 })),
            ReportColumn(
                "p", rows.map { $0.test.pValue.map(NumberFormat.pValue) ?? NumberFormat.missing }, figures: .real("p", rows.map(\.test.pValue))),
            ReportColumn("p, Holm", adjusted.map { $0.map(NumberFormat.pValue) ?? NumberFormat.missing }, figures: .real("p_holm", adjusted)),
            ReportColumn(words: "claim", zip(rows, adjusted).map { claim($0.test, $0.pairs.loss?.mean ?? 0, $1) }),
        ]
        let title = "\(MarkdownText.inline(group.model.name)), against \(MarkdownText.inline(baseline.label))"
        return [
            .subsection(title, anchor: "differences \(group.model.name)"),
            .table("differences \(group.model.name)", "Eval loss minus that of the baseline, seed by seed: \(title).", columns, note: lossNote([group])),
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
