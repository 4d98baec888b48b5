package import Foundation
package import GRDB
public import SLSpec

/// The results database: one SQLite file that sweeps write to as they run and that tables and reports are read from.
///
/// Several processes may write to the same file at once: every verb is one short transaction, and a writer waits up to
/// 30 s for its turn. All methods throw `FileError`.
public final class ResultStore: Sendable {
    /// Absolute path of the file; `:memory:` for a database that ends with the process.
    public let path: String
    public let isReadOnly: Bool
    package let database: DatabaseQueue
    /// The file that was opened for writing; `nil` where none can be lost.
    private let file: FileIdentity?

    /// How long a connection waits for another one's transaction, in seconds.
    package static let busyTimeout: TimeInterval = 30

    /// Opens a database for reading and writing; makes file and folders when they are missing and brings an older
    /// schema up to date.
    public convenience init(path: String) throws(FileError) {
        try self.init(path: path, journal: nil, busyTimeout: Self.busyTimeout)
    }

    /// - Parameter journal: `nil` chooses by the file system.
    package init(path: String, journal: JournalMode?, busyTimeout: TimeInterval) throws(FileError) {
        self.path = Self.absolute(path)
        isReadOnly = false
        database = try Self.openForWriting(self.path, journal: journal, busyTimeout: busyTimeout)
        file = FileIdentity(path: self.path)
    }

    /// Opens an existing database for reading only. Works on a read-only folder too.
    public init(readOnlyPath path: String) throws(FileError) {
        self.path = Self.absolute(path)
        isReadOnly = true
        database = try Self.openForReading(self.path)
        file = nil
    }

    private init(inMemory database: DatabaseQueue) {
        path = ":memory:"
        isReadOnly = false
        self.database = database
        file = nil
    }

    /// An empty database that no file holds.
    public static func inMemory() throws(FileError) -> ResultStore {
        do {
            let database = try DatabaseQueue()
            try Schema.migrator.migrate(database)
            return ResultStore(inMemory: database)
        } catch {
            throw FileError(error, file: ":memory:")
        }
    }

    /// One write transaction: all of it happens, or nothing.
    package func write<Value>(_ body: (Database) throws -> Value) throws(FileError) -> Value {
        guard !isReadOnly else {
            throw FileError(file: path, problem: "was opened for reading only", fix: "open it for writing to record results")
        }
        try checkFile()
        do { return try database.write(body) } catch { throw FileError(error, file: path) }
    }

    /// SQLite goes on writing to a file that was deleted or replaced, and all of it is lost at the end.
    func checkFile() throws(FileError) {
        guard let file else { return }
        let now = FileIdentity(path: path)
        guard now != file else { return }
        throw FileError(
            file: path, problem: now == nil ? "is gone: the file or its folder was removed" : "was replaced by another file",
            fix: "put back the file that was there; without it run the same command again", condition: .vanished)
    }

    /// Reads one consistent state.
    package func read<Value>(_ body: (Database) throws -> Value) throws(FileError) -> Value {
        try checkFile()
        do { return try database.read(body) } catch { throw FileError(error, file: path) }
    }
}
