import GRDB
import SLSpec

/// The steps of a run's life as SQL, each inside its caller's transaction.
enum RunWriting {
    /// Begins an attempt. What an earlier, unfinished attempt left is replaced.
    ///
    /// - Parameter claim: as of ``resume(_:runID:step:process:claim:environment:file:)``.
    /// - Returns: The attempt's number, from 1.
    static func begin(_ db: Database, runID: String, process: ProcessIdentity, claim: RunClaim?, file: String) throws -> Int {
        let earlier = try RunRow.fetch(db, runID: runID)
        if let earlier { try checkFree(earlier, claim: claim, file: file) }
        return try insert(db, runID: runID, after: earlier, status: .running, failure: nil, process: process, least: claim?.attempt ?? 1)
    }

    /// A claim says that the process which recorded before has no say any more, whether it lives or not.
    private static func checkFree(_ earlier: RunRow, claim: RunClaim?, file: String) throws {
        let runID = earlier.runID
        guard earlier.status != .finished else {
            throw FileError(
                file: file, problem: "run \(runID) is finished already",
                fix: "a finished run is kept as it is; change its seed or another setting for a new one")
        }
        guard claim != nil || !earlier.isBeingRecordedElsewhere else {
            throw FileError(
                file: file,
                problem: "run \(runID) is being trained by process \(earlier.processID ?? 0) on \(earlier.host)",
                fix: "wait for that process or end it, then run the sweep again")
        }
    }

    /// Another attempt that goes on after `step`: what was recorded later is taken back, the rest stays.
    ///
    /// - Parameter claim: of a run that was claimed outside of the database, with the attempt's number; `nil` where the database alone
    ///   says whose it is.
    /// - Returns: The attempt's number; `nil`, and nothing changed, when a step up to `step` is missing.
    static func resume(
        _ db: Database, runID: String, step: Int, process: ProcessIdentity, claim: RunClaim?, environment: EnvironmentRecord, file: String
    ) throws -> Int? {
        guard let earlier = try RunRow.fetch(db, runID: runID) else { return nil }
        try checkFree(earlier, claim: claim, file: file)
        let known = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM step_sample WHERE run_id = ? AND step <= ?", arguments: [runID, step])
        guard known == step else { return nil }
        for table in ["step_sample", "evaluation", "text_evaluation", "lifecycle_event", "run_note", "probe"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE run_id = ? AND step > ?", arguments: [runID, step])
        }
        // Conditions that came with the updates taken back; this attempt says its own.
        try db.execute(
            sql: "DELETE FROM run_note WHERE run_id = ? AND step = ? AND kind = ?",
            arguments: [runID, step, RunNote.Kind.changedConditions.rawValue])
        // What the process that ended said of its memory; this one will say it of all.
        try db.execute(sql: "DELETE FROM memory WHERE run_id = ?", arguments: [runID])
        try db.execute(sql: "DELETE FROM attempt WHERE run_id = ? AND first_step > ?", arguments: [runID, step])
        try db.execute(sql: "UPDATE attempt SET last_step = min(last_step, ?) WHERE run_id = ?", arguments: [step, runID])
        let attempt = max(earlier.attempt + 1, claim?.attempt ?? 1)
        try db.execute(
            sql: """
                UPDATE run
                SET attempt = ?, status = 'running', failure_reason = NULL, failure_message = NULL, failure_step = NULL,
                    host = ?, process_id = ?, process_start_ticks = ?, heartbeat_at = \(Clock.now), ended_at = NULL
                WHERE run_id = ?
                """,
            arguments: [attempt, process.host, process.processID, process.startTicks, runID])
        try db.execute(
            sql: """
                INSERT INTO resumption (run_id, attempt, step, resumed_at, host, threads, blas_core, vector_units)
                VALUES (?, ?, ?, \(Clock.now), ?, ?, ?, ?)
                """,
            arguments: [runID, attempt, step, process.host, environment.threads, environment.blasCore, environment.vectorUnits])
        return attempt
    }

    /// Puts a fresh row in the place of an earlier attempt; its samples go with the old row.
    @discardableResult
    static func insert(
        _ db: Database, runID: String, after earlier: RunRow?, status: RunStatus, failure: RunFailure?, process: ProcessIdentity?,
        least: Int = 1
    ) throws -> Int {
        try db.execute(sql: "DELETE FROM run WHERE run_id = ?", arguments: [runID])
        let attempt = max((earlier?.attempt ?? 0) + 1, least)
        try db.execute(
            sql: """
                INSERT INTO run (
                    run_id, attempt, status, failure_reason, failure_message, failure_step,
                    host, process_id, process_start_ticks, started_at, heartbeat_at, ended_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(Clock.now), \(Clock.now), \(status == .running ? "NULL" : Clock.now))
                """,
            arguments: [
                runID, attempt, status.rawValue, failure?.reason.rawValue, failure?.message, failure?.step,
                (process ?? .current).host, process?.processID, process?.startTicks,
            ])
        return attempt
    }

    /// Seconds of silence after which a run no longer counts as in training beside another one; ahead of this machine's clock too.
    private static let companionSilence = 120.0

    /// How many runs besides one are in training on a host, as an SQL expression of the two's names in a statement.
    static func companions(of run: String, on host: String) -> String {
        let recent = "abs(julianday(other.heartbeat_at) - julianday('now')) < \(companionSilence) / 86400"
        return """
            ((SELECT count(*) FROM run AS other
                WHERE other.status = 'running' AND other.run_id <> \(run) AND other.host = \(host) AND \(recent))
            + (SELECT count(*) FROM rerun AS other WHERE other.run_id <> \(run) AND other.host = \(host) AND \(recent)))
            """
    }

    /// A sign of life, the proof that this attempt is still the one that counts, and a look at who else is at work here.
    static func touch(_ db: Database, runID: String, attempt: Int, file: String) throws {
        try db.execute(
            sql: """
                UPDATE run
                SET heartbeat_at = \(Clock.now),
                    companion_runs = max(coalesce(companion_runs, 0), \(companions(of: "run.run_id", on: "run.host")))
                WHERE run_id = ? AND attempt = ? AND status = 'running'
                """,
            arguments: [runID, attempt])
        guard db.changesCount == 1 else {
            throw FileError(
                file: file, problem: "run \(runID) is no longer recorded by this process",
                fix: "it was ended or started anew elsewhere; see its row in the table 'run'")
        }
    }

    /// Ends a run for a process that died before it could take the run over: what an earlier one recorded stays.
    static func end(_ db: Database, _ row: RunRow, failure: RunFailure, process: ProcessIdentity?) throws {
        try end(db, runID: row.runID, status: failure.status, failure: failure)
        guard let process else { return }
        try db.execute(
            sql: "UPDATE run SET attempt = ?, host = ?, process_id = ?, process_start_ticks = ? WHERE run_id = ?",
            arguments: [row.attempt + 1, process.host, process.processID, process.startTicks, row.runID])
    }

    /// By a clock that was set back, or another machine's, a run would end before it started.
    static func end(_ db: Database, runID: String, status: RunStatus, failure: RunFailure?) throws {
        try db.execute(
            sql: """
                UPDATE run
                SET status = ?, failure_reason = ?, failure_message = ?, failure_step = ?,
                    ended_at = max(\(Clock.now), started_at), heartbeat_at = \(Clock.now)
                WHERE run_id = ?
                """,
            arguments: [status.rawValue, failure?.reason.rawValue, failure?.message, failure?.step, runID])
    }

    static func checkFailure(_ failure: RunFailure, file: String) throws(FileError) {
        guard [.diverged, .failed, .interrupted].contains(failure.status) else {
            throw FileError(file: file, problem: "a run cannot fail with the status '\(failure.status.rawValue)'")
        }
    }
}
