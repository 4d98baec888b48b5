import Foundation
import GRDB
public import SLSpec

extension ResultStore {
    /// The answer to one SQL statement that only reads.
    ///
    /// - Throws: `FileError` for several statements, for one that would change something, and with SQLite's message
    ///   for one that it does not understand. A BLOB is shown as SQL writes it, `x'…'`.
    public func query(_ sql: String) throws(FileError) -> ValueTable {
        // A file is asked through a connection that cannot write, whatever the statement says.
        let reader = isReadOnly || path == ":memory:" ? database : try Self.openForReading(path)
        do {
            return try reader.read { try Self.table($0, sql: sql, file: path) }
        } catch let error as DatabaseError {
            throw Self.explain(error, sql: sql, file: path)
        } catch {
            throw FileError(error, file: path)
        }
    }

    private static func table(_ db: Database, sql: String, file: String) throws -> ValueTable {
        let statement = try db.makeStatement(sql: sql)
        guard statement.isReadonly, statement.columnCount > 0 else {
            throw FileError(
                file: file, problem: "a query only reads, and this statement does more or answers nothing: \(sql)",
                fix: "use SELECT, WITH, VALUES, EXPLAIN or PRAGMA table_info(TABLE)")
        }
        var table = ValueTable(columns: statement.columnNames, rows: [])
        let rows = try Row.fetchCursor(statement)
        while let row = try rows.next() { table.rows.append(row.databaseValues.map(cell)) }
        return table
    }

    private static func cell(_ value: DatabaseValue) -> ValueTable.Cell {
        switch value.storage {
        case .null: .null
        case .int64(let value): .integer(Int(value))
        case .double(let value): .real(value)
        case .string(let value): .text(value)
        case .blob(let value): .text("x'" + value.map { String(format: "%02x", $0) }.joined() + "'")
        }
    }

    private static func explain(_ error: DatabaseError, sql: String, file: String) -> FileError {
        switch error.resultCode {
        case .SQLITE_MISUSE where error.message?.hasPrefix("wrong number of statement arguments") == true:
            FileError(
                file: file, problem: "the statement has parameters (?, :name) that nothing fills: \(sql)",
                fix: "write the values into the statement")
        case .SQLITE_MISUSE:
            FileError(file: file, problem: "several statements were given: \(sql)", fix: "ask one statement at a time")
        case .SQLITE_READONLY:
            FileError(file: file, problem: "a query only reads, and this statement would write: \(sql)", fix: "use SELECT")
        case .SQLITE_ERROR:
            FileError(
                file: file, problem: "SQL: \(error.message ?? "not understood"): \(sql)",
                fix: "SELECT name, sql FROM sqlite_master lists the tables and views with their columns")
        default: FileError(error, file: file)
        }
    }
}
