import SLSpec

/// A method's evaluation loss over the ranks that it was run with.
package struct RankLine {
    package struct Point {
        package var rank: Int
        var loss: SampleSummary
        var style: CellStyle
    }

    package var label: String
    /// By ascending rank, two or more.
    package var points: [Point]

    /// The lines of a size: cells of one method that differ in rank, and only where a rank occurs twice also those that
    /// differ in something else, each on its own line.
    package static func lines(_ group: SizeGroup, _ styles: [CellStyle]) -> [RankLine] {
        let cells = zip(group.cells, styles).filter { $0.0.rank != nil && $0.0.evalLoss != nil }
        let families = grouped(cells) { Family(method: $0.0.method, memory: $0.0.spec.training.memory, spec: nil) }
        return families.flatMap { family in
            let ranks = family.compactMap(\.0.rank)
            if Set(ranks).count == ranks.count { return [RankLine(family, isWhole: true)].compactMap(\.self) }
            return grouped(family) { Family(method: $0.0.method, memory: $0.0.spec.training.memory, spec: rankless($0.0.spec)) }
                .compactMap { RankLine($0, isWhole: false) }
        }
    }

    private struct Family: Hashable {
        var method: String
        var memory: MemoryOptions
        var spec: [String: String]?
    }

    private static func rankless(_ spec: RunSpec) -> [String: String] {
        SpecFields(spec).values.filter { $0.key != "options.rank" && $0.key != "seed" }
    }

    private static func grouped<Key: Hashable>(
        _ cells: [(ReportCell, CellStyle)], by key: ((ReportCell, CellStyle)) -> Key
    ) -> [[(ReportCell, CellStyle)]] {
        let keys = cells.map(key)
        return MarkdownText.distinct(keys).map { wanted in zip(keys, cells).filter { $0.0 == wanted }.map(\.1) }
    }

    private init?(_ cells: [(ReportCell, CellStyle)], isWhole: Bool) {
        points = cells.compactMap { cell, style in
            if let rank = cell.rank, rank > 0, let loss = cell.evalLoss { Point(rank: rank, loss: loss, style: style) } else { nil }
        }
        .sorted { $0.rank < $1.rank }
        guard points.count > 1, let first = cells.first?.0 else { return nil }
        let words = isWhole ? first.spec.training.words.joined(separator: ", ") : first.distinction
        label = words.isEmpty ? first.method : "\(first.method) (\(words))"
    }
}
