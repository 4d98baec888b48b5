import GRDB
public import SLSpec

extension ResultStore {
    /// The finished runs, in the order of their sweeps' plans.
    ///
    /// - Parameter sweep: `nil` for those of every sweep; a run that no sweep plans any more then has the sweep "".
    public func comparison(sweep: String?) throws(FileError) -> [ComparisonRow] {
        try read { db in
            let columns = ComparisonRow.CodingKeys.allCases.map { $0 == .sweep ? "coalesce(sweep, '') AS sweep" : $0.rawValue }
            return try Fetched.fetchAll(
                db, sql: "SELECT \(columns.joined(separator: ", ")) FROM comparison WHERE :sweep IS NULL OR sweep = :sweep",
                arguments: ["sweep": sweep]
            ).map(\.row)
        }
    }

    /// Lets the shared value be read from a row without it knowing a database.
    private struct Fetched: FetchableRecord, Decodable {
        let row: ComparisonRow
        init(from decoder: any Decoder) throws { row = try ComparisonRow(from: decoder) }
    }
}
