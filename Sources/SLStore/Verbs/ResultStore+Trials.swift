import GRDB
public import SLSpec

/// What became of a trial's run.
public struct TrialOutcome: Sendable, Hashable {
    public var runID: String
    /// `nil` when it was never started.
    public var status: RunStatus?
    /// Of the last evaluation; `nil` unless it finished.
    public var evalLoss: Double?
}

extension ResultStore {
    /// What became of the runs of a sweep, by run key; of an unknown sweep nothing. Asked whenever a trial has ended, so it looks at no samples.
    public func trialOutcomes(sweep name: String) throws(FileError) -> [String: TrialOutcome] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT run_spec.run_key, run_spec.run_id, run.status, CASE WHEN run.status = 'finished' THEN evaluation.loss END AS loss
                    FROM sweep
                    JOIN sweep_run ON sweep_run.sweep_id = sweep.id
                    JOIN run_spec ON run_spec.run_id = sweep_run.run_id
                    LEFT JOIN run ON run.run_id = run_spec.run_id
                    LEFT JOIN run_result ON run_result.run_id = run_spec.run_id
                    LEFT JOIN evaluation ON evaluation.run_id = run_spec.run_id AND evaluation.step = run_result.evaluation_step
                    WHERE sweep.name = ?
                    """, arguments: [name])
            var outcomes: [String: TrialOutcome] = [:]
            for row in rows {
                let status: String? = row["status"]
                outcomes[row["run_key"]] = TrialOutcome(runID: row["run_id"], status: status.flatMap(RunStatus.init), evalLoss: row["loss"])
            }
            return outcomes
        }
    }
}
