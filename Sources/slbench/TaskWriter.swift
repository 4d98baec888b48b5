import Foundation
import SLHarness
import SLSpec
import SLStore
import SLTraining

/// Writes the cells of a plan for jobs of a batch system: an assignment into the folder of each run, and the list of all of them.
struct TaskWriter {
    let plan: SweepPlan
    let store: ResultStore
    /// The database.
    let path: String
    /// What a run of this sweep is told at home.
    let assignment: @Sendable (PlannedCell) -> CellAssignment

    private var runs: RunsFolder { RunsFolder(database: path) }

    /// - Returns: the cells of the tasks, in their order: that in which they would be run at home.
    /// - Throws: `FileError` when something can't be written.
    func write() throws -> (tasks: BatchTasks, cells: [PlannedCell]) {
        let cells = RunOrder.interleaved(plan.cells.filter { $0.action == .run })
        var tasks = BatchTasks(tasks: [:])
        for (place, cell) in cells.enumerated() { tasks.tasks[String(place + 1)] = [try write(cell).path] }
        return (tasks, cells)
    }

    /// Writes what the job of one cell is told.
    ///
    /// - Returns: the file.
    /// - Throws: `FileError` when it can't be written.
    func write(_ cell: PlannedCell) throws -> URL {
        let folder = AttemptFolder(runs: runs, runID: cell.runID)
        try task(for: cell, in: folder).write(to: folder.assignmentFile)
        return folder.assignmentFile
    }

    private func task(for cell: PlannedCell, in folder: AttemptFolder) throws -> CellAssignment {
        var result = assignment(cell)
        result.records = .attempts
        result.attemptFile = nil
        result.dataIsPrepared = true
        // Cores are the batch system's to give.
        result.oversubscribes = false
        if result.replacesFinished {
            // What earlier attempts recorded is not where this one begins.
            CheckpointFolder(url: folder.url).removeCheckpoints()
            result.firstAttempt = max(folder.claims.last ?? 0, folder.attempts.last ?? 0, folder.finishedMarks.last ?? 0) + 1
        }
        // What was recorded at home goes along, so that the job goes on from the checkpoint that is there.
        if cell.status != nil, folder.attempts.isEmpty, result.firstAttempt == 1 {
            try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
            try store.seedAttempt(at: folder.database(0).path, runID: cell.runID)
        }
        return result
    }
}
