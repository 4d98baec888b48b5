import SLSpec

extension SweepReport {
    /// Everything about every cell, a table a size.
    package static func sizes(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        groups.isEmpty ? [] : [.section("Results by size")] + groups.flatMap(size)
    }

    private static func size(_ group: SizeGroup) -> [ReportDocument.Block] {
        let name = MarkdownText.inline(group.model.name)
        let notes = footnotes(group) + (thinNote([group]).map { [$0] } ?? [])
        return [
            .subsection(name, anchor: "results \(group.model.name)"), budgetLabel(group),
            .table("results \(group.model.name)", "Results at \(name).", sizeTable(group), note: lossNote([group])),
        ] + (notes.isEmpty ? [] : [.list(notes)])
    }

    /// Published perplexities were reached on 1.1 thousand million tokens and more; anything shorter says so.
    private static func budgetLabel(_ group: SizeGroup) -> ReportDocument.Block {
        let paperBudget = PublishedFigures.tokens(size: group.shape.name) ?? PublishedFigures.tokenBudgets[0]
        let counts = MarkdownText.distinct(group.tokenCounts.sorted())
        guard let longest = counts.last, longest < paperBudget else {
            return .quote(["\(MarkdownText.joined(counts.map { NumberFormat.tokens($0) })) tokens per run."])
        }
        return .quote([
            "**Short budget: \(MarkdownText.joined(counts.map { NumberFormat.tokens($0) })) tokens per run.** These perplexities are not "
                + "comparable with published ones at \(NumberFormat.tokens(paperBudget)) tokens"
                + (group.cells.count > 1 ? "; compare the methods with each other." : ".")
        ])
    }

    private static func sizeTable(_ group: SizeGroup) -> [ReportColumn] {
        let cells = group.cells
        let unit = ByteUnit.suited(to: cells.flatMap { [$0.paperBytes, $0.peakTrackedBytes, $0.peakResidentBytes] }.compactMap(\.self))
        let baseline = group.baseline
        return families(cells) + [
            ReportColumn(words: "method", cells.map { MarkdownText.inline($0.methodLabel) }),
            ReportColumn("rank", cells.map { $0.rankText }, figures: .whole("rank", cells.map(\.rank))),
            rate(cells), seeds(cells),
            ReportColumn(
                cells.lossTitle, best(cells, .lowest, \.evalLoss?.mean) { lossText($0) },
                figures: .summary(cells.lossFigure, cells.map(\.evalLoss)) + .words("status", cells.map { $0.finished.isEmpty ? $0.unfinishedStatus : "finished" })),
            ReportColumn(
                "perplexity", best(cells, .lowest, \.perplexity) { NumberFormat.perplexity($0.perplexity) },
                figures: .real("perplexity", cells.map(\.perplexity))),
            ReportColumn(
                "bits/byte", best(cells, .lowest, \.bitsPerByte?.mean) { plusMinus($0.bitsPerByte, NumberFormat.bitsPerByte) },
                figures: .summary("bits_per_byte", cells.map(\.bitsPerByte))),
            ReportColumn(
                "parameters", cells.map { NumberFormat.parameters($0.totalParameters) }, figures: .whole("total_parameters", cells.map(\.totalParameters))),
            ReportColumn(
                "trainable", cells.map { NumberFormat.parameters($0.trainableParameters) },
                figures: .whole("trainable_parameters", cells.map(\.trainableParameters))),
            memory("paper memory", "paper_memory_bytes", cells, unit, \.paperBytes),
            memory("tracked peak", "peak_tracked_bytes", cells, unit, \.peakTrackedBytes),
            memory("resident peak", "peak_rss_bytes", cells, unit, \.peakResidentBytes),
            ReportColumn(
                "tokens/s", best(cells, .highest, \.undisturbedSpeed) { markedSpeed($0) }, figures: .summary("tokens_per_second", cells.map(\.tokensPerSecond))),
            ReportColumn(
                "loss vs full_rank", cells.map { lossDifference($0, baseline) },
                figures: .real("\(cells.lossFigure)_difference", cells.map { cell in baseline.flatMap { PairedDifference(cell, against: $0).loss?.mean } })),
            quotients("paper memory", "paper_memory", cells, baseline, \.paperBytes),
            quotients("tracked", "peak_tracked", cells, baseline, \.peakTrackedBytes),
            ReportColumn(
                "speed vs full_rank", cells.map { speedQuotient($0, baseline) },
                figures: .real("tokens_per_second_ratio", cells.map { ratio($0.tokensPerSecond?.mean, baseline?.tokensPerSecond?.mean) })),
        ]
    }

    /// The loss, or how the cell stands when no run of it finished.
    static func lossText(_ cell: ReportCell) -> String {
        cell.finished.isEmpty ? cell.unfinishedStatus : plusMinus(cell.evalLoss, NumberFormat.loss) + cell.evaluationMark
    }

    private static func memory(
        _ title: String, _ name: String, _ cells: [ReportCell], _ unit: ByteUnit, _ bytes: (ReportCell) -> Int?
    ) -> ReportColumn {
        let texts = best(cells, .lowest, { bytes($0).map(Double.init) }, text: { NumberFormat.bytes(bytes($0), in: unit) })
        return ReportColumn("\(title) [\(unit.rawValue)]", texts, figures: .whole(name, cells.map(bytes)))
    }

    private static func lossDifference(_ cell: ReportCell, _ baseline: ReportCell?) -> String {
        guard let baseline else { return NumberFormat.missing }
        if cell.spec == baseline.spec { return "reference" }
        return NumberFormat.lossDifference(PairedDifference(cell, against: baseline).loss?.mean)
    }

    private static func quotients(
        _ title: String, _ name: String, _ cells: [ReportCell], _ baseline: ReportCell?, _ bytes: (ReportCell) -> Int?
    ) -> ReportColumn {
        let quotients = cells.map { cell in ratio(bytes(cell).map(Double.init), baseline.flatMap(bytes).map(Double.init)) }
        return ReportColumn("\(title) vs full_rank", quotients.map { NumberFormat.ratio($0) }, figures: .real("\(name)_ratio", quotients))
    }

    private static func speedQuotient(_ cell: ReportCell, _ baseline: ReportCell?) -> String {
        cell.marked(NumberFormat.ratio(ratio(cell.tokensPerSecond?.mean, baseline?.tokensPerSecond?.mean)), beside: baseline)
    }

    private static func ratio(_ value: Double?, _ reference: Double?) -> Double? {
        guard let value, let reference, reference != 0 else { return nil }
        return value / reference
    }
}
