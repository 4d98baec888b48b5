import SLSpec

extension SweepReport {
    /// What the rank does, for every method that ran with several: nothing else differs but a learning rate that was chosen
    /// for each rank.
    package static func ranks(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(rankTable)
        guard !tables.isEmpty else { return [] }
        let families = groups.flatMap { RankFamily.all($0.cells) }
        let rates = families.contains { Set($0.cells.map(\.spec.training.learningRate)).count > 1 }
        let hasSeeds = families.flatMap(\.cells).contains { $0.finished.count > 1 }
        let words = "Rows of one method differ in the rank\(rates ? " and, where the column says so, in the learning rate; in nothing else." : " alone.")"
            + (hasSeeds ? " ± is the standard deviation over the seeds, the interval that of the mean (95 %, t)." : "")
        return [.section("Ranks"), .paragraph(words)] + tables
    }

    private static func rankTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let families = RankFamily.all(group.cells)
        guard !families.isEmpty else { return nil }
        let cells = (group.baseline.map { [$0] } ?? []) + families.flatMap(\.cells)
        let unit = ByteUnit.suited(to: cells.flatMap { [$0.paperBytes, $0.peakTrackedBytes, $0.peakResidentBytes] }.compactMap(\.self))
        let name = MarkdownText.inline(group.model.name)
        func memory(_ title: String, _ name: String, _ bytes: (ReportCell) -> Int?) -> ReportColumn {
            ReportColumn("\(title) [\(unit.rawValue)]", cells.map { NumberFormat.bytes(bytes($0), in: unit) }, figures: .whole(name, cells.map(bytes)))
        }
        let columns = [
            ReportColumn(words: name, cells.map { MarkdownText.inline($0.methodLabel) }, name: "method"),
            ReportColumn("rank", cells.map(\.rankText), figures: .whole("rank", cells.map(\.rank))), rate(cells), seeds(cells),
            ReportColumn(cells.lossTitle, cells.map(lossText), figures: .summary(cells.lossFigure, cells.map(\.evalLoss))),
            ReportColumn(
                "95 % interval", cells.map { span($0.evalLoss?.interval95, NumberFormat.loss) }, figures: .interval(cells.lossFigure, cells.map { $0.evalLoss?.interval95 })),
            ReportColumn("perplexity", cells.map { NumberFormat.perplexity($0.perplexity) }, figures: .real("perplexity", cells.map(\.perplexity))),
            ReportColumn(
                "parameters", cells.map { NumberFormat.parameters($0.totalParameters) }, figures: .whole("total_parameters", cells.map(\.totalParameters))),
            ReportColumn(
                "trainable", cells.map { NumberFormat.parameters($0.trainableParameters) },
                figures: .whole("trainable_parameters", cells.map(\.trainableParameters))),
            memory("paper memory", "paper_memory_bytes", \.paperBytes), memory("tracked peak", "peak_tracked_bytes", \.peakTrackedBytes),
            memory("resident peak", "peak_rss_bytes", \.peakResidentBytes),
        ]
        return .table(
            "ranks \(group.model.name)", "Loss, parameters and memory by rank at \(name)\(group.baseline == nil ? "" : ", the reference first").",
            columns, note: lossNote([group]))
    }
}

/// Cells of one method and size that differ in the rank, each rank once, ascending.
package struct RankFamily {
    package var cells: [ReportCell]

    /// Families in the order in which they first appear. Where a rank ran with several learning rates, each rate is a
    /// family of its own.
    package static func all(_ cells: [ReportCell]) -> [RankFamily] {
        var families: [RankFamily] = []
        for part in parts(cells.filter { $0.rank != nil }, without: ["options.rank", "training.lr"]) {
            let ofOneRate = hasEachRankOnce(part) ? [part] : parts(part, without: ["options.rank"])
            for cells in ofOneRate where cells.count > 1 && hasEachRankOnce(cells) {
                families.append(RankFamily(cells: cells.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }))
            }
        }
        return families
    }

    private static func hasEachRankOnce(_ cells: [ReportCell]) -> Bool { Set(cells.map(\.rank)).count == cells.count }

    private static func parts(_ cells: [ReportCell], without keys: Set<String>) -> [[ReportCell]] {
        let fields: [[String: String]] = cells.map { cell in
            SpecFields(cell.spec).values.filter { !keys.contains($0.key) && $0.key != "seed" }
        }
        return MarkdownText.distinct(fields).map { own in
            cells.indices.filter { fields[$0] == own }.map { cells[$0] }
        }
    }
}
