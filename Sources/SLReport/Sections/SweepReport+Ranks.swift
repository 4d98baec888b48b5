import SLSpec

extension SweepReport {
    /// What the rank does, for every method that ran with several: nothing else differs but a learning rate that was chosen
    /// for each rank.
    static func ranks(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(rankTable)
        guard !tables.isEmpty else { return [] }
        let words = """
            Rows of one method differ in the rank alone, and in the learning rate where it was chosen for each rank. ± is the standard deviation \
            over the seeds, the interval that of the mean (95 %, t).
            """
        return [.section("Ranks"), .paragraph(words)] + tables
    }

    private static func rankTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let families = RankFamily.all(group.cells)
        guard !families.isEmpty else { return nil }
        let cells = (group.baseline.map { [$0] } ?? []) + families.flatMap(\.cells)
        let unit = ByteUnit.suited(to: cells.flatMap { [$0.paperBytes, $0.peakTrackedBytes, $0.peakResidentBytes] }.compactMap(\.self))
        let name = MarkdownText.inline(group.model.name)
        let columns: [TextTable.Column] = [
            .init(name, .left), .init("rank"), .init("lr"), .init("seeds"), .init("eval loss"), .init("95 % interval"), .init("perplexity"),
            .init("parameters"), .init("trainable"), .init("paper memory [\(unit.rawValue)]"), .init("tracked peak [\(unit.rawValue)]"),
            .init("resident peak [\(unit.rawValue)]"),
        ]
        let rows = cells.map { cell in
            [
                MarkdownText.inline(cell.methodLabel), cell.rankText, NumberFormat.general(cell.spec.training.learningRate), cell.seedCount,
                lossText(cell), span(cell.evalLoss?.interval95, NumberFormat.loss), NumberFormat.perplexity(cell.perplexity),
                NumberFormat.parameters(cell.totalParameters), NumberFormat.parameters(cell.trainableParameters),
                NumberFormat.bytes(cell.paperBytes, in: unit), NumberFormat.bytes(cell.peakTrackedBytes, in: unit),
                NumberFormat.bytes(cell.peakResidentBytes, in: unit),
            ]
        }
        return .table(
            "ranks \(group.model.name)", "Loss, parameters and memory by rank at \(name)\(group.baseline == nil ? "" : ", the reference first").",
            TextTable(columns: columns, rows: rows), note: lossNote([group]))
    }
}

/// Cells of one method and size that differ in the rank, each rank once, ascending.
struct RankFamily {
    var cells: [ReportCell]

    /// Families in the order in which they first appear. Where a rank ran with several learning rates, each rate is a
    /// family of its own.
    static func all(_ cells: [ReportCell]) -> [RankFamily] {
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
