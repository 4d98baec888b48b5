import Foundation
import GRDB
import SLSpec
import SLStore
import Testing

/// A run that goes on from a checkpoint: what the checkpoint stands on stays, what came after it goes.
@Suite struct ResumptionTests {
    let store: ResultStore
    let spec = Sample.spec()
    init() throws { store = try ResultStore.inMemory() }

    private func recorder() throws -> StoreRecorder { try store.recorder(for: spec, sweep: "s") }

    /// Ten updates, evaluations after 5 and 10, an event after each, and the memory of a process that was stopped.
    private func interrupted() throws {
        let recorder = try recorder()
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...10 {
            try recorder.record(Sample.step(step))
            try recorder.record(LifecycleRecord(step: step, kind: "refresh", measurements: [:]))
            if step % 5 == 0 { try recorder.record(Sample.evaluation(step)) }
        }
        try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 10, message: "stopped"), memory: Sample.memory)
    }

    @Test func whatCameAfterTheCheckpointIsTakenBack() throws {
        try interrupted()
        let started = try store.cell("SELECT started_at FROM run")
        let recorder = try recorder()
        #expect(try recorder.resume(spec, environment: Sample.environment, atStep: 7))
        let run = try store.history(run: spec.runKey())
        #expect(run.status == .running && run.failure == nil && run.memory == nil)
        #expect(run.steps.map(\.step) == Array(1...7) && run.evaluations.map(\.step) == [5] && run.events.map(\.step) == Array(1...7))
        #expect(try store.query("SELECT attempt, step, threads, blas_core FROM resumption").rows == [
            [.integer(2), .integer(7), .integer(2), .text("Haswell")]
        ])
        #expect(try store.cell("SELECT started_at FROM run") == started)
        for step in 8...10 { try recorder.record(Sample.step(step)) }
        try recorder.record(Sample.evaluation(10))
        try recorder.finish(Sample.result())
        #expect(try store.status(of: spec.runKey()) == .finished)
        #expect(try store.history(run: spec.runKey()).steps.count == 10)
        #expect(try store.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
    }

    /// Under which conditions an attempt went on is said by the attempt whose updates stay; the width of its vectors is kept.
    @Test func conditionsGoWithTheUpdatesMadeUnderThem() throws {
        try interrupted()
        func resume(_ note: RunNote?) throws {
            let recorder = try recorder()
            var environment = Sample.environment
            environment.vectorUnits = "avx512"
            #expect(try recorder.resume(spec, environment: environment, atStep: 7))
            if let note { try recorder.record(note) }
            try recorder.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 7, message: "stopped"), memory: nil)
        }
        let silent = RunNote(step: 7, kind: .silentEvent, message: "stays")
        try resume(silent)
        try resume(RunNote(step: 7, kind: .changedConditions, message: "threads 2 → 1"))
        #expect(try store.history(run: spec.runKey()).notes.map(\.message) == ["stays", "threads 2 → 1"])
        try resume(nil)
        let run = try store.history(run: spec.runKey())
        #expect(run.notes == [silent] && run.environment?.vectorUnits == "avx512")
        #expect(try store.query("SELECT DISTINCT vector_units FROM resumption").rows == [[.text("avx512")]])
    }

    /// The same evaluation twice: stopped between it and the next checkpoint.
    @Test func anEvaluationIsReplaced() throws {
        try interrupted()
        let recorder = try recorder()
        #expect(try recorder.resume(spec, environment: Sample.environment, atStep: 5))
        try recorder.record(Sample.evaluation(5, loss: 2))
        #expect(try store.history(run: spec.runKey()).evaluations.map(\.loss) == [2])
    }

    @Test func aRecordWithAGapIsNotGoneOnFrom() throws {
        try interrupted()
        try store.write { try $0.execute(sql: "DELETE FROM step_sample WHERE step = 3") }
        let recorder = try recorder()
        #expect(try !recorder.resume(spec, environment: Sample.environment, atStep: 7))
        #expect(try !recorder.resume(spec, environment: Sample.environment, atStep: 11))
        #expect(try store.status(of: spec.runKey()) == .interrupted)
        #expect(try store.cell("SELECT count(*) FROM step_sample") == .integer(9))
        #expect(try store.cell("SELECT count(*) FROM resumption") == .integer(0))
        // Then it begins anew, with the same recorder.
        try recorder.start(spec, environment: Sample.environment)
        #expect(try store.cell("SELECT count(*) FROM step_sample") == .integer(0))
    }

    @Test func aRunThatIsUnknownOrDoneIsNotGoneOnFrom() throws {
        #expect(try !recorder().resume(spec, environment: Sample.environment, atStep: 1))
        try store.finish(spec, sweep: nil)
        let error = fileError { _ = try recorder().resume(spec, environment: Sample.environment, atStep: 0) }
        #expect(error?.problem.contains("finished already") == true)
    }

    /// A process that died before it took the run over leaves the earlier one's record whole.
    @Test func aDeathBeforeTheResumptionLosesNothing() throws {
        try interrupted()
        #expect(try store.markFailed(spec.runKey(), Sample.failure, processID: 999_999))
        let run = try store.history(run: spec.runKey())
        #expect(run.failure == Sample.failure && run.steps.count == 10)
        #expect(try recorder().resume(spec, environment: Sample.environment, atStep: 7))
    }

    /// Only the process that records a run now may write to it.
    @Test func theEarlierProcessIsRefused() throws {
        let first = try recorder()
        try first.start(spec, environment: Sample.environment)
        for step in 1...3 { try first.record(Sample.step(step)) }
        try first.flush()
        #expect(try recorder().resume(spec, environment: Sample.environment, atStep: 2))
        try first.record(Sample.step(4))
        #expect(fileError { try first.flush() }?.problem.contains("no longer recorded") == true)
    }

    @Test func theDigestOfTheWeightsIsKept() throws {
        var result = Sample.result()
        result.weightsSHA256 = String(repeating: "0f", count: 32)
        try store.finish(spec, sweep: nil, result: result)
        #expect(try store.history(run: spec.runKey()).result?.weightsSHA256 == result.weightsSHA256)
        result.weightsSHA256 = "short"
        #expect(throws: FileError.self) { try store.finish(Sample.spec(seed: 2), sweep: nil, result: result) }
    }
}
