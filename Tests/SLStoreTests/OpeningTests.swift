import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct OpeningTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let ways: [@Sendable (String) throws -> Void] = [
        { _ = try ResultStore(path: $0) }, { _ = try ResultStore(readOnlyPath: $0) },
    ]

    @Test func makesFoldersAndMarksTheFile() throws {
        let store = try ResultStore(path: folder.file("a/ü b/results.sqlite"))
        #expect(try store.cell("PRAGMA application_id") == .integer(0x534C_424E))
        #expect(try store.cell("PRAGMA user_version") == .integer(Schema.currentVersion))
        #expect(try store.journalMode() == "wal")
        let settings = try store.database.read { db in
            try ["foreign_keys", "synchronous", "busy_timeout"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(settings == [1, 1, 30_000])
    }

    @Test func keepsARollbackJournalWhereAsked() throws {
        let store = try ResultStore(path: folder.file(), journal: .delete, busyTimeout: 1)
        try store.finish(Sample.spec(), sweep: "s")
        #expect(try store.journalMode() == "delete")
        #expect(!FileManager.default.fileExists(atPath: folder.file() + "-wal"))
    }

    @Test func changesAnExistingFileBackToARollbackJournal() throws {
        do { _ = try ResultStore(path: folder.file(), journal: .writeAhead, busyTimeout: 1) }
        let store = try ResultStore(path: folder.file(), journal: .delete, busyTimeout: 1)
        #expect(try store.journalMode() == "delete")
    }

    @Test func networkFileSystemsGetARollbackJournal() {
        let mounts = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:40 / /mnt rw,relatime - tmpfs tmpfs rw
            41 40 0:41 / /mnt/data\\040sets rw,relatime shared:7 - nfs4 server:/export rw,vers=4.2
            42 40 0:42 / /mnt/over rw - ext4 /dev/vdb rw
            43 40 0:43 / /mnt/over rw - fuse.sshfs host:/ rw
            """
        func type(_ folder: String) -> String? { JournalMode.fileSystem(ofFolder: folder, mounts: mounts) }
        #expect(type("/home/me") == "ext4")
        #expect(type("/mnt/other") == "tmpfs")
        #expect(type("/mnt/data sets/results") == "nfs4")
        #expect(type("/mnt/data setsandmore") == "tmpfs")
        #expect(type("/mnt/over") == "fuse.sshfs")
        #expect(JournalMode.fileSystem(ofFolder: "/", mounts: "") == nil)
        #expect(["nfs4", "cifs", "fuse.sshfs", "lustre", "9p"].allSatisfy(JournalMode.isNetwork))
        #expect(!["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk"].contains(where: JournalMode.isNetwork))
    }

    /// A disk that this machine lends to others is local to it alone: what was submitted from beside the database tells.
    @Test func aDatabaseOfJobsGetsARollbackJournal() throws {
        let path = folder.file()
        do {
            let store = try ResultStore(path: path)
            #expect(try store.journalMode() == "wal" || JournalMode.suited(to: path) == .delete)
        }
        try FileManager.default.createDirectory(atPath: path + ".runs/sweeps/s", withIntermediateDirectories: true)
        #expect(JournalMode.suited(to: path) == .delete)
        #expect(try ResultStore(path: path).journalMode() == "delete", "it is changed over")
        let link = path + ".link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(JournalMode.suited(to: link) == .delete, "whatever it is called by")
    }

    @Test func refusesANewerSchema() throws {
        do { _ = try ResultStore(path: folder.file()) }
        try DatabaseQueue(path: folder.file()).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        for open in Self.ways {
            let error = fileError { try open(folder.file()) }
            #expect(error?.problem == "has schema version 99, newer than this program's \(Schema.currentVersion)")
            #expect(error?.file == folder.file())
            #expect(error?.fix?.contains("update") == true)
        }
    }

    @Test func refusesAFileThatIsNoDatabase() throws {
        let text = String(repeating: "run,loss\n1,2.5\n", count: 200)
        try text.write(toFile: folder.file("table.csv"), atomically: true, encoding: .utf8)
        for open in Self.ways {
            #expect(fileError { try open(folder.file("table.csv")) }?.problem == "is not a SQLite database")
        }
        #expect(try String(contentsOfFile: folder.file("table.csv"), encoding: .utf8) == text)
    }

    @Test func refusesTheDatabaseOfAnotherProgramAndLeavesItAlone() throws {
        do { try DatabaseQueue(path: folder.file()).write { try $0.execute(sql: "CREATE TABLE bookmark (url TEXT)") } }
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        let error = fileError { _ = try ResultStore(path: folder.file()) }
        #expect(error?.problem == "is a SQLite database of another program (it holds 'bookmark')")
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
    }

    @Test func readingNeedsAFileWithResults() throws {
        #expect(fileError { _ = try ResultStore(readOnlyPath: folder.file()) }?.problem == "no such file")
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
        #expect(FileManager.default.createFile(atPath: folder.file(), contents: Data()))
        #expect(fileError { _ = try ResultStore(readOnlyPath: folder.file()) }?.problem == "holds no results yet")
        #expect(fileError { _ = try ResultStore(readOnlyPath: folder.path) }?.problem == "is a folder, not a database file")
        #expect(fileError { _ = try ResultStore(path: folder.path) }?.problem == "is a folder, not a database file")
    }

    @Test func namesAFolderThatCannotBeMade() throws {
        #expect(FileManager.default.createFile(atPath: folder.file("file"), contents: Data()))
        let error = fileError { _ = try ResultStore(path: folder.file("file/results.sqlite")) }
        #expect(error?.problem.hasPrefix("its folder \(folder.file("file")) cannot be made") == true)
    }

    @Test func namesWriteProtection() throws {
        do { _ = try ResultStore(path: folder.file()) }
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.file())
        // The superuser may write anywhere.
        guard !FileManager.default.isWritableFile(atPath: folder.file()) else { return }
        #expect(fileError { _ = try ResultStore(path: folder.file()) }?.problem == "is write-protected")
    }

    @Test(arguments: ["results.sqlite", "50% of ü?#;&.sqlite"])
    func readsWhereNothingMayBeWritten(_ name: String) throws {
        do { try ResultStore(path: folder.file(name)).finish(Sample.spec(), sweep: "s") }
        let database = try ResultStore.openForReading(folder.file(name), folderIsWritable: false)
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM comparison") } == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }

    @Test func aReadOnlyStoreRecordsNothing() throws {
        do { _ = try ResultStore(path: folder.file()) }
        let store = try ResultStore(readOnlyPath: folder.file())
        #expect(store.isReadOnly)
        #expect(fileError { try store.registerSweep(name: "s", specs: [Sample.spec()]) }?.problem == "was opened for reading only")
        #expect(fileError { try store.finish(Sample.spec(), sweep: "s") }?.problem == "was opened for reading only")
        #expect(try store.sweepNames() == [])
    }

    @Test func waitsForALockAndThenSaysSo() throws {
        do { _ = try ResultStore(path: folder.file()) }
        let holder = try DatabaseQueue(path: folder.file())
        try holder.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let error = fileError { _ = try ResultStore(path: folder.file(), journal: nil, busyTimeout: 0.1) }
            #expect(error?.problem.hasPrefix("is locked by another process") == true)
            #expect(error?.fix?.contains("fuser") == true)
            try db.execute(sql: "ROLLBACK")
        }
        try ResultStore(path: folder.file(), journal: nil, busyTimeout: 0.1).finish(Sample.spec(), sweep: "s")
    }

    @Test func everyCodeOfTheSystemBecomesWords() {
        let words: [(ResultCode, String)] = [
            (.SQLITE_READONLY, "cannot be written"), (.SQLITE_FULL, "the disk is full"), (.SQLITE_CANTOPEN, "cannot be opened"),
            (.SQLITE_CORRUPT, "is damaged"), (.SQLITE_IOERR, "the disk failed"), (.SQLITE_PERM, "access was refused"),
            (.SQLITE_BUSY_SNAPSHOT, "is locked"),
        ]
        for (code, beginning) in words {
            let error = FileError(DatabaseError(resultCode: code), file: "x.sqlite")
            #expect(error.problem.hasPrefix(beginning))
            #expect(error.fix != nil)
            #expect(error.file == "x.sqlite")
        }
    }
}

extension ResultStore {
    fileprivate func journalMode() throws -> String? { try database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } }
}
