import Foundation
package import GRDB
package import SLSpec

extension ResultStore {
    /// An absolute path never reads as a URI or as one of SQLite's special names.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    static func openForWriting(_ path: String, journal: JournalMode?, busyTimeout: TimeInterval) throws(FileError) -> DatabaseQueue {
        try refuseSideFile(path)
        try prepareFolder(of: path)
        try refuseFolder(path)
        let journal = journal ?? JournalMode.suited(to: path)
        // While a file changes its journal SQLite gives up at once instead of waiting, so the waiting is done here.
        let deadline = ContinuousClock.now + .seconds(busyTimeout)
        while true {
            do {
                return try connect(path, journal: journal, busyTimeout: busyTimeout)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline {
                Thread.sleep(forTimeInterval: 0.02)
            } catch {
                throw FileError(error, file: path)
            }
        }
    }

    private static func connect(_ path: String, journal: JournalMode, busyTimeout: TimeInterval) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "slbench.results"
        configuration.busyMode = .timeout(busyTimeout)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        // Judge the file before the first byte of it is changed.
        _ = try database.read { try Schema.check($0, path: path) }
        try database.writeWithoutTransaction { db in
            try db.execute(sql: journal.pragmas)
            // SQLite opens a write-protected file without a word; only a transaction tells.
            try db.inTransaction(.immediate) { .rollback }
        }
        try migrate(database)
        return database
    }

    /// Two processes that open a new file at the same moment both see the migrations open; the slower one fails on the
    /// tables of the faster one and finds everything done when it looks again.
    private static func migrate(_ database: DatabaseQueue) throws {
        for _ in 0..<4 {
            do {
                return try Schema.migrator.migrate(database)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR || error.resultCode == .SQLITE_CONSTRAINT {
                continue
            }
        }
        try Schema.migrator.migrate(database)
    }

    /// - Parameter folderIsWritable: `nil` asks the file system.
    package static func openForReading(_ path: String, folderIsWritable: Bool? = nil) throws(FileError) -> DatabaseQueue {
        try refuseFolder(path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(
                file: path, problem: "no such file", fix: "run a sweep first, or name the database that holds its results", isMissingFile: true)
        }
        var configuration = Configuration()
        configuration.label = "slbench.results.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        do {
            let database = try DatabaseQueue(path: readerPath(path, folderIsWritable: folderIsWritable), configuration: configuration)
            let version = try database.read { try Schema.check($0, path: path) }
            guard version > 0 else {
                throw FileError(file: path, problem: "holds no results yet", fix: "run a sweep that records to it")
            }
            return version == Schema.currentVersion ? database : try migratedCopy(of: database)
        } catch {
            throw FileError(error, file: path)
        }
    }

    /// An older file is read as it would be after its migration, without changing it: from a copy in memory.
    private static func migratedCopy(of database: DatabaseQueue) throws -> DatabaseQueue {
        let copy = try DatabaseQueue()
        try database.backup(to: copy)
        try Schema.migrator.migrate(copy)
        return copy
    }

    /// Reading a file in WAL mode needs its two side files, which cannot be made in a write-protected folder. Nobody
    /// writes there either, so the file may be read as it stands.
    private static func readerPath(_ path: String, folderIsWritable: Bool?) -> String {
        let files = FileManager.default
        let isWritable = folderIsWritable ?? files.isWritableFile(atPath: (path as NSString).deletingLastPathComponent)
        guard !isWritable, !files.fileExists(atPath: path + "-wal"),
            let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { return path }
        return "file://\(escaped)?immutable=1"
    }

    private static func prepareFolder(of path: String) throws(FileError) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(
                file: path, problem: "its folder \(folder) cannot be made: \(error.localizedDescription)",
                fix: "make the folder, or choose another place for the database")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw FileError(
                file: path, problem: "its folder \(folder) is write-protected, and SQLite keeps its journal there",
                fix: "make the folder writable, or choose another place for the database")
        }
        if FileManager.default.fileExists(atPath: path), !FileManager.default.isWritableFile(atPath: path) {
            throw FileError(
                file: path, problem: "is write-protected", fix: "make the file writable (chmod u+w), or choose another database")
        }
    }

    /// What SQLite keeps beside a database is no place for another one.
    private static func refuseSideFile(_ path: String) throws(FileError) {
        guard ["-wal", "-shm", "-journal"].contains(where: { path.hasSuffix($0) }) else { return }
        throw FileError(file: path, problem: "is named like a file that SQLite keeps beside a database", fix: "name the database itself")
    }

    private static func refuseFolder(_ path: String) throws(FileError) {
        var isFolder: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw FileError(
                file: path, problem: "is a folder, not a database file", fix: "name a file in it, e.g. \(path)/slbench.sqlite")
        }
    }
}
