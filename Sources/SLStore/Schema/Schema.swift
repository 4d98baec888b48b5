package import GRDB
import SLSpec

/// The shape of the database and how an older one becomes today's.
///
/// A migration that was shipped is never edited: databases made by it exist. A change of the tables is a new migration
/// at the end, with `user_version` one higher.
package enum Schema {
    /// "SLBN": marks the file as this program's.
    static let applicationID = 0x534C_424E
    /// What `user_version` says after the last migration.
    package static let currentVersion = 8

    package static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: v1Tables)
            try db.execute(sql: v1Samples)
            try v1FillStudentT(db)
            try db.execute(sql: v1Views)
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        migrator.registerMigration("v2") { db in
            try db.execute(sql: v2Tables)
            try db.execute(sql: v2Views)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("v3") { db in
            try db.execute(sql: v3Tables)
            try db.execute(sql: v2RowViews + summaryView)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("v4") { db in
            try db.execute(sql: v4Tables)
            try db.execute(sql: v4Views)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("v5") { db in
            try db.execute(sql: v5Tables)
            try db.execute(sql: v5Views)
            try db.execute(sql: "PRAGMA user_version = 5")
        }
        migrator.registerMigration("v6") { db in
            try db.execute(sql: v6Tables)
            try db.execute(sql: "PRAGMA user_version = 6")
        }
        migrator.registerMigration("v7") { db in
            try db.execute(sql: v7Tables)
            try db.execute(sql: "PRAGMA user_version = 7")
        }
        migrator.registerMigration("v8") { db in
            try db.execute(sql: v8Tables)
            try db.execute(sql: v8Views)
            try db.execute(sql: v8Tuning)
            try db.execute(sql: v8Evidence)
            try db.execute(sql: "PRAGMA user_version = 8")
        }
        return migrator
    }

    /// Refuses a database that another program made, or a newer version of this one.
    ///
    /// - Returns: The schema version; 0 for a database without tables.
    @discardableResult
    package static func check(_ db: Database, path: String) throws -> Int {
        let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if owner == applicationID {
            guard version <= currentVersion else {
                throw FileError(
                    file: path, problem: "has schema version \(version), newer than this program's \(currentVersion)",
                    fix: "update slbench, or name another database")
            }
            return version
        }
        // The migrator's own table exists a moment before the first migration marks the file.
        let foreign = try String.fetchOne(
            db, sql: "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name <> 'grdb_migrations' LIMIT 1")
        guard owner == 0, foreign == nil else {
            throw FileError(
                file: path, problem: "is a SQLite database of another program" + (foreign.map { " (it holds '\($0)')" } ?? ""),
                fix: "name another file: slbench keeps its results in a database of its own")
        }
        return 0
    }
}
