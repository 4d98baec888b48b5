import GRDB
public import SLSpec

extension ResultStore {
    /// The finished runs, in the order of their sweeps' plans.
    ///
    /// - Parameter sweep: `nil` for those of every sweep; a run that no sweep plans any more then has the sweep "".
    public func comparison(sweep: String?) throws(FileError) -> [ComparisonRow] {
        try read { try Self.comparison($0, where: ":sweep IS NULL OR sweep = :sweep", arguments: ["sweep": sweep]) }
    }

    /// Those rows of the view for which a condition holds.
    static func comparison(_ db: Database, where condition: String, arguments: StatementArguments) throws -> [ComparisonRow] {
        let columns = ComparisonRow.CodingKeys.allCases.map { $0 == .sweep ? "coalesce(sweep, '') AS sweep" : $0.rawValue }
        return try Fetched.fetchAll(
            db, sql: "SELECT \(columns.joined(separator: ", ")) FROM comparison WHERE \(condition)", arguments: arguments
        ).map(\.row)
    }

    /// Lets the shared value be read from a row without it knowing a database.
    private struct Fetched: FetchableRecord, Decodable {
        let row: ComparisonRow
        init(from decoder: any Decoder) throws { row = try ComparisonRow(from: decoder) }
    }
}
