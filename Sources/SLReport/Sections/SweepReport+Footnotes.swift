import SLSpec

extension SweepReport {
    /// Remarks under the main table.
    static func footnotes(_ group: SizeGroup) -> [String] {
        var notes: [String] = []
        if let baseline = group.baseline {
            if group.cells.filter({ $0.method == "full_rank" && $0.evalLoss != nil }).count > 1 {
                let which = baseline.spec.training.memory == MemoryOptions() ? "without memory options, " : ""
                notes.append(
                    "The reference is \(MarkdownText.inline(baseline.label)): of the full-rank cells \(which)the one with the lowest eval loss.")
            }
            for cell in group.cells where cell.spec != baseline.spec && !cell.finished.isEmpty {
                let unpaired = PairedDifference(cell, against: baseline).unpairedSeeds
                guard !unpaired.isEmpty else { continue }
                let seeds = (unpaired.count == 1 ? "seed " : "seeds ") + unpaired.map(String.init).joined(separator: ", ")
                notes.append(
                    "\(MarkdownText.inline(cell.label)): \(seeds) finished on one side only; "
                        + "the loss difference is over the seeds that both have.")
            }
        } else if !group.cells.allSatisfy(\.finished.isEmpty) {
            notes.append("No full_rank run finished at this size, so there is nothing to be relative to.")
        }
        let hosts = Set(group.runs.filter { $0.result != nil }.compactMap { $0.environment?.speedIdentity })
        if hosts.count > 1 {
            notes.append(
                "**Tokens/s and resident memory do not compare here:** the runs were made on differing hosts, threads or BLAS cores "
                    + "(see Environment).")
        }
        let evaluated = group.cells.flatMap(\.results).contains { !$0.evaluation.loss.isFinite }
        if evaluated { notes.append("A finished run with a loss that is not a finite number has no mean.") }
        return notes
    }

    /// Spread and intervals, where any cell has more than one seed.
    static func seedTable(_ group: SizeGroup) -> [ReportDocument.Block] {
        let cells = group.cells.filter { ($0.evalLoss?.count ?? 0) > 1 }
        guard !cells.isEmpty else { return [] }
        let baseline = group.baseline
        let columns: [TextTable.Column] = [
            .init("over seeds", .left), .init("n"), .init("eval loss"), .init("sd"), .init("95 % interval of the mean"),
            .init("perplexity"), .init("95 % interval of perplexity"), .init("loss − full_rank, paired"), .init("pairs"),
            .init("95 % interval of the difference"),
        ]
        let rows = cells.map { cell in
            let loss = cell.evalLoss
            let pair = baseline.flatMap { $0.spec == cell.spec ? nil : PairedDifference(cell, against: $0).loss }
            return [
                MarkdownText.inline(cell.label), String(loss?.count ?? 0), NumberFormat.loss(loss?.mean),
                NumberFormat.loss(loss?.standardDeviation),
                interval(loss?.interval95, NumberFormat.loss),
                NumberFormat.perplexity(cell.perplexity),
                interval(loss?.interval95.map { exponential($0.lowerBound)...exponential($0.upperBound) }, NumberFormat.perplexity),
                NumberFormat.lossDifference(pair?.mean), pair.map { String($0.count) } ?? NumberFormat.missing,
                interval(pair?.interval95, NumberFormat.lossDifference),
            ]
        }
        let words = """
            Intervals are t-intervals, which assume normally distributed values, without correction for the number of methods. A difference \
            whose interval contains 0 is not distinguishable with this many seeds, which is not the same as equal.
            """
        return [
            .table("seeds \(group.model.name)", "Spread over the seeds at \(MarkdownText.inline(group.model.name)).", TextTable(columns: columns, rows: rows)),
            .paragraph(words),
        ]
    }

    private static func interval(_ range: ClosedRange<Double>?, _ format: (Double?) -> String) -> String {
        guard let range else { return NumberFormat.missing }
        return "\(format(range.lowerBound)) … \(format(range.upperBound))"
    }
}

extension EnvironmentRecord {
    /// What two runs must share for their speeds to compare.
    var speedIdentity: [String] { [host, cpu, String(cores), blas, blasCore, String(threads)] }
}
