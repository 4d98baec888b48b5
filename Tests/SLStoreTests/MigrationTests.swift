import GRDB
import SLSpec
import Testing

@testable import SLStore

@Suite struct MigrationTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func shape(_ database: DatabaseQueue) throws -> [String: String] {
        try database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'grdb_migrations'")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["sql"]) })
        }
    }

    /// A shipped migration that is edited splits the databases of the world in two. Add a new one instead.
    @Test func versionOneIsFrozen() throws {
        let (made, frozen) = (try DatabaseQueue(), try DatabaseQueue())
        try Schema.migrator.migrate(made, upTo: "v1")
        try frozen.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV1.sql) }
        let (now, then) = (try shape(made), try shape(frozen))
        #expect(Set(now.keys) == Set(then.keys))
        for (name, sql) in now { #expect(then[name] == sql, "\(name)") }
        for database in [made, frozen] {
            try database.read { db in
                #expect(try Schema.check(db, path: "") == 1)
                #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
                let quantiles = try Double.fetchAll(db, sql: "SELECT quantile_975 FROM student_t ORDER BY degrees_of_freedom")
                #expect(quantiles == Schema.v1StudentT)
            }
        }
    }

    @Test func everyMigrationRaisesTheVersion() {
        #expect(Schema.migrator.migrations == (1...Schema.currentVersion).map { "v\($0)" })
    }

    @Test func aDatabaseOfVersionOneIsBroughtUpToDateWithItsData() throws {
        do {
            let old = try DatabaseQueue(path: folder.file())
            try old.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + FrozenV1.sql) }
        }
        let store = try ResultStore(path: folder.file())
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        #expect(try store.sweepNames() == ["Größen"])
        let rows = try store.comparison(sweep: "Größen")
        #expect(rows.map(\.runID) == ["2f39fbc733c4", "d630979f2e0e"])
        #expect(rows.map(\.evalLoss) == [3, 4])
        let runs = try store.sweepHistory(name: "Größen").runs
        #expect(runs.map(\.status) == [.finished, .finished, .diverged])
        #expect(runs[0].steps == [Sample.step(1, loss: 10.25), Sample.step(2)])
        #expect(runs[0].result == Sample.result(loss: 3))
        #expect(runs[0].events.first?.measurements == ["matrices": 28, "seconds": 0.5])
        #expect(runs[2].steps.first?.loss.isNaN == true)
        #expect(runs[2].failure?.reason == .notANumber && runs[2].memory == Sample.memory)
        // It is a living database: what is missing goes on.
        let spec = runs[2].spec
        try store.finish(spec, sweep: "Größen")
        #expect(
            try store.query("SELECT method, n, n_diverged FROM summary").rows == [
                [.text("galore"), .integer(2), .integer(0)], [.text("full_rank"), .integer(1), .integer(0)],
            ])
    }
}
