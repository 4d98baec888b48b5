import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

/// Another attempt at a finished run: its result stays until the attempt has finished.
@Suite struct ReplacementTests {
    let folder: TemporaryFolder
    let store: ResultStore
    let spec = Sample.spec()

    init() throws {
        folder = try TemporaryFolder()
        store = try ResultStore(path: folder.file())
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...3 { try recorder.record(Sample.step(step, loss: 5)) }
        try recorder.finish(Sample.result(loss: 3))
    }

    private func attempt() throws -> ReplacementRecorder {
        let recorder = try store.replacement(for: spec, sweep: "s", file: folder.file("runs/attempt.sqlite"))
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...2 { try recorder.record(Sample.step(step, loss: 6)) }
        try recorder.flush()
        return recorder
    }

    private func isUntouched() throws -> Bool {
        let run = try store.history(run: spec.runKey())
        return try run.status == .finished && run.steps.map(\.loss) == [5, 5, 5] && run.result?.evaluation.loss == 3
            && store.comparison(sweep: "s").map(\.evalLoss) == [3] && store.check().allSatisfy { $0.problem.contains("curve") || $0.problem.contains("tokens") }
    }

    private var leftovers: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.file("runs"))) ?? [] }

    @Test func theOldResultStaysWhileTheNewAttemptTrains() throws {
        let recorder = try attempt()
        #expect(try isUntouched())
        #expect(try store.runsTrainedAgain() == [String(try spec.runKey().prefix(12))])
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 2, message: "stopped"), memory: nil)
        #expect(try isUntouched())
        #expect(try store.runsTrainedAgain() == [] && leftovers == [])
    }

    @Test(arguments: [RunStatus.diverged, .failed]) func anAttemptThatGoesWrongReplacesNothing(status: RunStatus) throws {
        try attempt().fail(RunFailure(status: status, reason: .lossBound, step: 2, message: "m"), memory: Sample.memory)
        #expect(try isUntouched())
    }

    @Test func theNewResultTakesThePlaceOfTheOld() throws {
        let recorder = try attempt()
        try recorder.record(Sample.data)
        try recorder.finish(Sample.result(loss: 2))
        let run = try store.history(run: spec.runKey())
        #expect(run.status == .finished && run.steps.map(\.loss) == [6, 6] && run.result?.evaluation.loss == 2 && run.data == Sample.data)
        #expect(try store.comparison(sweep: nil).map(\.evalLoss) == [2])
        #expect(try store.cell("SELECT attempt FROM run") == .integer(2))
        #expect(try store.cell("SELECT count(*) FROM rerun") == .integer(0) && leftovers == [])
        #expect(try store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
    }

    /// A killed process says nothing: its claim goes with the next look, and nothing else changes.
    @Test func aProcessThatDiesLeavesTheOldResult() throws {
        let recorder = try attempt()
        try store.write { try $0.execute(sql: "UPDATE rerun SET process_start_ticks = 1") }
        #expect(try isUntouched())
        #expect(try store.runsTrainedAgain() == [])
        #expect(try store.closeAbandonedRuns() == [])
        #expect(try isUntouched() && store.cell("SELECT count(*) FROM rerun") == .integer(0))
        _ = recorder
    }

    @Test func twoProcessesDoNotTrainOneRunAgain() throws {
        _ = try attempt()
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        let number = Int(child.processIdentifier)
        try store.write { db in
            try db.execute(
                sql: "UPDATE rerun SET process_id = ?, process_start_ticks = ?", arguments: [number, ProcessIdentity.startTicks(of: number)])
        }
        #expect(fileError { _ = try attempt() }?.problem.contains("is being trained again by process \(number)") == true)
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        _ = try attempt()
    }

    /// Speeds beside an attempt are those of a shared machine, and the other way round.
    @Test func attemptsCountAsCompany() throws {
        let other = Sample.spec(seed: 2)
        let beside = try store.recorder(for: other, sweep: "s")
        try beside.start(other, environment: Sample.environment)
        let recorder = try attempt()
        try beside.record(Sample.evaluation(1))
        #expect(try store.cell("SELECT companion_runs FROM run WHERE status = 'running'") == .integer(1))
        try recorder.finish(Sample.result(loss: 2))
        #expect(try store.cell("SELECT companion_runs FROM run WHERE status = 'finished'") == .integer(1))
    }

    /// A run that never finished has nothing to keep.
    @Test func aRunThatIsNotFinishedIsRecordedInItsPlace() throws {
        let other = Sample.spec(seed: 2)
        let recorder = try store.replacement(for: other, sweep: "s", file: folder.file("runs/attempt.sqlite"))
        #expect(try !recorder.resume(other, environment: Sample.environment, atStep: 5))
        try recorder.start(other, environment: Sample.environment)
        #expect(try store.status(of: other.runKey()) == .running)
        try recorder.finish(Sample.result(loss: 4))
        #expect(try store.comparison(sweep: "s").map(\.evalLoss) == [3, 4])
    }
}
