import GRDB
import SLSpec

/// A row of `rerun`: a process that trains a finished run again.
struct RerunRow {
    var runID: String
    var process: ProcessIdentity
    /// Seconds since the last sign of life.
    var silence: Double

    var isAtWork: Bool { process.isAlive ?? RunRow.isRecent(silence) }

    static func fetchAll(_ db: Database) throws -> [RerunRow] { try Row.fetchAll(db, sql: select).map(RerunRow.init) }

    static func fetch(_ db: Database, runID: String) throws -> RerunRow? {
        try Row.fetchOne(db, sql: select + " WHERE run_id = ?", arguments: [runID]).map(RerunRow.init)
    }

    private static let select = """
        SELECT run_id, host, process_id, process_start_ticks, (julianday('now') - julianday(heartbeat_at)) * 86400 AS silence FROM rerun
        """

    private init(_ row: Row) {
        runID = row["run_id"]
        process = ProcessIdentity(host: row["host"], processID: row["process_id"], startTicks: row["process_start_ticks"])
        silence = row["silence"]
    }
}
