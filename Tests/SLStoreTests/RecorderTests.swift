import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

@Suite struct RecorderTests {
    let store: ResultStore
    let spec = Sample.spec()
    init() throws { store = try ResultStore.inMemory() }

    /// - Parameter longestWait: An hour, so that a busy machine changes nothing.
    private func started(longestWait: Duration = .seconds(3600)) throws -> StoreRecorder {
        let recorder = try store.recorder(for: spec, sweep: "s", longestWait: longestWait)
        try recorder.start(spec, environment: Sample.environment)
        return recorder
    }

    @Test func recordsARunAsItHappens() throws {
        let recorder = try started()
        #expect(try store.status(of: spec.runKey()) == .running)
        let refresh = LifecycleRecord(step: 2, kind: "refresh", measurements: ["seconds": 0.5, "matrices": 28])
        try recorder.record(Sample.evaluation(0, loss: 10))
        try recorder.record(Sample.step(1))
        try recorder.record(Sample.step(2, loss: 6.25))
        try recorder.record(refresh)
        let half = try #require(try store.sweepHistory(name: "s").runs.first)
        #expect(half.steps == [Sample.step(1), Sample.step(2, loss: 6.25)])
        #expect(half.status == .running && half.result == nil && half.memory == nil)

        try recorder.finish(Sample.result())
        let run = try store.history(run: try spec.runKey())
        #expect(run.status == .finished && run.failure == nil)
        #expect(run.result == Sample.resultAlone())
        #expect(run.memory == Sample.memory)
        #expect(run.evaluations == [Sample.evaluation(0, loss: 10), Sample.evaluation()])
        #expect(run.events == [refresh])
        #expect(try run.spec.runKey() == spec.runKey())
        var environment = Sample.environment
        environment.sqliteVersion = run.environment?.sqliteVersion
        #expect(run.environment == environment)
        #expect(run.environment?.sqliteVersion?.hasPrefix("3.") == true)
    }

    @Test func samplesWaitForTwentyOrForAFlush() throws {
        let recorder = try started()
        func stored() throws -> ValueTable.Cell? { try store.cell("SELECT count(*) FROM step_sample") }
        for step in 1..<StoreRecorder.longestQueue { try recorder.record(Sample.step(step)) }
        #expect(try stored() == .integer(0))
        try recorder.record(Sample.step(StoreRecorder.longestQueue))
        #expect(try stored() == .integer(20))
        try recorder.record(Sample.step(21))
        try recorder.flush()
        #expect(try stored() == .integer(21))
    }

    @Test func aLateSampleGoesAtOnce() throws {
        let recorder = try started(longestWait: .milliseconds(20))
        Thread.sleep(forTimeInterval: 0.03)
        try recorder.record(Sample.step(1))
        #expect(try store.cell("SELECT count(*) FROM step_sample") == .integer(1))
    }

    @Test func aDroppedRecorderKeepsItsSamples() throws {
        do { try started().record(Sample.step(1)) }
        #expect(try store.cell("SELECT count(*) FROM step_sample") == .integer(1))
    }

    @Test func finishTakesWaitingSamplesAlong() throws {
        let recorder = try started()
        try recorder.record(Sample.step(1))
        try recorder.finish(Sample.result())
        #expect(try store.history(run: spec.runKey()).steps == [Sample.step(1)])
        #expect(fileError { try recorder.record(Sample.evaluation(200)) }?.problem.contains("no longer recorded") == true)
    }

    @Test func aLossThatIsNoNumberIsNull() throws {
        let recorder = try started()
        try recorder.record(Sample.step(1, loss: .nan, gradientNorm: .infinity))
        try recorder.record(Sample.step(2, loss: .infinity, gradientNorm: .nan))
        try recorder.record(EvaluationSample(step: 2, loss: .infinity, perplexity: .infinity, bitsPerByte: .nan, tokens: 64, seconds: 1))
        try recorder.record(LifecycleRecord(step: 2, kind: "merge", measurements: ["function_change": .nan, "seconds": 1]))
        #expect(
            try store.query("SELECT loss, gradient_norm FROM step_sample UNION ALL SELECT loss, perplexity FROM evaluation").rows
                == [[.null, .null], [.null, .null], [.null, .null]])
        #expect(try store.cell("SELECT measurements FROM lifecycle_event") == .text(#"{"function_change":null,"seconds":1}"#))
        let run = try store.history(run: spec.runKey())
        #expect(run.steps.allSatisfy { $0.loss.isNaN && $0.gradientNorm.isNaN })
        #expect(run.evaluations.first?.loss.isNaN == true)
        #expect(run.events.first?.measurements["function_change"]?.isNaN == true)
    }

    @Test func failureKeepsWhatWasRecorded() throws {
        let recorder = try started()
        try recorder.record(Sample.step(1))
        let failure = RunFailure(status: .diverged, reason: .notANumber, step: 1, message: "Der Verlust ist „NaN“ 💥 — ' \" ; --")
        try recorder.fail(failure, memory: Sample.memory)
        let run = try store.history(run: spec.runKey())
        #expect(run.status == .diverged && run.failure == failure && run.memory == Sample.memory && run.result == nil)
        #expect(run.steps == [Sample.step(1)])
    }

    @Test func failureBeforeTheStartIsRecordedToo() throws {
        try store.recorder(for: spec, sweep: "s").fail(Sample.failure, memory: nil)
        #expect(try store.history(run: spec.runKey()).failure == Sample.failure)
    }

    @Test func aSampleThatCannotBeStoredDoesNotHideAFailure() throws {
        let recorder = try started()
        try recorder.record(Sample.step(1))
        try recorder.record(Sample.step(1))
        #expect(fileError { try recorder.flush() } != nil)
        try recorder.fail(Sample.failure, memory: nil)
        #expect(try store.status(of: spec.runKey()) == .failed)
    }

    @Test(arguments: [RunStatus.diverged, .failed, .interrupted])
    func anUnfinishedRunStartsAnew(_ status: RunStatus) throws {
        let first = try started()
        for step in 1...3 { try first.record(Sample.step(step)) }
        try first.record(Sample.evaluation(3))
        try first.record(LifecycleRecord(step: 3, kind: "reset", measurements: [:]))
        try first.fail(RunFailure(status: status, reason: .other, step: 3, message: "m"), memory: Sample.memory)

        let second = try started()
        let run = try store.history(run: spec.runKey())
        #expect(run.status == .running && run.failure == nil && run.memory == nil)
        #expect(run.steps.isEmpty && run.evaluations.isEmpty && run.events.isEmpty)
        #expect(try store.cell("SELECT attempt FROM run") == .integer(2))
        #expect(fileError { try first.record(Sample.evaluation(4)) }?.problem.contains("no longer recorded") == true)
        try second.finish(Sample.result())
        #expect(try store.status(of: spec.runKey()) == .finished)
    }

    @Test func aFinishedRunDoesNotStartAgain() throws {
        try started().finish(Sample.result())
        #expect(fileError { _ = try started() }?.problem.contains("is finished already") == true)
        #expect(try store.history(run: spec.runKey()).result == Sample.resultAlone())
    }

    @Test func refusesWrongUse() throws {
        let recorder = try store.recorder(for: spec, sweep: nil)
        #expect(fileError { try recorder.record(Sample.step(1)) }?.problem.contains("before it was started") == true)
        let other = fileError { try recorder.start(Sample.spec(seed: 5), environment: Sample.environment) }
        #expect(other?.problem.contains("was given run") == true)
        try recorder.start(spec, environment: Sample.environment)
        #expect(fileError { try recorder.start(spec, environment: Sample.environment) }?.problem.contains("started twice") == true)
        let wrong = RunFailure(status: .finished, reason: .other, step: 1, message: "m")
        #expect(fileError { try recorder.fail(wrong, memory: nil) }?.problem.contains("'finished'") == true)
        #expect(fileError { _ = try store.recorder(for: Sample.spec(seed: .max), sweep: nil) }?.problem.contains("seed") == true)
        #expect(fileError { _ = try store.recorder(for: Sample.spec(learningRate: .nan), sweep: nil) }?.problem.contains("JSON") == true)
    }

    @Test func aFullDiskIsNamedAndWhatWasRecordedStays() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore(path: folder.file())
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.step(1))
        try recorder.flush()
        func limit(pages: Int) throws {
            try store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
        try limit(pages: 1)
        var error: FileError?
        var step = 1
        while error == nil, step < 100_000 {
            step += 1
            error = fileError { try recorder.record(Sample.step(step)) }
        }
        #expect(error?.problem.hasPrefix("the disk is full") == true)
        try limit(pages: 1_000_000)
        try recorder.flush()
        #expect(try store.history(run: spec.runKey()).steps.map(\.step) == Array(1...step))
    }
}
