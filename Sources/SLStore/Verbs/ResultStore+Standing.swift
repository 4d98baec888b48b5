import GRDB
public import SLSpec

extension ResultStore {
    /// How every run of a sweep stands, in the order of its plan.
    ///
    /// - Throws: `FileError` that names the sweeps there are.
    public func standing(sweep name: String) throws(FileError) -> [RunStanding] {
        let path = path
        return try read { db in
            let sweep = try Self.knownSweep(db, name: name, file: path)
            return try Fetched.fetchAll(db, sql: Self.standingQuery, arguments: [sweep]).map(\.standing)
        }
    }

    /// The last twenty updates tell the speed, without the run's first, which is slow.
    private static let standingQuery = """
        SELECT
            run_spec.run_id, size, method, rank, seed, run.status,
            coalesce((SELECT max(step) FROM step_sample WHERE run_id = run_spec.run_id), 0) AS step,
            json_extract(spec, '$.training.steps') AS steps,
            (SELECT loss FROM step_sample WHERE run_id = run_spec.run_id ORDER BY step DESC LIMIT 1) AS loss,
            (SELECT loss FROM evaluation WHERE run_id = run_spec.run_id ORDER BY step DESC LIMIT 1) AS eval_loss,
            recent.tokens / nullif(recent.seconds, 0) AS tokens_per_second,
            recent.mean_tokens AS tokens_per_step,
            CASE WHEN run.status = 'running' THEN (julianday('now') - julianday(run.heartbeat_at)) * 86400 END AS silent_seconds,
            run.failure_reason || ': ' || run.failure_message AS failure
        FROM sweep_run
        JOIN run_spec ON run_spec.run_id = sweep_run.run_id
        LEFT JOIN run ON run.run_id = run_spec.run_id
        LEFT JOIN (
            SELECT run_id, sum(tokens) * 1.0 AS tokens, sum(seconds) AS seconds, avg(tokens) AS mean_tokens
            FROM (SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY step DESC) AS age FROM step_sample)
            WHERE age <= 20 AND step > 1 GROUP BY run_id
        ) AS recent ON recent.run_id = run_spec.run_id
        WHERE sweep_run.sweep_id = ?
        ORDER BY sweep_run.position
        """

    private struct Fetched: FetchableRecord, Decodable {
        let standing: RunStanding
        init(from decoder: any Decoder) throws { standing = try RunStanding(from: decoder) }
    }
}
