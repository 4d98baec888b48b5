import Foundation
import SLHarness
import SLReport
import SLSpec

/// Predictions at scale as a markdown document, size by size.
struct ScaleReport {
    static let title = "# The published recipes at scale"

    let rows: [ScaleEstimate]
    /// What was asked, as typed.
    let command: String
    let facts: [String]
    /// Methods that a size can't be trained by, with the reason.
    let left: [String]

    var markdown: String {
        let models = rows.reduce(into: [String]()) { names, row in if !names.contains(row.model) { names.append(row.model) } }
        return ([Self.title, "`\(command)`", facts.map { "- \($0)" }.joined(separator: "\n")] + models.flatMap(section)
            + (left.isEmpty ? [] : ["## Left out\n\n" + left.map { "- \($0)" }.joined(separator: "\n")])).joined(separator: "\n\n") + "\n"
    }

    private func section(_ model: String) -> [String] {
        let mine = rows.filter { $0.model == model }
        guard let first = mine.first else { return [] }
        let tokens = NumberFormat.tokens(first.updates * PublishedRecipe.tokensPerUpdate)
        return [
            "## \(model): \(first.updates) updates, \(tokens) tokens",
            "What an update is: tokens/s are those of one node, what is sent is what every rank gives and gets back.\n\n" + methods(mine),
            "Time (h: hours, d: days)\n\n" + byNodes(mine, ScaleTable.time), "Node-hours\n\n" + byNodes(mine, ScaleTable.nodeHours),
            "Tokens/s\n\n" + byNodes(mine) { NumberFormat.tokensPerSecond($0.tokensPerSecond) },
            "Share of exchange in an update\n\n" + byNodes(mine) { NumberFormat.share($0.communicationShare) },
            "Memory a node, GB (a rank's in brackets)\n\n" + byNodes(mine) {
                "\(NumberFormat.bytes($0.nodeBytes, in: .gigabytes)) (\(NumberFormat.bytes($0.rankBytes, in: .gigabytes)))"
            },
        ]
    }

    /// Rows of the same method one after another, as they were asked for.
    private func grouped(_ rows: [ScaleEstimate]) -> [[ScaleEstimate]] {
        rows.reduce(into: [[ScaleEstimate]]()) { groups, row in
            if groups.last?.first?.method == row.method { groups[groups.count - 1].append(row) } else { groups.append([row]) }
        }
    }

    private func methods(_ rows: [ScaleEstimate]) -> String {
        TableRenderer.render(
            ValueTable(
                columns: ["method", "rank", "trained", "GFLOP/token", "gradients out GB", "back GB", "passes s", "optimizer s"],
                rows: grouped(rows).compactMap(\.first).map { row in
                    [
                        .text(row.method), .init(row.rank), .text(NumberFormat.parameters(row.trainedParameters)), .real(row.operationsPerToken / 1e9),
                        .text(NumberFormat.bytes(row.exchanged.out, in: .gigabytes)), .text(NumberFormat.bytes(row.exchanged.back, in: .gigabytes)),
                        .text(CoreSpeeds.number(row.passSeconds)), .text(CoreSpeeds.number(row.updateSeconds)),
                    ]
                }), as: .markdown).trimmingCharacters(in: .newlines)
    }

    private func byNodes(_ rows: [ScaleEstimate], _ cell: (ScaleEstimate) -> String) -> String {
        let groups = grouped(rows)
        let nodes = groups.first?.map { "\($0.layout.nodes) \($0.layout.nodes == 1 ? "node" : "nodes")" } ?? []
        return TableRenderer.render(
            ValueTable(columns: ["method"] + nodes, rows: groups.map { group in [.text(group[0].method)] + group.map { .text(cell($0)) } }), as: .markdown
        ).trimmingCharacters(in: .newlines)
    }
}
