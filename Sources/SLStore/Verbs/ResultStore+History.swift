import Foundation
import GRDB
public import SLSpec

extension ResultStore {
    /// Everything about the runs of a sweep that were started, whatever became of them, in the order of its plan, and what
    /// was predicted beside them.
    public func sweepHistory(name: String) throws(FileError) -> SweepHistory {
        let path = path
        return try read { db in
            let sweep = try Self.knownSweep(db, name: name, file: path)
            let ids = try String.fetchAll(
                db,
                sql: "SELECT run_id FROM sweep_run JOIN run USING (run_id) WHERE sweep_id = ? ORDER BY position",
                arguments: [sweep])
            let predictions = try PredictionRow.filter(Column("sweep_id") == sweep).order(Column("position")).fetchAll(db)
            let runs = try ids.map { try Self.history(db, runID: $0, file: path) }
            return SweepHistory(
                name: name, runs: runs, predictions: try predictions.map { try $0.prediction() }, tuning: try TuningRows.fetch(db, sweep: sweep),
                evidence: try Self.evidence(db, sweep: sweep), otherSeeds: try Self.otherSeeds(db, of: runs))
        }
    }

    /// The same of a plan's own runs, whatever the sweep's name stands for by now: another plan may have taken it meanwhile.
    ///
    /// - Parameters:
    ///   - runKeys: of the plan, in its order.
    ///   - predictions: of the plan.
    public func sweepHistory(
        name: String, runKeys: [String], predictions: [PredictionRecord]
    ) throws(FileError) -> SweepHistory {
        let path = path
        return try read { db in
            let sweep = try Self.knownSweep(db, name: name, file: path)
            let ids = try runKeys.compactMap { try IdentifiedSpec.runID(db, key: $0) }.filter { try RunRow.fetch(db, runID: $0) != nil }
            let runs = try ids.map { try Self.history(db, runID: $0, file: path) }
            return SweepHistory(
                name: name, runs: runs, predictions: predictions, tuning: try TuningRows.fetch(db, sweep: sweep),
                evidence: try Self.evidence(db, sweep: sweep), otherSeeds: try Self.otherSeeds(db, of: runs))
        }
    }

    /// Everything about one run.
    ///
    /// - Parameter prefix: A run id or the beginning of a run key, in hexadecimal.
    /// - Throws: `FileError` when no run, or more than one, answers to it.
    public func history(run prefix: String) throws(FileError) -> RunHistory {
        let path = path
        let prefix = prefix.lowercased()
        guard !prefix.isEmpty, prefix.allSatisfy(\.isHexDigit) else {
            throw FileError(
                file: path, problem: "'\(prefix)' is not the id of a run", fix: "give the first hexadecimal digits of its run_id")
        }
        return try read { db in
            if try RunRow.fetch(db, runID: prefix) != nil { return try Self.history(db, runID: prefix, file: path) }
            let ids = try String.fetchAll(
                db,
                sql: "SELECT run_id FROM run JOIN run_spec USING (run_id) WHERE run_key >= :p AND run_key < :p || 'g' ORDER BY run_key",
                arguments: ["p": prefix])
            guard let id = ids.first else {
                throw FileError(
                    file: path, problem: "holds no run '\(prefix)'", fix: "SELECT run_id, status FROM run lists the runs that were started")
            }
            guard ids.count == 1 else {
                throw FileError(
                    file: path, problem: "holds \(ids.count) runs that begin with '\(prefix)'",
                    fix: "give more digits: " + ids.prefix(8).joined(separator: ", "))
            }
            return try Self.history(db, runID: id, file: path)
        }
    }

    private static func history(_ db: Database, runID: String, file: String) throws -> RunHistory {
        func rows<Record: FetchableRecord & TableRecord>(_ type: Record.Type, orderedBy order: String = "step") throws -> [Record] {
            try type.filter(Column("run_id") == runID).order(Column(order)).fetchAll(db)
        }
        func row<Record: FetchableRecord & TableRecord>(_ type: Record.Type) throws -> Record? {
            try type.filter(Column("run_id") == runID).fetchOne(db)
        }
        let text = try String.fetchOne(db, sql: "SELECT spec FROM run_spec WHERE run_id = ?", arguments: [runID])
        guard let text, let run = try RunRow.fetch(db, runID: runID) else {
            throw FileError(file: file, problem: "holds no run '\(runID)'")
        }
        let evaluations = try rows(EvaluationRow.self)
        let texts = try TextEvaluationRow.fetch(db, runID: runID).map(\.sample)
        let memory = try row(MemoryRow.self)?.memory
        var result: RunResult?
        if let stored = try row(ResultRow.self), let memory,
            let last = evaluations.first(where: { $0.step == stored.evaluationStep })
        {
            result = stored.result(
                evaluation: last.sample, test: texts.first { $0.kind == .test }?.evaluation, memory: memory, companionRuns: run.companionRuns)
        }
        return RunHistory(
            runID: runID, spec: try JSONDecoder().decode(RunSpec.self, from: Data(text.utf8)), status: run.status,
            failure: run.failure, result: result, memory: memory, steps: try rows(StepRow.self).map(\.sample),
            evaluations: evaluations.map(\.sample), events: try rows(LifecycleRow.self, orderedBy: "id").map { try $0.event() },
            environment: try row(EnvironmentRow.self)?.environment,
            resumptions: try Int.fetchAll(db, sql: "SELECT step FROM resumption WHERE run_id = ? ORDER BY attempt", arguments: [runID]),
            data: try row(DataRow.self)?.data(EvaluatedTextRow.fetch(db, runID: runID)), notes: try rows(NoteRow.self, orderedBy: "id").map(\.note),
            probes: try ProbeRows.fetch(db, runID: runID), attempts: try AttemptRow.fetch(db, runID: runID), texts: texts)
    }
}
