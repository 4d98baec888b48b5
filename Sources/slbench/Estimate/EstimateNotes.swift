import Foundation
import SLReport
import SLSpec

/// What stands below an estimate: the sources of the published columns, and where a published figure is not what its formula gives.
enum EstimateNotes {
    /// Figures have two decimals, in G: what is further away was counted differently.
    private static let rounding = 0.0051

    static func text(_ rows: [Estimate]) -> String {
        let sources = rows.flatMap { [$0.printed.figure?.source, $0.perplexity?.source] }.compactMap(\.self).map { "published: \($0)" }
        let others = rows.compactMap(\.printed.otherwise).map { "counted otherwise: \(reference($0))" }
        var lines = distinct(sources) + distinct(others)
        lines += rows.compactMap { difference($0) }
        lines += rows.compactMap { share($0) }
        lines += rows.flatMap { otherRanks($0) }
        lines += gaps(rows)
        return lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n") + "\n"
    }

    private static func distinct(_ lines: [String]) -> [String] {
        var seen: Set<String> = []
        return lines.filter { seen.insert($0).inserted }
    }

    private static func reference(_ figure: MemoryFigure) -> String { figure.source + (figure.note.isEmpty ? "" : " (\(figure.note))") }

    private static func name(_ row: Estimate) -> String {
        "\(row.model) \(row.method)" + (row.optimizer == OptimizerSpec.standard ? "" : " \(row.optimizer)")
    }

    private static func difference(_ row: Estimate) -> String? {
        guard let figure = row.printed.figure, let published = row.printed.gigabytes, let difference = row.difference, abs(difference) > rounding
        else { return nil }
        let ours = String(format: "%.3f", Double(row.paperBytes) / 1e9)
        var line = "\(name(row)): the formula gives \(ours) G, the paper prints \(String(format: "%.2f", published))"
        if let doubled = row.doubleCountedBytes {
            line += "; with embedding, head and norms counted twice, as the paper does: \(String(format: "%.3f", Double(doubled) / 1e9))"
        }
        return line + (figure.note.isEmpty ? "" : " (\(figure.note))")
    }

    private static func share(_ row: Estimate) -> String? {
        guard let figure = row.printed.share, let published = figure.shareOfAdamW, let ours = row.stateShare else { return nil }
        let percent = [ours, published].map { String(format: "%.1f %%", 100 * $0) }
        return "\(name(row)): optimizer state is \(percent[0]) of AdamW's, the paper says \(percent[1]): \(reference(figure))"
    }

    private static func otherRanks(_ row: Estimate) -> [String] {
        row.printed.atOtherRanks.compactMap { figure in
            guard let amount = figure.gigabytes(of: row.model), let rank = figure.rank else { return nil }
            return "\(name(row)): published at rank \(rank): \(String(format: "%.2f", amount)) G, \(reference(figure))"
        }
    }

    private static func gaps(_ rows: [Estimate]) -> [String] {
        let isMissing = rows.contains { $0.printed.isEmpty }
        return isMissing ? ["—: nothing is published for the row, or nothing that could be checked"] : []
    }
}
