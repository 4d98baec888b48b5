import SLHarness
import SLReport
import SLSpec

/// Predictions at scale as flat tables: one for programs, one for people.
enum ScaleTable {
    /// Full precision.
    static func whole(_ rows: [ScaleEstimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "rank", "nodes", "ranks", "threads_per_rank", "micro_batch", "updates", "trained_parameters", "flops_per_token",
                "sent_gradient_bytes", "returned_bytes", "pass_seconds", "update_seconds", "communication_seconds", "communication_share",
                "tokens_per_second", "days", "node_hours", "rank_memory_bytes", "node_memory_bytes",
            ],
            rows: rows.map { row in
                [
                    .text(row.model), .text(row.method), .init(row.rank), .integer(row.layout.nodes), .integer(row.layout.ranks),
                    .integer(row.layout.threads), .integer(row.microBatch), .integer(row.updates), .integer(row.trainedParameters),
                    .real(row.operationsPerToken), .integer(row.exchanged.out), .integer(row.exchanged.back), .real(row.passSeconds),
                    .real(row.updateSeconds), .real(row.communicationSeconds), .real(row.communicationShare), .real(row.tokensPerSecond),
                    .real(row.days), .real(row.nodeHours), .integer(row.rankBytes), .integer(row.nodeBytes),
                ]
            })
    }

    static func readable(_ rows: [ScaleEstimate]) -> ValueTable {
        ValueTable(
            columns: [
                "model", "method", "rank", "nodes", "ranks", "batch", "tokens/s", "time", "node-hours", "exchange", "memory a rank", "memory a node",
            ],
            rows: rows.map { row in
                [
                    .text(row.model), .text(row.method), .init(row.rank), .integer(row.layout.nodes), .integer(row.layout.ranks),
                    .integer(row.microBatch), .text(NumberFormat.tokensPerSecond(row.tokensPerSecond)), .text(time(row)), .text(nodeHours(row)),
                    .text(NumberFormat.share(row.communicationShare)), .text(NumberFormat.bytes(row.rankBytes)), .text(NumberFormat.bytes(row.nodeBytes)),
                ]
            })
    }

    /// Hours below two days.
    static func time(_ row: ScaleEstimate) -> String {
        row.days < 2 ? CoreSpeeds.number(24 * row.days) + " h" : CoreSpeeds.number(row.days) + " d"
    }

    static func nodeHours(_ row: ScaleEstimate) -> String { CoreSpeeds.number(row.nodeHours) }
}
