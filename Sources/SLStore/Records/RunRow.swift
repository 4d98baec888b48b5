import GRDB
import SLSpec

/// A row of `run`, as far as it is read.
struct RunRow: Decodable, FetchableRecord {
    var runID: String
    var attempt: Int
    var status: RunStatus
    var failureReason: FailureReason?
    var failureMessage: String?
    var failureStep: Int?
    var host: String
    var processID: Int?
    var processStartTicks: Int?
    /// Seconds since the last sign of life.
    var silence: Double
    /// NULL in rows before schema version 4, and until the first sign of life.
    var companionRuns: Int?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case attempt, status
        case failureReason = "failure_reason"
        case failureMessage = "failure_message"
        case failureStep = "failure_step"
        case host
        case processID = "process_id"
        case processStartTicks = "process_start_ticks"
        case silence
        case companionRuns = "companion_runs"
    }

    static func fetch(_ db: Database, runID: String) throws -> RunRow? {
        try fetchOne(db, sql: "\(select) WHERE run_id = ?", arguments: [runID])
    }

    static func fetchRunning(_ db: Database) throws -> [RunRow] {
        try fetchAll(db, sql: "\(select) WHERE status = 'running' ORDER BY started_at")
    }

    private static let select = """
        SELECT run_id, attempt, status, failure_reason, failure_message, failure_step, host, process_id, process_start_ticks,
            (julianday('now') - julianday(heartbeat_at)) * 86400 AS silence, companion_runs
        FROM run
        """

    var failure: RunFailure? {
        guard let failureReason, let failureMessage, let failureStep else { return nil }
        return RunFailure(status: status, reason: failureReason, step: failureStep, message: failureMessage)
    }

    /// On another machine a process cannot be asked; without a sign of life for this long it counts as gone.
    static let longestSilence: Double = 15 * 60

    var process: ProcessIdentity? {
        processID.map { ProcessIdentity(host: host, processID: $0, startTicks: processStartTicks) }
    }

    var isOfThisProcess: Bool { process == .current }

    /// Whether another process still records the run.
    var isBeingRecordedElsewhere: Bool {
        guard status == .running, let process, !isOfThisProcess else { return false }
        return process.isAlive ?? Self.isRecent(silence)
    }

    /// A sign of life from the future is one of a clock that is off, and no more to be trusted than an old one.
    static func isRecent(_ silence: Double) -> Bool { abs(silence) < longestSilence }

    /// What is known of a process that is gone.
    var lastWords: String {
        let ended = "The process \(processID ?? 0) on \(host) \(RunFailure.withoutAWord)."
        guard silence < -60 else { return ended }
        return ended + " Its last sign of life lies \(Int(-silence)) s in the future: the clocks of the two machines differ, or one was set back."
    }
}
