import Foundation
import GRDB
import SLSpec

/// The rows of `tuned_cell` and `tuning_trial`, which belong together.
enum TuningRows {
    static func insert(_ db: Database, _ cells: [TunedCell], sweep: Int64) throws {
        try db.execute(sql: "DELETE FROM tuned_cell WHERE sweep_id = ?", arguments: [sweep])
        for (place, cell) in cells.enumerated() {
            try db.execute(
                sql: "INSERT INTO tuned_cell (sweep_id, cell, size, method, rank, steps, group_key, search) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [sweep, place, cell.size, cell.method, cell.rank, cell.steps, cell.groupKey, try cell.search.map { try JSONText.of($0) }])
            for (number, trial) in cell.trials.enumerated() {
                let tried = try JSONText.of(trial.values)
                for run in trial.runs {
                    try db.execute(
                        sql: "INSERT INTO tuning_trial (sweep_id, cell, trial, run_id, tried, is_chosen) VALUES (?, ?, ?, ?, ?, ?)",
                        arguments: [sweep, place, number, run.runID, tried, trial.isChosen])
                }
            }
        }
    }

    static func fetch(_ db: Database, sweep: Int64) throws -> [TunedCell] {
        try Row.fetchAll(db, sql: "SELECT * FROM tuned_cell WHERE sweep_id = ? ORDER BY cell", arguments: [sweep]).map { row in
            let search: String? = row["search"]
            return TunedCell(
                size: row["size"], method: row["method"], rank: row["rank"], steps: row["steps"], groupKey: row["group_key"],
                trials: try trials(db, sweep: sweep, cell: row["cell"]),
                search: try search.map { try JSONDecoder().decode(SearchRecord.self, from: Data($0.utf8)) })
        }
    }

    /// What became of the trials is read from their runs: a trial that is run again says something new.
    private static func trials(_ db: Database, sweep: Int64, cell: Int) throws -> [TunedCell.Trial] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT trial, tried, is_chosen, run_spec.run_id, run_spec.seed, run.status, evaluation.loss,
                    json_extract(run_spec.spec, '$.training.steps') AS steps, run_result.training_flops,
                    coalesce(run_result.tokens, (SELECT sum(tokens) FROM step_sample WHERE step_sample.run_id = run_spec.run_id)) AS tokens,
                    coalesce(run_result.wall_seconds, (SELECT sum(seconds) FROM step_sample WHERE step_sample.run_id = run_spec.run_id)) AS seconds
                FROM tuning_trial
                JOIN run_spec USING (run_id)
                LEFT JOIN run USING (run_id)
                LEFT JOIN run_result USING (run_id)
                LEFT JOIN evaluation ON evaluation.run_id = run_spec.run_id AND evaluation.step = run_result.evaluation_step
                WHERE sweep_id = ? AND cell = ?
                ORDER BY trial, run_spec.seed
                """,
            arguments: [sweep, cell])
        var trials: [(number: Int, trial: TunedCell.Trial)] = []
        for row in rows {
            let number: Int = row["trial"]
            let seed: Int64 = row["seed"]
            let status: String? = row["status"]
            let run = TunedCell.Run(
                runID: row["run_id"], seed: UInt64(clamping: seed), status: status.flatMap(RunStatus.init), evalLoss: row["loss"],
                cost: TunedCell.Cost(tokens: row["tokens"], operations: row["training_flops"], seconds: row["seconds"]))
            if trials.last?.number == number {
                trials[trials.count - 1].trial.runs.append(run)
            } else {
                let tried: String = row["tried"]
                let values = try JSONDecoder().decode([String: OptionValue].self, from: Data(tried.utf8))
                trials.append((number, TunedCell.Trial(values: values, runs: [run], isChosen: row["is_chosen"], steps: row["steps"])))
            }
        }
        return trials.map(\.trial)
    }
}
