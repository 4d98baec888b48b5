/// What the job that comes last is told: take over what the runs recorded, and write the report.
public struct ClosingTask: Sendable, Hashable, Codable {
    public var sweep: String
    /// Absolute, as `report` is.
    public var database: String
    /// Where the report goes; `nil` for none.
    public var report: String?

    public init(sweep: String, database: String, report: String?) {
        self.sweep = sweep
        self.database = database
        self.report = report
    }
}
