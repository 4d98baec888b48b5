import GRDB
import SLSpec

/// A row of `attempt`.
struct AttemptRow: FetchableRecord {
    let attempt: AttemptRecord

    init(row: Row) throws {
        attempt = AttemptRecord(
            attempt: row["attempt"], host: row["host"], cpu: row["cpu"], blasCore: row["blas_core"], vectorUnits: row["vector_units"],
            threads: row["threads"], exclusive: row["exclusive"], jobID: row["job_id"], began: row["began_at"], ended: row["ended_at"],
            tokensPerSecond: row["tokens_per_second"], firstStep: row["first_step"], lastStep: row["last_step"])
    }

    static func fetch(_ db: Database, runID: String) throws -> [AttemptRecord] {
        try fetchAll(db, sql: "SELECT * FROM attempt WHERE run_id = ? ORDER BY attempt", arguments: [runID]).map(\.attempt)
    }

    static func begin(
        _ db: Database, runID: String, attempt: Int, process: ProcessIdentity, environment: EnvironmentRecord, jobID: String?, step: Int
    ) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO attempt (
                    run_id, attempt, host, cpu, blas_core, vector_units, threads, exclusive, job_id, process_id, began_at, ended_at,
                    first_step, last_step)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(Clock.now), \(Clock.now), ?, ?)
                """,
            arguments: [
                runID, attempt, process.host, environment.cpu, environment.blasCore, environment.vectorUnits, environment.threads,
                environment.exclusive, jobID, process.processID, step, step,
            ])
    }

    /// Takes note of how far an attempt is. By a clock that was set back it would end before it began.
    ///
    /// - Parameter step: `nil` when there was no update since.
    static func note(_ db: Database, runID: String, attempt: Int, step: Int?, tokensPerSecond: Double?) throws {
        try db.execute(
            sql: """
                UPDATE attempt
                SET ended_at = max(\(Clock.now), began_at), last_step = max(last_step, coalesce(?, last_step)),
                    tokens_per_second = coalesce(?, tokens_per_second)
                WHERE run_id = ? AND attempt = ?
                """, arguments: [step, tokensPerSecond, runID, attempt])
    }
}
