import Foundation
import GRDB
public import SLSpec

/// What the database of one attempt held at one moment, in a copy that is whole.
///
/// The attempt may still be recorded to, by a process of this machine or of another, and may have been torn off in the middle of a
/// write. So it is never opened where it lies, and no lock of it is needed: the file is copied with the journal beside it, again
/// when it changed meanwhile, and SQLite takes an unfinished write back in the copy.
public struct AttemptSnapshot: Sendable {
    /// The database that this is a copy of, and the number of the attempt.
    public let source: String
    public let attempt: Int
    let copy: String
    public let runID: String
    public let runKey: String
    public let status: RunStatus
    /// Updates recorded.
    public let steps: Int
    /// As the record counts its attempts, those made elsewhere before included.
    let recordedAttempt: Int
    /// The sweep that it was trained for; `nil` for none.
    public let sweep: String?

    private static let tries = 20

    /// - Parameter copy: where the copy goes; what is there is replaced.
    /// - Throws: `FileError` that says why the attempt can't be used.
    public init(of source: String, attempt: Int, copy: String) throws(FileError) {
        self.source = source
        self.attempt = attempt
        self.copy = copy
        try Self.copy(source, to: copy)
        do {
            let database = try ResultStore(path: copy, journal: .delete, busyTimeout: ResultStore.busyTimeout)
            (runID, runKey, status, steps, sweep, recordedAttempt) = try database.write { db -> (String, String, RunStatus, Int, String?, Int) in
                let problems = try String.fetchAll(db, sql: "PRAGMA quick_check").filter { $0 != "ok" }
                guard problems.isEmpty else { throw FileError(file: source, problem: "is damaged: \(problems[0])") }
                let rows = try Row.fetchAll(db, sql: "SELECT run_id, run_key, status, attempt FROM run JOIN run_spec USING (run_id)")
                guard rows.count == 1, let status = RunStatus(rawValue: rows[0]["status"]) else {
                    throw FileError(file: source, problem: rows.isEmpty ? "holds no run yet" : "holds \(rows.count) runs, and an attempt has one")
                }
                let id: String = rows[0]["run_id"]
                let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM step_sample") ?? 0
                let last = try Int.fetchOne(db, sql: "SELECT max(step) FROM step_sample") ?? 0
                guard count == last else { throw FileError(file: source, problem: "lacks updates: \(count) of \(last) are recorded") }
                let results = try Int.fetchOne(db, sql: "SELECT count(*) FROM run_result") ?? 0
                guard (results == 1) == (status == .finished) else { throw FileError(file: source, problem: "says '\(status.rawValue)' and has \(results) results") }
                let sweep = try String.fetchOne(db, sql: "SELECT name FROM sweep JOIN sweep_run ON sweep_id = id ORDER BY id LIMIT 1")
                return (id, rows[0]["run_key"], status, last, sweep, rows[0]["attempt"])
            }
            try database.database.close()
        } catch {
            ReplacementRecorder.remove(copy)
            throw FileError(file: source, problem: FileError(error, file: source).problem)
        }
    }

    /// A copy of one moment between two writes, or of a write that its journal takes back.
    private static func copy(_ source: String, to copy: String) throws(FileError) {
        var problem = "changed each time that it was copied"
        for number in 0..<tries {
            // A write takes a few milliseconds.
            if number > 0 { poll(nil, 0, 50) }
            ReplacementRecorder.remove(copy)
            guard let before = FileMoment(path: source) else {
                throw FileError(file: source, problem: "no such file", isMissingFile: true)
            }
            do {
                // The journal first: one that came later was made for a write that changes the file as well.
                if FileManager.default.fileExists(atPath: source + "-journal") {
                    try FileManager.default.copyItem(atPath: source + "-journal", toPath: copy + "-journal")
                }
                try FileManager.default.copyItem(atPath: source, toPath: copy)
            } catch {
                // It may be the journal of a write that ended just now.
                problem = "can't be copied: \(error.localizedDescription)"
                continue
            }
            if FileMoment(path: source) == before { return }
        }
        throw FileError(file: source, problem: problem, fix: "try again")
    }

    /// What a file is at one moment: another write makes another one.
    private struct FileMoment: Hashable {
        private let bytes: Int
        private let seconds: Int
        private let nanoseconds: Int
        /// SQLite counts its transactions in the file's head.
        private let head: [UInt8]

        init?(path: String) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { return nil }
            bytes = Int(status.st_size)
            (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
            guard let file = FileHandle(forReadingAtPath: path) else { return nil }
            defer { try? file.close() }
            head = Array((try? file.read(upToCount: 100)) ?? Data())
        }
    }
}

extension ResultStore {
    /// Makes the database of a new attempt and opens it: a copy of the last attempt that is whole, so that a run which goes on has
    /// its record, or an empty one.
    ///
    /// Never a write-ahead log, whatever the file system is: other machines may look at the file.
    ///
    /// - Parameters:
    ///   - earlier: databases of earlier attempts, the newest last.
    ///   - notice: told why one of them is not used.
    public static func beginAttempt(
        at path: String, after earlier: [(attempt: Int, file: String)], notice: (String) -> Void
    ) throws(FileError) -> ResultStore {
        // Under another name until it is whole: nobody takes a half-made one for an attempt.
        let partial = path + ".new"
        var isCopied = false
        for (attempt, file) in earlier.reversed() where !isCopied {
            do throws(FileError) {
                _ = try AttemptSnapshot(of: file, attempt: attempt, copy: partial)
                isCopied = true
            } catch {
                notice("the record of attempt \(attempt) is not used: \(error.file): \(error.problem)")
            }
        }
        do {
            if !isCopied {
                ReplacementRecorder.remove(partial)
                try ResultStore(path: partial, journal: .delete, busyTimeout: busyTimeout).database.close()
            }
        } catch {
            throw FileError(error, file: path)
        }
        guard unsafe rename(partial, path) == 0 else { throw FileError(errno: errno, file: path, doing: "made") }
        return try ResultStore(path: path, journal: .delete, busyTimeout: busyTimeout)
    }

    /// Writes a run's record into the database of an attempt of its own, so that a job goes on with what was recorded here.
    ///
    /// - Returns: `false` when nothing of the run is recorded, or it is finished.
    @discardableResult
    public func seedAttempt(at path: String, runID: String) throws(FileError) -> Bool {
        guard let status = try read({ try RunRow.fetch($0, runID: runID)?.status }), status != .finished else { return false }
        let partial = path + ".new"
        ReplacementRecorder.remove(partial)
        do {
            let seed = try ResultStore(path: partial, journal: .delete, busyTimeout: Self.busyTimeout)
            let source = self.path
            try seed.database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [source])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                try db.inTransaction(.immediate) {
                    try Merge(target: partial, source: source).copyOne(db, runID)
                    return .commit
                }
            }
            try seed.database.close()
        } catch {
            throw FileError(error, file: path)
        }
        guard unsafe rename(partial, path) == 0 else { throw FileError(errno: errno, file: path, doing: "made") }
        return true
    }
}
