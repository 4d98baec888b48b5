import GRDB
public import SLSpec

extension ResultStore {
    /// How a run stands; `nil` when it was never started.
    public func status(of runKey: String) throws(FileError) -> RunStatus? { try status(of: [runKey])[runKey] }

    /// How runs stand. A run that was never started has no entry.
    public func status(of runKeys: [String]) throws(FileError) -> [String: RunStatus] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT status FROM run JOIN run_spec USING (run_id) WHERE run_key = ?")
            var found: [String: RunStatus] = [:]
            for key in runKeys {
                if let text = try String.fetchOne(statement, arguments: [key]) { found[key] = RunStatus(rawValue: text) }
            }
            return found
        }
    }

    /// Ends a run for a process that could not do so itself.
    ///
    /// A run that already ended keeps its own words, and a finished one is never touched. Without a row yet, the run is
    /// entered as failed.
    ///
    /// - Parameters:
    ///   - runKey: Of a run that a sweep or a recorder has made known.
    ///   - processID: The process that was to train the run. What another process recorded is then an earlier attempt:
    ///     its samples stay, its words are replaced, unless that process still runs.
    /// - Returns: Whether the failure was recorded.
    @discardableResult
    public func markFailed(_ runKey: String, _ failure: RunFailure, processID: Int32? = nil) throws(FileError) -> Bool {
        let path = path
        try RunWriting.checkFailure(failure, file: path)
        return try write { db in
            guard let runID = try IdentifiedSpec.runID(db, key: runKey) else {
                throw FileError(file: path, problem: "knows no run with the key \(runKey)", fix: "register its sweep first")
            }
            let row = try RunRow.fetch(db, runID: runID)
            let process = processID.map { ProcessIdentity(host: ProcessIdentity.current.host, processID: Int($0), startTicks: nil) }
            guard let row else {
                try RunWriting.insert(db, runID: runID, after: nil, status: failure.status, failure: failure, process: process)
                return true
            }
            let isEarlierAttempt = processID.map { Int($0) != row.processID } ?? false
            switch row.status {
            case .finished:
                return false
            case .running where isEarlierAttempt && row.isBeingRecordedElsewhere:
                return false
            case .running where !isEarlierAttempt:
                try RunWriting.end(db, runID: runID, status: failure.status, failure: failure)
                return true
            default:
                guard isEarlierAttempt else { return false }
                try RunWriting.end(db, row, failure: failure, process: process)
                return true
            }
        }
    }

    /// The same for a run that no sweep has made known: its specification is stored with it.
    @discardableResult
    public func markFailed(_ spec: RunSpec, _ failure: RunFailure, processID: Int32? = nil) throws(FileError) -> Bool {
        let identified = try IdentifiedSpec(spec, file: path)
        _ = try write { try identified.save($0) }
        return try markFailed(identified.key, failure, processID: processID)
    }

    /// A sign of life for a run whose recorder has nothing to write for long.
    public func heartbeat(_ runKey: String) throws(FileError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE run SET heartbeat_at = \(Clock.now)
                    WHERE status = 'running' AND run_id = (SELECT run_id FROM run_spec WHERE run_key = ?)
                    """, arguments: [runKey])
        }
    }

    /// Ends the runs that say `running` though the process that trained them is gone: `interrupted`.
    ///
    /// On this machine the process is asked for; one on another machine counts as gone after 15 minutes of silence. A process
    /// that trained a finished run again and is gone leaves the run finished.
    ///
    /// - Returns: Their run keys.
    @discardableResult
    public func closeAbandonedRuns() throws(FileError) -> [String] {
        try write { db in
            var closed: [String] = []
            for rerun in try RerunRow.fetchAll(db) where !rerun.isAtWork {
                try db.execute(sql: "DELETE FROM rerun WHERE run_id = ?", arguments: [rerun.runID])
            }
            // A run of this very process is left alone: its recorder may be at work.
            for row in try RunRow.fetchRunning(db) where !row.isBeingRecordedElsewhere && !row.isOfThisProcess {
                let step = try Int.fetchOne(db, sql: "SELECT max(step) FROM step_sample WHERE run_id = ?", arguments: [row.runID])
                let failure = RunFailure(
                    status: .interrupted, reason: .interrupted, step: step ?? 0,
                    message: row.lastWords)
                try RunWriting.end(db, runID: row.runID, status: .interrupted, failure: failure)
                if let key = try String.fetchOne(db, sql: "SELECT run_key FROM run_spec WHERE run_id = ?", arguments: [row.runID]) {
                    closed.append(key)
                }
            }
            return closed
        }
    }
}
