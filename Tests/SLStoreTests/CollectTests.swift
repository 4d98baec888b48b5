import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

/// What jobs recorded in files of their own comes into one database: whole, once, and with a word where two disagree.
@Suite struct CollectTests {
    let folder: TemporaryFolder
    let main: ResultStore

    init() throws {
        folder = try TemporaryFolder()
        main = try ResultStore(path: folder.file("main.sqlite"))
    }

    private func path(_ attempt: Int) -> String { folder.file("attempt-\(attempt).sqlite") }

    private func snapshot(_ attempt: Int) throws -> AttemptSnapshot {
        try AttemptSnapshot(of: path(attempt), attempt: attempt, copy: folder.file("copy-\(attempt).sqlite"))
    }

    private func begin(_ attempt: Int, after earlier: [Int] = [], notice: (String) -> Void = { _ in }) throws -> ResultStore {
        try ResultStore.beginAttempt(at: path(attempt), after: earlier.map { (attempt: $0, file: path($0)) }, notice: notice)
    }

    /// An attempt that records updates `first` to `last` and ends as said, or not at all.
    @discardableResult
    private func record(
        _ attempt: Int, after earlier: [Int] = [], spec: RunSpec = Sample.spec(), from first: Int = 1, to last: Int, finishes: Bool = false, ends: Bool = true,
        digest: Character = "a", host: String = "höst", job: String? = nil
    ) throws -> ResultStore {
        let store = try begin(attempt, after: earlier)
        let recorder = try store.recorder(for: spec, sweep: "s", claim: RunClaim(attempt: attempt, jobID: job))
        if first > 1 {
            #expect(try recorder.resume(spec, environment: Sample.environment, atStep: first - 1))
        } else {
            try recorder.start(spec, environment: Sample.environment)
        }
        if first <= last { for step in first...last { try recorder.record(Sample.step(step)) } }
        try recorder.flush()
        if finishes {
            var result = Sample.result()
            result.weightsSHA256 = String(repeating: digest, count: 64)
            try recorder.finish(result)
        } else if ends {
            try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: last, message: "asked"), memory: nil)
        }
        return store
    }

    @Test func anAttemptGoesOnFromTheLastOneAndIsCollectedOnce() throws {
        let spec = Sample.spec()
        try main.registerSweep(name: "s", specs: [spec])
        try record(1, to: 40, job: "7_1")
        #expect(try main.collect([snapshot(1)]).status == .interrupted)
        #expect(try main.history(run: spec.runKey()).steps.count == 40)
        try record(2, after: [1], from: 31, to: 100, finishes: true, job: "7_1")
        let first = try main.collect([snapshot(1), snapshot(2)])
        #expect(first.status == .finished && first.isNew && first.disagreements.isEmpty)
        let run = try main.history(run: spec.runKey())
        #expect(run.steps.map(\.step) == Array(1...100) && run.resumptions == [30] && run.attempts.map(\.attempt) == [1, 2])
        #expect(run.attempts.map(\.firstStep) == [0, 30] && run.attempts.map(\.lastStep) == [30, 100] && run.attempts.map(\.jobID) == ["7_1", "7_1"])
        // Once more: nothing happens.
        let rows = try main.query("SELECT * FROM run").rows
        let again = try main.collect([snapshot(1), snapshot(2)])
        #expect(!again.isNew && again.status == .finished)
        #expect(try main.query("SELECT * FROM run").rows == rows)
        #expect(try main.runIDs(sweep: "s") == [run.runID] && main.check() == [])
    }

    /// How far a run is can be seen while it is trained; nobody but its own process ends it.
    @Test func aRunAtWorkIsShownWithItsSignOfLife() throws {
        let store = try record(1, to: 10, ends: false)
        try withExtendedLifetime(store) {
            let run = try main.collect([snapshot(1)])
            #expect(run.status == .running && run.isNew)
            // The database knew nothing of it: the attempt says whose it is.
            let standing = try #require(try main.standing(sweep: "s").first)
            #expect(standing.status == .running && standing.step == 10 && (standing.silentSeconds ?? 1000) < 600)
            #expect(try main.closeAbandonedRuns() == [])
        }
    }

    /// A write that was torn off is taken back in the copy, and the file is left as it is.
    @Test func aHalfWrittenAttemptIsTakenAsItWasBefore() throws {
        try record(1, to: 20)
        func bytes() throws -> Int { try FileManager.default.attributesOfItem(atPath: path(1))[.size] as? Int ?? 0 }
        let before = try bytes()
        let torn = try DatabaseQueue(path: path(1))
        try torn.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE")
            for step in 21...2000 {
                try db.execute(
                    sql: "INSERT INTO step_sample SELECT run_id, ?, loss, learning_rate, gradient_norm, tokens, seconds, lifecycle_seconds FROM step_sample WHERE step = 1",
                    arguments: [step])
            }
            // As a process leaves it that is killed now.
            #expect(FileManager.default.fileExists(atPath: path(1) + "-journal"))
            #expect(try bytes() > before)
            let found = try snapshot(1)
            #expect(found.steps == 20 && found.status == .interrupted)
            try db.execute(sql: "ROLLBACK")
        }
    }

    @Test(arguments: [0, 100, 5000, 20_000]) func aTruncatedAttemptIsPassedOverForTheOneBefore(bytes: Int) throws {
        try record(1, to: 20)
        try record(2, after: [1], from: 11, to: 60)
        #expect(unsafe truncate(path(2), bytes) == 0)
        let error = fileError { _ = try snapshot(2) }
        #expect(error?.file == path(2) && error?.problem.isEmpty == false)
        var words: [String] = []
        let third = try begin(3, after: [1, 2]) { words.append($0) }
        #expect(words.count == 1 && words[0].hasPrefix("the record of attempt 2 is not used: "))
        let spec = Sample.spec()
        let recorder = try third.recorder(for: spec, sweep: "s", claim: RunClaim(attempt: 3))
        #expect(try !recorder.resume(spec, environment: Sample.environment, atStep: 50))
        #expect(try recorder.resume(spec, environment: Sample.environment, atStep: 20))
        #expect(try main.collect([snapshot(1)]).status == .interrupted)
    }

    /// Nobody shares memory with a process on another machine.
    @Test func anAttemptHasNoWriteAheadLog() throws {
        let store = try record(1, to: 1)
        #expect(try store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "delete")
        #expect(!FileManager.default.fileExists(atPath: path(1) + "-wal"))
    }

    /// The newest claim has the run, though the process before it lives and says so.
    @Test func aClaimTakesARunOverAtOnce() throws {
        let spec = Sample.spec()
        let store = try record(1, to: 10, ends: false)
        try store.write { try $0.execute(sql: "UPDATE run SET host = 'elsewhere', process_id = 4711") }
        let second = try begin(2, after: [1])
        #expect(fileError { try second.recorder(for: spec, sweep: nil).start(spec, environment: Sample.environment) } != nil)
        let claimed = try second.recorder(for: spec, sweep: nil, claim: RunClaim(attempt: 2))
        #expect(try claimed.resume(spec, environment: Sample.environment, atStep: 10))
    }

    @Test func twoThatFinishedMustAgree() throws {
        let spec = Sample.spec()
        try record(1, to: 100, finishes: true)
        try record(2, to: 100, finishes: true)
        try record(3, to: 100, finishes: true, digest: "b")
        for _ in 0..<2 {
            let run = try main.collect([snapshot(1), snapshot(2), snapshot(3)])
            #expect(run.status == .finished && run.disagreements.map(\.attempt) == [3])
            #expect(run.disagreements.first?.difference == "another digest of the final weights")
        }
        #expect(try main.history(run: spec.runKey()).result?.weightsSHA256 == String(repeating: "a", count: 64))
        #expect(try main.query("SELECT attempt FROM disagreement").rows == [[.integer(3)]])
        #expect(try main.disagreements(sweep: "s").count == 1 && main.disagreements(sweep: "t").isEmpty)
        #expect(try main.check().map(\.problem).count == 1)
        // It goes along with a merge.
        let other = try ResultStore(path: folder.file("other.sqlite"))
        _ = try other.merge(main.path)
        #expect(try other.disagreements() == main.disagreements())
    }

    /// Asked for again, a run keeps its result until another attempt has finished, and then has that one's.
    @Test func attemptsThatReplaceTakeTheResultsPlace() throws {
        let spec = Sample.spec()
        try main.finish(spec, sweep: "s", result: Sample.result(loss: 4))
        try record(2, to: 50)
        #expect(try !main.collect([snapshot(2)], replacing: true).isNew)
        #expect(try main.history(run: spec.runKey()).result?.evaluation.loss == 4)
        try record(3, to: 100, finishes: true)
        for isNew in [true, false] {
            let run = try main.collect([snapshot(2), snapshot(3)], replacing: true)
            #expect(run.isNew == isNew && run.disagreements.isEmpty)
            #expect(try main.history(run: spec.runKey()).result?.evaluation.loss == 3)
        }
    }

    /// What was recorded at home goes along with a job.
    @Test func aJobGoesOnFromWhatWasRecordedAtHome() throws {
        let spec = Sample.spec()
        let recorder = try main.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...30 { try recorder.record(Sample.step(step)) }
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 30, message: "asked"), memory: nil)
        let runID = try main.history(run: spec.runKey()).runID
        #expect(try main.seedAttempt(at: path(0), runID: runID))
        try record(1, after: [0], from: 31, to: 100, finishes: true)
        #expect(try main.collect([snapshot(0), snapshot(1)]).status == .finished)
        #expect(try main.history(run: spec.runKey()).steps.count == 100)
        #expect(try !main.seedAttempt(at: path(5), runID: runID))
    }

    /// Processes that record apart don't see each other; their times tell.
    @Test func companionsAreCountedByTimesThatOverlap() throws {
        let times = [("a", 0, 100), ("a", 10, 50), ("a", 40, 90), ("b", 0, 100), ("a", 100, 120)]
        var ids: [String] = []
        for (place, (host, began, ended)) in times.enumerated() {
            let spec = Sample.spec(seed: UInt64(place + 1))
            try main.finish(spec, sweep: "s")
            let id = try main.history(run: spec.runKey()).runID
            ids.append(id)
            try main.write { db in
                try db.execute(
                    sql: """
                        UPDATE attempt SET host = ?, began_at = strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + ?, 'unixepoch'),
                            ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + ?, 'unixepoch') WHERE run_id = ?
                        """, arguments: [host, began, ended, id])
            }
        }
        try main.countCompanions(of: ids)
        #expect(try main.sweepHistory(name: "s").runs.map(\.result?.companionRuns) == [2, 2, 2, 0, 0])
    }
}
