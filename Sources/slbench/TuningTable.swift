import SLReport
import SLSpec

/// What a tuning tried and chose, for a terminal.
enum TuningTable {
    static func of(_ cells: [TunedCell]) -> ValueTable {
        ValueTable(
            columns: ["size", "method", "rank", "steps", "trials", "tried: eval loss", "chosen"],
            rows: cells.map { cell in
                [
                    .text(cell.size), .text(cell.method), .init(cell.rank), .integer(cell.steps), .integer(cell.trials.count),
                    .text(cell.search == nil ? trials(cell) : NearBest(cell)?.words ?? TuningText.outcomes(cell)),
                    cell.isOpen ? .text("not yet") : .init(cell.chosen.map { TuningText.values($0.values) }),
                ]
            })
    }

    private static func trials(_ cell: TunedCell) -> String {
        cell.trials.map { "\(TuningText.values($0.values)): \(TuningText.outcome($0))" }.joined(separator: "; ")
    }

    /// What weakens the choice, in sentences.
    static func warnings(_ cell: TunedCell) -> [String] {
        let name = [cell.size, cell.method, cell.rank.map { "r\($0)" }].compactMap(\.self).joined(separator: " ")
        if cell.isOpen {
            let failed = cell.trials.flatMap(\.runs).count { $0.status == .failed }
            if cell.openRuns == 0, failed > 0 {
                return ["\(name): the search waits for \(failed) trial \(failed == 1 ? "run that" : "runs that") failed; --retry-failed runs \(failed == 1 ? "it" : "them") again"]
            }
            return ["\(name): \(cell.openRuns) of \(cell.trials.flatMap(\.runs).count) trial runs are still to be made; nothing is chosen yet"]
        }
        guard cell.chosen != nil else { return ["\(name): no trial finished on every tuning seed (\(TuningText.outcomes(cell))); it has no runs"] }
        var words = TuningText.searchNotes(cell).map { "\(name): \($0)" }
        if !cell.edgeKeys.isEmpty {
            words.append("\(name): the best \(cell.edgeKeys.joined(separator: " and ")) lies on the edge of what was tried; the true best may lie beyond")
        }
        return words
    }

    /// What is known of a search before it begins.
    static func prospect(_ tuning: TuningPlan) -> [String] {
        guard tuning.search != .grid else { return [] }
        let runs = tuning.cells.count * tuning.settings.maxTrials * tuning.seeds.count
        let words = tuning.search.words
        let rule: String
        switch tuning.search {
        case .successiveHalving:
            var counts: [String] = []
            if let cell = tuning.cells.first {
                var left = tuning.candidates(of: cell)
                for _ in tuning.lengths(of: cell) {
                    counts.append(String(left))
                    left = tuning.settings.survivors(of: left)
                }
            }
            rule = "\(counts.joined(separator: ", then ")) trials a cell, each time the best of the last with \(tuning.settings.eta) times the updates"
        case .coordinateDescent, .grid:
            rule = "at most \(tuning.settings.maxTrials) trials a cell, done when a trial within \(tuning.settings.tolerance) nats of the best has no untried neighbour"
        }
        return ["\(words): \(rule); at most \(runs) runs for \(tuning.cells.count) \(tuning.cells.count == 1 ? "cell" : "cells"). The plan shows what is known by now; what follows depends on it."]
    }
}
