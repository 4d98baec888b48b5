import SLSpec

extension SweepReport {
    /// The main table: a row a cell over all sizes, with intervals.
    static func results(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        guard !groups.isEmpty else { return [] }
        let hasIntervals = groups.flatMap(\.cells).contains { $0.evalLoss?.interval95 != nil }
        let guide = hasIntervals ? intervalGuide + (significance(groups).isEmpty ? "" : pairedGuide) : singleGuide
        let table = TextTable(columns: columns(hasIntervals), rows: groups.flatMap { rows($0, hasIntervals) })
        return [
            .section("Results"), .paragraph(guide),
            .table("results", "Evaluation loss and perplexity of every cell.", table, note: lossNote(groups)),
        ]
    }

    private static let intervalGuide = """
        The best of a size is bold. Intervals are 95 % t-intervals of the mean over the seeds, which assume normally distributed values and are \
        not corrected for the number of methods; that of the perplexity is the exponential of the loss interval's ends.
        """

    private static let pairedGuide = """
         Whether two rows differ is not read off their intervals but off the paired differences under *Differences seed by seed*.
        """

    private static let singleGuide = """
        The best of a size is bold. Each cell is one run: there is no interval, and small differences may be noise.
        """

    private static func columns(_ hasIntervals: Bool) -> [TextTable.Column] {
        [.init("model", .left), .init("method", .left), .init("rank"), .init("seeds"), .init("tokens"), .init("eval loss")]
            + (hasIntervals ? [.init("95 % interval")] : []) + [.init("perplexity")]
            + (hasIntervals ? [.init("95 % interval of perplexity")] : []) + [.init("bits/byte"), .init("parameters")]
    }

    private static func rows(_ group: SizeGroup, _ hasIntervals: Bool) -> [[String]] {
        let cells = group.cells
        let losses = best(cells, .lowest, \.evalLoss?.mean) { $0.finished.isEmpty ? $0.unfinishedStatus : NumberFormat.loss($0.evalLoss?.mean) }
        let perplexities = best(cells, .lowest, \.perplexity) { NumberFormat.perplexity($0.perplexity) }
        return cells.enumerated().map { index, cell in
            let interval = cell.evalLoss?.interval95
            return [
                MarkdownText.inline(group.model.name), MarkdownText.inline(cell.methodLabel), cell.rankText, cell.seedCount, tokensText(cell),
                losses[index],
            ] + (hasIntervals ? [span(interval, NumberFormat.loss)] : []) + [perplexities[index]]
                + (hasIntervals ? [span(interval.map(exponentials), NumberFormat.perplexity)] : [])
                + [NumberFormat.bitsPerByte(cell.bitsPerByte?.mean), NumberFormat.parameters(cell.totalParameters)]
        }
    }

    private static func exponentials(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        exponential(range.lowerBound)...exponential(range.upperBound)
    }

    /// `5.8294 … 8.3706`
    static func span(_ range: ClosedRange<Double>?, _ format: (Double?) -> String) -> String {
        guard let range else { return NumberFormat.missing }
        return "\(format(range.lowerBound)) … \(format(range.upperBound))"
    }
}
