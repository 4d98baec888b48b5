import Foundation
import GRDB
public import SLSpec

/// Attempts at finished runs, as the database that holds the results sees them.
extension ResultStore {
    /// Notes that this process trains a finished run again.
    ///
    /// - Returns: the run's id; `nil` when the run is not finished, so that nothing has to be kept.
    /// - Throws: `FileError` when another process does so already.
    func claimRerun(_ identified: IdentifiedSpec) throws(FileError) -> String? {
        let path = path
        return try write { db in
            guard let runID = try IdentifiedSpec.runID(db, key: identified.key),
                try RunRow.fetch(db, runID: runID)?.status == .finished
            else { return nil }
            if let other = try RerunRow.fetch(db, runID: runID), other.isAtWork, other.process != .current {
                throw FileError(
                    file: path, problem: "run \(runID) is being trained again by process \(other.process.processID) on \(other.process.host)",
                    fix: "wait for that process or end it")
            }
            let process = ProcessIdentity.current
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO rerun (run_id, host, process_id, process_start_ticks, started_at, heartbeat_at)
                    VALUES (?, ?, ?, ?, \(Clock.now), \(Clock.now))
                    """,
                arguments: [runID, process.host, process.processID, process.startTicks])
            return runID
        }
    }

    /// - Returns: how many others are in training on this machine.
    func touchRerun(_ identified: IdentifiedSpec) throws(FileError) -> Int {
        try write { db in
            guard let runID = try IdentifiedSpec.runID(db, key: identified.key) else { return 0 }
            try db.execute(sql: "UPDATE rerun SET heartbeat_at = \(Clock.now) WHERE run_id = ?", arguments: [runID])
            let host = ProcessIdentity.current.host
            return try Int.fetchOne(db, sql: "SELECT " + RunWriting.companions(of: ":run", on: ":host"), arguments: ["run": runID, "host": host]) ?? 0
        }
    }

    func releaseRerun(_ identified: IdentifiedSpec) throws(FileError) {
        try write { db in
            guard let runID = try IdentifiedSpec.runID(db, key: identified.key) else { return }
            try db.execute(sql: "DELETE FROM rerun WHERE run_id = ?", arguments: [runID])
        }
    }

    /// The runs that are being trained again by a process that lives.
    public func runsTrainedAgain() throws(FileError) -> Set<String> {
        try read { db in Set(try RerunRow.fetchAll(db).filter(\.isAtWork).map(\.runID)) }
    }

    /// Makes a run known under the id that it has elsewhere.
    package func know(_ identified: IdentifiedSpec, runID: String) throws(FileError) {
        try write { db in
            try db.execute(
                sql: "INSERT INTO run_spec (run_id, run_key, group_key, spec) VALUES (?, ?, ?, ?)",
                arguments: [runID, identified.key, identified.groupKey, identified.canonical])
        }
    }

    /// Puts the finished attempt that `file` holds in the place of the run's record.
    func adopt(_ file: String, _ identified: IdentifiedSpec, sweep: String?, companions: Int) throws(FileError) {
        try checkFile()
        let path = path
        do {
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [file])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                try db.inTransaction(.immediate) {
                    guard let runID = try IdentifiedSpec.runID(db, key: identified.key) else {
                        throw FileError(file: path, problem: "knows no run with the key \(identified.key)")
                    }
                    let earlier = try RunRow.fetch(db, runID: runID)?.attempt ?? 0
                    try Merge(target: path, source: file).replace(db, runID)
                    try db.execute(
                        sql: """
                            UPDATE main.run SET attempt = ?, companion_runs = max(coalesce(companion_runs, 0), ?) WHERE run_id = ?
                            """, arguments: [earlier + 1, companions, runID])
                    if let sweep { try Self.addToSweep(db, sweep: Self.sweepID(db, name: sweep, file: path), runID: runID) }
                    return .commit
                }
            }
        } catch {
            throw FileError(error, file: path)
        }
    }
}
