import SLReport
import SLSpec

/// What a tuning tried and chose, for a terminal.
enum TuningTable {
    static func of(_ cells: [TunedCell]) -> ValueTable {
        ValueTable(
            columns: ["size", "method", "rank", "trials", "tried: eval loss", "chosen"],
            rows: cells.map { cell in
                [
                    .text(cell.size), .text(cell.method), .init(cell.rank), .integer(cell.trials.count),
                    .text(cell.trials.map { "\(TuningText.values($0.values)): \(TuningText.outcome($0))" }.joined(separator: "; ")),
                    cell.openRuns > 0 ? .text("not yet") : .init(cell.chosen.map { TuningText.values($0.values) }),
                ]
            })
    }

    /// `nil` where there is nothing to warn of.
    static func warning(_ cell: TunedCell) -> String? {
        let name = [cell.size, cell.method, cell.rank.map { "r\($0)" }].compactMap(\.self).joined(separator: " ")
        if cell.openRuns > 0 {
            return "\(name): \(cell.openRuns) of \(cell.trials.flatMap(\.runs).count) trial runs are still to be made; nothing is chosen yet"
        }
        guard cell.chosen != nil else { return "\(name): no trial finished on every tuning seed (\(TuningText.outcomes(cell))); it has no runs" }
        guard !cell.edgeKeys.isEmpty else { return nil }
        return "\(name): the best \(cell.edgeKeys.joined(separator: " and ")) lies on the edge of what was tried; the true best may lie beyond"
    }
}
