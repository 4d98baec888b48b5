import GRDB
import SLSpec
import SLStore
import Testing

/// Evaluations on texts besides the validation part: recorded, read back, taken along, and told apart from what chooses.
@Suite struct TextEvaluationTests {
    let folder: TemporaryFolder
    let store: ResultStore

    init() throws {
        folder = try TemporaryFolder()
        store = try ResultStore(path: folder.file())
    }

    @Test func whatWasRecordedIsReadBack() throws {
        let spec = Sample.spec()
        try store.finishTested(spec, sweep: "s")
        let run = try store.history(run: spec.runKey())
        // The test first, then text by text and step by step.
        #expect(run.texts == Sample.texts && run.data == Sample.dataWithTexts)
        #expect(run.result?.test == Sample.texts[0].evaluation && run.result?.evaluation.loss == 3)
        #expect(run.result?.reported == Sample.texts[0].evaluation)
    }

    @Test func theViewsHaveTheTestBesideTheEvaluation() throws {
        for (seed, loss) in [(1, 3.25), (2, 3.75)] {
            try store.finishTested(
                Sample.spec(seed: UInt64(seed)), sweep: "s", texts: [TextSample(kind: .test, corpus: "sotu", evaluation: Sample.evaluation(100, loss: loss))])
        }
        let rows = try store.comparison(sweep: "s")
        #expect(rows.map(\.testLoss) == [3.25, 3.75] && rows.map(\.evalLoss) == [3, 3] && rows.map(\.reportedLoss) == [3.25, 3.75])
        #expect(rows.map(\.testTokens) == [4096, 4096] && rows.map(\.testBitsPerByte) == [3.25 / 4, 3.75 / 4] && rows.map(\.trainingPasses) == [0.5, 0.5])
        // (3.25 + 3.75) / 2 = 3.5; √(2 · 0.25²) = 0.35355339…; e^3.5 = 33.11545195869231
        let summary = try #require(
            try store.query("SELECT test_loss_mean, round(test_loss_sd, 8), round(test_perplexity, 8), test_bits_per_byte, training_passes FROM summary").rows.first)
        #expect(summary == [.real(3.5), .real(0.35355339), .real(33.11545196), .real(0.875), .real(0.5)])
    }

    /// A mean over the seeds that happen to have been tested would be one of other seeds than the loss beside it.
    @Test func aGroupThatIsNotWhollyTestedHasNoMean() throws {
        try store.finishTested(Sample.spec(seed: 1), sweep: "s")
        try store.finish(Sample.spec(seed: 2), sweep: "s")
        #expect(try store.query("SELECT n, test_loss_mean, test_loss_sd, test_perplexity FROM summary").rows == [[.integer(2), .null, .null, .null]])
        #expect(try store.comparison(sweep: "s").map(\.reportedLoss) == [3.5, 3])
    }

    /// What tuning and `status` go by is never the test.
    @Test func standingIsByTheValidationText() throws {
        try store.finishTested(Sample.spec(), sweep: "s")
        #expect(try store.standing(sweep: "s").map(\.evalLoss) == [3])
    }

    @Test func evaluatingAgainKeepsTheLaterAndGoingBackTakesBack() throws {
        let spec = Sample.spec()
        let first = try store.recorder(for: spec, sweep: "s")
        try first.start(spec, environment: Sample.environment)
        for step in 1...60 { try first.record(Sample.step(step)) }
        try first.record(Sample.texts[1])
        let later = TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: Sample.evaluation(50, loss: 4.25))
        try first.record(later)
        try first.record(TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: Sample.evaluation(60)))
        try first.fail(RunFailure(status: .interrupted, reason: .interrupted, step: 60, message: "asked"), memory: nil)
        #expect(try store.history(run: spec.runKey()).texts.map(\.evaluation.loss) == [4.25, 3])
        #expect(try store.recorder(for: spec, sweep: "s").resume(spec, environment: Sample.environment, atStep: 55))
        #expect(try store.history(run: spec.runKey()).texts == [later])
    }

    @Test func theyGoAlongWhenDatabasesAreMergedAndMustAgree() throws {
        let (one, two) = (Sample.spec(seed: 1), Sample.spec(seed: 2))
        let other = try ResultStore(path: folder.file("other.sqlite"))
        try other.finishTested(one, sweep: "s")
        try other.finishTested(two, sweep: "s")
        try store.finishTested(one, sweep: "s")
        #expect(try store.merge(other.path).added == 1)
        let (here, there) = (try store.history(run: two.runKey()), try other.history(run: two.runKey()))
        #expect(here.texts == there.texts && here.data == there.data && here.result?.test == there.result?.test)
        var changed = Sample.texts
        changed[0].evaluation = Sample.evaluation(100, loss: 3.25)
        let third = try ResultStore(path: folder.file("third.sqlite"))
        try third.finishTested(one, sweep: "s", texts: changed)
        #expect(fileError { _ = try store.merge(third.path) }?.problem.contains("other results") == true)
    }

    @Test func anotherAttemptAtAFinishedRunBringsItsOwn() throws {
        let spec = Sample.spec()
        try store.finishTested(spec, sweep: "s")
        let recorder = try store.replacement(for: spec, sweep: "s", file: folder.file("attempt.sqlite"))
        try recorder.start(spec, environment: Sample.environment)
        let test = TextSample(kind: .test, corpus: "sotu", evaluation: Sample.evaluation(100, loss: 2))
        try recorder.record(test)
        try recorder.finish(Sample.result())
        #expect(try store.history(run: spec.runKey()).texts == [test])
    }

    @Test func aCheckFindsWhatIsMissingOrCannotBe() throws {
        var spec = Sample.spec()
        spec.data.test = TextIdentity(name: "sotu", sha256: String(repeating: "c", count: 64), tokens: 900)
        let recorder = try store.recorder(for: spec, sweep: "s")
        try recorder.start(spec, environment: Sample.environment)
        for step in 1...100 { try recorder.record(Sample.step(step)) }
        try recorder.record(Sample.texts[0])
        try recorder.finish(Sample.result())
        #expect(try store.check() == [])
        try store.write { try $0.execute(sql: "UPDATE text_evaluation SET perplexity = 2") }
        #expect(try store.check().map(\.problem) == ["a perplexity is not the exponential of its loss: test sotu"])
        try store.write { try $0.execute(sql: "UPDATE text_evaluation SET perplexity = NULL, step = 50") }
        #expect(try Set(store.check().map(\.problem)) == ["was not tested at its end, though it was to be", "was tested before its end: after update 50"])
        try store.write { try $0.execute(sql: "DELETE FROM text_evaluation") }
        #expect(try store.check().map(\.problem) == ["was not tested at its end, though it was to be"])
    }
}
