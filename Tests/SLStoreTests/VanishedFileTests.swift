import Foundation
import SLSpec
import SLStore
import Testing

/// SQLite itself goes on writing to a file that nobody will find again.
@Suite struct VanishedFileTests {
    private func inFolder(_ body: (URL, StoreRecorder) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-vanished-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appending(path: "r.sqlite").path)
        let recorder = try store.recorder(for: Sample.spec(), sweep: "s")
        try recorder.start(Sample.spec(), environment: Sample.environment)
        try body(folder, recorder)
    }

    private func vanished(_ words: String, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("recorded into nothing")
        } catch let error as FileError {
            #expect(error.condition == .vanished && error.problem.contains(words), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func aRemovedFolderIsNoticed() throws {
        try inFolder { folder, recorder in
            try FileManager.default.removeItem(at: folder)
            vanished("is gone") { try recorder.record(Sample.evaluation(0, loss: 10)) }
            vanished("is gone") {
                for step in 1...30 { try recorder.record(Sample.step(step)) }
            }
        }
    }

    /// A moved folder that comes back has lost nothing, nor has the run.
    @Test func aFolderThatComesBackServesAgain() throws {
        try inFolder { folder, recorder in
            let away = folder.appendingPathExtension("away")
            try FileManager.default.moveItem(at: folder, to: away)
            vanished("is gone") { try recorder.record(Sample.evaluation(0, loss: 10)) }
            try FileManager.default.moveItem(at: away, to: folder)
            try recorder.record(Sample.evaluation(0, loss: 10))
            let run = try ResultStore(readOnlyPath: folder.appending(path: "r.sqlite").path).history(run: Sample.spec().runKey())
            #expect(run.evaluations == [Sample.evaluation(0, loss: 10)])
        }
    }

    @Test func anotherFileInItsPlaceIsNotWrittenTo() throws {
        try inFolder { folder, recorder in
            let file = folder.appending(path: "r.sqlite")
            let copy = folder.appending(path: "copy.sqlite")
            try FileManager.default.copyItem(at: file, to: copy)
            try FileManager.default.removeItem(at: file)
            try FileManager.default.moveItem(at: copy, to: file)
            vanished("was replaced") { try recorder.record(Sample.evaluation(0, loss: 10)) }
        }
    }
}
