import SLSpec
import SLStore
import Testing

@Suite struct QueryTests {
    let folder: TemporaryFolder
    /// The same file, opened for writing and for reading.
    let stores: [ResultStore]

    init() throws {
        folder = try TemporaryFolder()
        let writer = try ResultStore(path: folder.file())
        try writer.finish(Sample.spec(), sweep: "Übung")
        stores = [writer, try ResultStore(readOnlyPath: folder.file()), try ResultStore.inMemory()]
    }

    @Test func givesCellsOfEveryKind() throws {
        for store in stores {
            let table = try store.query("SELECT NULL AS a, 7 AS b, 0.5 AS c, 'ß→🙂' AS d, x'00ff' AS e, 1 AS a")
            #expect(table.columns == ["a", "b", "c", "d", "e", "a"])
            #expect(table.rows == [[.null, .integer(7), .real(0.5), .text("ß→🙂"), .text("x'00ff'"), .integer(1)]])
        }
    }

    @Test func readsWhatWasWritten() throws {
        #expect(try stores[0].query("SELECT sweep FROM comparison").rows == [[.text("Übung")]])
        #expect(try stores[1].query("WITH t AS (SELECT sweep FROM comparison) SELECT * FROM t;").rows == [[.text("Übung")]])
        #expect(try stores[1].query("SELECT sweep FROM comparison WHERE false").columns == ["sweep"])
        #expect(try stores[1].query("PRAGMA table_info(run)").rows.isEmpty == false)
    }

    @Test(arguments: [
        "DELETE FROM run", "UPDATE run SET attempt = 9", "INSERT INTO sweep (name) VALUES ('x')", "DROP VIEW comparison",
        "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "PRAGMA query_only = 0", "PRAGMA user_version = 7", "PRAGMA journal_mode = DELETE",
        "ATTACH 'other.sqlite' AS other", "VACUUM", "VACUUM INTO 'copy.sqlite'", "BEGIN", "DELETE FROM run RETURNING run_id", "REINDEX",
    ])
    func refusesToWrite(_ sql: String) throws {
        for store in stores {
            let error = fileError { _ = try store.query(sql) }
            #expect(error?.problem.hasPrefix("a query only reads") == true, "\(sql): \(String(describing: error))")
            #expect(error?.fix?.contains("SELECT") == true)
        }
        #expect(try stores[0].query("SELECT attempt FROM run").rows == [[.integer(1)]])
        #expect(try stores[0].cell("PRAGMA user_version") == .integer(Schema.currentVersion))
    }

    @Test func refusesSeveralStatements() throws {
        for sql in ["SELECT 1; SELECT 2", "SELECT 1; DELETE FROM run", "SELECT 1; nonsense"] {
            for store in stores { #expect(fileError { _ = try store.query(sql) }?.problem.hasPrefix("several statements") == true) }
        }
    }

    @Test func passesSQLitesWordsOn() throws {
        for store in stores {
            #expect(fileError { _ = try store.query("SELECT losss FROM comparison") }?.problem.contains("no such column: losss") == true)
            #expect(fileError { _ = try store.query("SELEC 1") }?.problem.contains("syntax error") == true)
            #expect(fileError { _ = try store.query("  ") }?.problem.contains("empty statement") == true)
            #expect(fileError { _ = try store.query("SELECT ?") }?.problem.contains("parameters") == true)
        }
    }
}
