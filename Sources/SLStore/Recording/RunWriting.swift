import GRDB
import SLSpec

/// The steps of a run's life as SQL, each inside its caller's transaction.
enum RunWriting {
    /// Begins an attempt. What an earlier, unfinished attempt left is replaced.
    ///
    /// - Returns: The attempt's number, from 1.
    static func begin(_ db: Database, runID: String, process: ProcessIdentity, file: String) throws -> Int {
        let earlier = try RunRow.fetch(db, runID: runID)
        if let earlier {
            guard earlier.status != .finished else {
                throw StorageError(
                    file: file, problem: "run \(runID) is finished already",
                    fix: "a finished run is kept as it is; change its seed or another setting for a new one")
            }
            guard !earlier.isBeingRecordedElsewhere else {
                throw StorageError(
                    file: file,
                    problem: "run \(runID) is being trained by process \(earlier.processID ?? 0) on \(earlier.host)",
                    fix: "wait for that process or end it, then run the sweep again")
            }
        }
        return try insert(db, runID: runID, after: earlier, status: .running, failure: nil, process: process)
    }

    /// Puts a fresh row in the place of an earlier attempt; its samples go with the old row.
    @discardableResult
    static func insert(
        _ db: Database, runID: String, after earlier: RunRow?, status: RunStatus, failure: RunFailure?, process: ProcessIdentity?
    ) throws -> Int {
        try db.execute(sql: "DELETE FROM run WHERE run_id = ?", arguments: [runID])
        let attempt = (earlier?.attempt ?? 0) + 1
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

    /// A sign of life, and the proof that this attempt is still the one that counts.
    static func touch(_ db: Database, runID: String, attempt: Int, file: String) throws {
        try db.execute(
            sql: "UPDATE run SET heartbeat_at = \(Clock.now) WHERE run_id = ? AND attempt = ? AND status = 'running'",
            arguments: [runID, attempt])
        guard db.changesCount == 1 else {
            throw StorageError(
                file: file, problem: "run \(runID) is no longer recorded by this process",
                fix: "it was ended or started anew elsewhere; see its row in the table 'run'")
        }
    }

    static func end(_ db: Database, runID: String, status: RunStatus, failure: RunFailure?) throws {
        try db.execute(
            sql: """
                UPDATE run
                SET status = ?, failure_reason = ?, failure_message = ?, failure_step = ?,
                    ended_at = \(Clock.now), heartbeat_at = \(Clock.now)
                WHERE run_id = ?
                """,
            arguments: [status.rawValue, failure?.reason.rawValue, failure?.message, failure?.step, runID])
    }

    static func checkFailure(_ failure: RunFailure, file: String) throws(StorageError) {
        guard [.diverged, .failed, .interrupted].contains(failure.status) else {
            throw StorageError(file: file, problem: "a run cannot fail with the status '\(failure.status.rawValue)'")
        }
    }
}
