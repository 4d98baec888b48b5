import Foundation
import SLReport
import SLSpec

/// Estimates as tables: one for programs, one for people.
enum EstimateTable {
    /// Full precision; NULL where there is nothing.
    static func whole(_ rows: [Estimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "optimizer", "rank", "total_parameters", "trainable_parameters", "weight_bytes", "gradient_bytes", "optimizer_bytes",
                "index_bytes", "paper_memory_bytes", "published_memory_gb", "difference_gb", "published_memory_source",
                "published_memory_otherwise_gb", "published_memory_otherwise_source", "published_perplexity",
            ],
            rows: rows.map { computed($0) + published($0) })
    }

    private static func computed(_ row: Estimate) -> [ValueTable.Cell] {
        [
            .text(row.model), .text(row.method), .text(row.optimizer), .init(row.rank), .integer(row.totalParameters), .integer(row.trainableParameters),
            .integer(row.weightBytes), .integer(row.gradientBytes), .integer(row.optimizerBytes), .integer(row.indexBytes), .integer(row.paperBytes),
        ]
    }

    private static func published(_ row: Estimate) -> [ValueTable.Cell] {
        let printed = row.printed
        return [
            .init(printed.gigabytes), .init(row.difference), .init(printed.figure?.source), .init(printed.gigabytesOtherwise),
            .init(printed.otherwise?.source), .init(row.perplexity?.perplexity),
        ]
    }

    static func readable(_ rows: [Estimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "optimizer", "rank", "parameters", "trained", "weights", "gradients", "state", "indices", "paper G",
                "published G", "difference", "counted otherwise", "published ppl",
            ],
            rows: rows.map { row in
                [
                    .text(row.model), .text(row.method), .text(row.optimizer), .init(row.rank), .text(NumberFormat.parameters(row.totalParameters)),
                    .text(NumberFormat.parameters(row.trainableParameters)), .text(NumberFormat.bytes(row.weightBytes)),
                    .text(NumberFormat.bytes(row.gradientBytes)), .text(NumberFormat.bytes(row.optimizerBytes)),
                    .text(NumberFormat.bytes(row.indexBytes)), .text(String(format: "%.3f", Double(row.paperBytes) / 1e9)),
                    number(row.printed.gigabytes, "%.2f"), number(row.difference, "%+.3f"), number(row.printed.gigabytesOtherwise, "%.2f"),
                    number(row.perplexity?.perplexity, "%.2f"),
                ]
            })
    }

    private static func number(_ value: Double?, _ format: String) -> ValueTable.Cell {
        .text(value.map { String(format: format, $0) } ?? NumberFormat.missing)
    }
}
