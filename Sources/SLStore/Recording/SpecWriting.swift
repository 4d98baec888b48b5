import GRDB
import SLSpec

/// A run's specification with the names it goes by in the database.
package struct IdentifiedSpec {
    var spec: RunSpec
    var key: String
    var groupKey: String
    var canonical: String

    init(_ spec: RunSpec, file: String) throws(FileError) {
        guard spec.seed <= UInt64(Int64.max) else {
            throw FileError(
                file: file, problem: "cannot hold the seed \(spec.seed)", fix: "use a seed from 0 to \(Int64.max)")
        }
        do {
            self.spec = spec
            key = try spec.runKey()
            groupKey = try spec.groupKey()
            canonical = try spec.canonicalJSON()
        } catch {
            throw FileError(
                file: file, problem: "cannot hold a run whose specification is not JSON: \(error)",
                fix: "give every number of the run a finite value")
        }
    }

    /// Stores the specification unless it is there.
    ///
    /// - Returns: The run's id.
    func save(_ db: Database) throws -> String {
        if let known = try Self.runID(db, key: key) { return known }
        let short = ShortKey.of(key)
        let isTaken = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM run_spec WHERE run_id = ?)", arguments: [short])
        let id = isTaken == true ? key : short
        try db.execute(
            sql: "INSERT INTO run_spec (run_id, run_key, group_key, spec) VALUES (?, ?, ?, ?)",
            arguments: [id, key, groupKey, canonical])
        return id
    }

    static func runID(_ db: Database, key: String) throws -> String? {
        try String.fetchOne(db, sql: "SELECT run_id FROM run_spec WHERE run_key = ?", arguments: [key])
    }
}

enum Clock {
    /// Now, in UTC to the millisecond, as SQLite writes it.
    static let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
}
