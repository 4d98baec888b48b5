import Foundation
import SLHarness
import SLReport
import SLSpec

/// A plan as a table: what each cell is, what it will take, and what the sweep will do with it.
enum PlanTable {
    /// - Parameter isNamed: whether the data, and so the runs' identities, are known.
    static func of(_ plan: SweepPlan, isNamed: Bool = true) -> ValueTable {
        ValueTable(
            columns: [
                "run_id", "size", "method", "rank", "seed", "state", "total_parameters", "trainable_parameters", "paper_memory_bytes",
                "predicted_bytes", "flops", "predicted_seconds",
            ],
            rows: plan.cells.map { cell in
                [
                    isNamed ? .text(cell.runID) : .null, .text(cell.spec.model.name), .text(cell.spec.method), .init(cell.spec.rank),
                    .integer(Int(cell.spec.seed)), isNamed ? .text(state(cell)) : .null, .integer(cell.totalParameters), .integer(cell.trainableParameters),
                    .integer(cell.paperBytes), .integer(cell.memory.total), .real(cell.totalFloatingPointOperations),
                    .real(cell.time.seconds),
                ]
            })
    }

    /// The same for people.
    static func readable(_ plan: SweepPlan, isNamed: Bool = true) -> String {
        let table = ValueTable(
            columns: ["run", "size", "method", "rank", "seed", "state", "params", "trained", "paper", "memory", "FLOPs", "time"],
            rows: plan.cells.map { cell in
                [
                    isNamed ? .text(cell.runID) : .null, .text(cell.spec.model.name), .text(cell.spec.method), .init(cell.spec.rank),
                    .integer(Int(cell.spec.seed)), isNamed ? .text(state(cell)) : .null, .text(NumberFormat.parameters(cell.totalParameters)),
                    .text(NumberFormat.parameters(cell.trainableParameters)), .text(NumberFormat.bytes(cell.paperBytes)),
                    .text(NumberFormat.bytes(cell.memory.total)), .text(String(format: "%.2g", cell.totalFloatingPointOperations)),
                    .text(DurationText.words(cell.time.seconds)),
                ]
            })
        let todo = plan.count(.run)
        let closing =
            todo == 0
            ? "nothing to run: every cell is done or was tried"
            : "\(todo) of \(plan.cells.count) cells to run, about \(DurationText.words(plan.remainingSeconds))"
        let failed = plan.count(.skipFailed)
        let retry = failed > 0 ? "\n\(failed) failed or diverged before and are left alone; --retry-failed runs them again" : ""
        return TableRenderer.render(table, as: .table) + closing + retry
    }

    private static func state(_ cell: PlannedCell) -> String {
        switch cell.action {
        case .run: cell.status.map { "\($0.rawValue), runs again" } ?? "new"
        case .skipDone: "done"
        case .skipFailed: cell.status?.rawValue ?? "failed"
        case .skipRunning: "running elsewhere"
        }
    }
}
