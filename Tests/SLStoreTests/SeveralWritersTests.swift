import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct SeveralWritersTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [JournalMode.writeAhead, .delete])
    func aParentSeesWhatAChildRecords(_ journal: JournalMode) throws {
        let parent = try ResultStore(path: folder.file(), journal: journal, busyTimeout: 5)
        let child = try ResultStore(path: folder.file(), journal: journal, busyTimeout: 5)
        let spec = Sample.spec()
        try parent.registerSweep(name: "s", specs: [spec])
        let recorder = try child.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        #expect(try parent.status(of: spec.runKey()) == .running)
        try recorder.record(Sample.step(1))
        try parent.heartbeat(spec.runKey())
        try recorder.flush()
        #expect(try parent.sweepHistory(name: "s").runs.first?.steps == [Sample.step(1)])
        try recorder.finish(Sample.result())
        #expect(try parent.comparison(sweep: "s").count == 1)
        #expect(try parent.query("SELECT count(*) FROM comparison").rows == [[.integer(1)]])
    }

    /// Eight connections open a file that does not exist yet at the same moment, and each records a run.
    @Test(arguments: [JournalMode.writeAhead, .delete])
    func manyOpenANewFileAtOnce(_ journal: JournalMode) async throws {
        let path = folder.file()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<8 {
                group.addTask {
                    let store = try ResultStore(path: path, journal: journal, busyTimeout: 20)
                    let spec = Sample.spec(seed: UInt64(seed))
                    let recorder = try store.recorder(for: spec, sweep: "s")
                    try recorder.start(spec, environment: Sample.environment)
                    for step in 1...50 { try recorder.record(Sample.step(step)) }
                    try recorder.finish(Sample.result())
                }
            }
            try await group.waitForAll()
        }
        let store = try ResultStore(readOnlyPath: path)
        #expect(try store.comparison(sweep: "s").count == 8)
        #expect(try store.cell("SELECT count(*) FROM step_sample") == .integer(400))
        #expect(try store.query("SELECT position FROM sweep_run ORDER BY 1").rows == (0..<8).map { [.integer($0)] })
    }

    /// The migrator looks for what is missing before it locks, so both may see everything missing; and while one turns
    /// the write-ahead log on, SQLite refuses the other at once instead of letting it wait.
    @Test func twoThatMakeTheSameFileBothSucceed() async throws {
        for round in 0..<40 {
            let path = folder.file("\(round).sqlite")
            async let first = ResultStore(path: path)
            async let second = ResultStore(path: path)
            let stores = try await [first, second]
            for store in stores { #expect(try store.sweepNames() == []) }
        }
    }

    @Test func aWriterWaitsItsTurn() async throws {
        let path = folder.file()
        do { _ = try ResultStore(path: path) }
        let holder = try DatabaseQueue(path: path)
        let writer = try await holder.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let writer = Task.detached { try ResultStore(path: path).finish(Sample.spec(), sweep: "s") }
            Thread.sleep(forTimeInterval: 0.3)
            try db.execute(sql: "COMMIT")
            return writer
        }
        try await writer.value
        #expect(try ResultStore(readOnlyPath: path).comparison(sweep: "s").count == 1)
    }

    /// A results file that was committed, or lies on a read-only disk, has no side files beside it.
    @Test func aFileWithoutSideFilesIsRead() throws {
        do { try ResultStore(path: folder.file()).finish(Sample.spec(), sweep: "s") }
        #expect(!FileManager.default.fileExists(atPath: folder.file() + "-wal"))
        let store = try ResultStore(readOnlyPath: folder.file())
        #expect(try store.comparison(sweep: "s").count == 1)
    }
}
