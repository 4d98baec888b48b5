import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTestSupport
import SLTraining
import Synchronization
import Testing

/// What a run is measured on besides the validation part: the test text once, at the end; other sources on the way or at the end.
@Suite(.serialized, .compute(threads: 2)) struct TextEvaluationTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 32, intermediateSize: 80, layerCount: 2, headCount: 2)
    private static let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-text-tests-\(ProcessInfo.processInfo.processIdentifier)")

    private static func prepared(tested: Bool) throws -> PreparedData {
        func write(_ name: String, _ text: String) throws -> String {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: folder.appending(path: name))
            return folder.appending(path: name).path
        }
        let corpus = try write("corpus.txt", (0..<900).map { "Sentence \($0) of a text that is long enough to learn from.\n" }.joined())
        let test = try write("test.txt", (0..<200).map { "Another sentence, \($0 * 7), which nobody has seen before now.\n" }.joined())
        let other = try write("other.txt", (0..<300).map { "\($0): quite another thing altogether?\n" }.joined())
        return try DataPreparation.prepare(
            DataSpec(corpus: corpus, tokenizer: "bytes", test: tested ? test : nil, heldOut: tested ? [other] : []), sequenceLength: 32,
            modelVocabularySize: 259, batchSize: 4, directory: DataDirectory(root: folder.appending(path: "data")), progress: { _ in })
    }

    private static let data = Result<[Bool: PreparedData], any Error> { [true: try prepared(tested: true), false: try prepared(tested: false)] }

    private func spec(
        tested: Bool = true, time: EvaluationSpec.HeldOutTime = .every, mode: EvaluationSpec.Mode = .tokenWeighted, rate: Double = 3e-3
    ) throws -> (RunSpec, PreparedData) {
        let data = try #require(try Self.data.get()[tested])
        let evaluation = EvaluationSpec(
            every: 4, tokens: 256, mode: mode, batchSize: mode == .galoreCompat ? 3 : nil, testTokens: tested ? 500 : nil,
            heldOutTokens: tested ? 200 : nil, heldOutTime: tested ? time : nil)
        return (
            RunSpec(
                model: Self.shape, method: "full_rank",
                options: MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: "full_rank"), model: Self.shape),
                training: TrainingSpec(steps: 6, batchSize: 4, gradientAccumulation: 2, sequenceLength: 32, learningRate: rate, warmupSteps: 1),
                data: data.identity, evaluation: evaluation, seed: 1),
            data
        )
    }

    /// - Parameter stopAt: the run is asked to stop when so much was said of evaluations after the last update.
    @discardableResult
    private func run(
        _ given: (spec: RunSpec, data: PreparedData), _ recorder: RecordedRun, checkpoints: Checkpoints? = nil, stopAt: Int = .max
    ) throws -> RunResult {
        let said = Atomic<Int>(0)
        return try Trainer.run(
            spec: given.spec, registry: BuiltinMethods.registry, data: given.data, threads: 2, environment: RecordedRun.environment, recorder: recorder,
            checkpoints: checkpoints,
            progress: { if $0.activity == .evaluating, $0.step == 6 { said.add(1, ordering: .relaxed) } },
            shouldStop: { said.load(ordering: .relaxed) >= stopAt })
    }

    @Test func theTestIsMadeOnceAndOtherSourcesWithEveryEvaluation() throws {
        let recorder = RecordedRun()
        let result = try run(spec(), recorder)
        let texts = recorder.seen.texts
        #expect(texts.filter { $0.kind == .test }.map(\.evaluation.step) == [6])
        #expect(texts.filter { $0.kind == .heldOut }.map(\.evaluation.step) == [0, 4, 6])
        #expect(texts.map(\.corpus).allSatisfy { ["test.txt", "other.txt"].contains($0) })
        let test = try #require(result.test)
        #expect(test == texts.last?.evaluation && test == result.reported && result.evaluation.loss != test.loss)
        // Whole rows of 32: 16 of them for 500 targets, 7 for 200.
        #expect(test.tokens == 512 && texts.first { $0.kind == .heldOut }?.evaluation.tokens == 224)
        let bytes = try #require(test.bytes)
        #expect(abs((test.bitsPerByte ?? 0) - test.loss * 512 / (log(2) * Double(bytes))) < 1e-9)
        #expect(abs(test.perplexity - exp(test.loss)) < 1e-9 * test.perplexity)
        #expect(recorder.seen.data?.texts?.map(\.kind) == [.test, .heldOut])
    }

    @Test func otherSourcesCanWaitForTheEnd() throws {
        let recorder = RecordedRun()
        try run(spec(time: .end), recorder)
        #expect(recorder.seen.texts.map(\.evaluation.step) == [6, 6] && recorder.seen.texts.map(\.kind) == [.heldOut, .test])
    }

    /// Whoever measures more gets the same model.
    @Test func evaluatingChangesNoBit() throws {
        let (measured, plain) = (RecordedRun(), RecordedRun())
        let results = try [run(spec(), measured), run(spec(tested: false), plain)]
        #expect(results[0].weightsSHA256 != nil && results[0].weightsSHA256 == results[1].weightsSHA256)
        #expect(measured.seen.steps.map(\.loss) == plain.seen.steps.map(\.loss))
        #expect(measured.seen.evaluations.map(\.loss) == plain.seen.evaluations.map(\.loss))
        #expect(plain.seen.texts.isEmpty && results[1].test == nil && results[1].reported == results[1].evaluation)
        #expect(results[0].memory.peakTrackedBytes == results[1].memory.peakTrackedBytes)
    }

    /// The published loop's mean is for comparison with published figures; the test is per token whatever it is.
    @Test func theTestIsPerTokenInEveryMode() throws {
        let (plain, compatible) = (try run(spec(), RecordedRun()), try run(spec(mode: .galoreCompat), RecordedRun()))
        #expect(plain.test?.loss == compatible.test?.loss && plain.evaluation.loss != compatible.evaluation.loss)
    }

    @Test func aRunThatDivergesIsNotTested() throws {
        let recorder = RecordedRun()
        let failure = #expect(throws: RunFailure.self) { try run(spec(rate: 10), recorder) }
        #expect(failure?.status == .diverged && !recorder.seen.texts.contains { $0.kind == .test })
    }

    /// Stopped in the evaluation, in that of another source or in the test, a run makes what is missing and nothing twice.
    @Test(arguments: 1...4) func aRunThatIsStoppedBetweenEvaluationsGoesOn(_ said: Int) throws {
        let folder = CheckpointFolder(url: FileManager.default.temporaryDirectory.appending(path: "slbench-text-checkpoints-\(UUID().uuidString)"))
        defer { try? FileManager.default.removeItem(at: folder.url) }
        let checkpoints = Checkpoints(folder: folder, policy: CheckpointPolicy(everySteps: 2), notice: { _ in })
        let (whole, stopped) = (RecordedRun(), RecordedRun())
        try run(spec(), whole)
        let failure = #expect(throws: RunFailure.self) { try run(spec(), stopped, checkpoints: checkpoints, stopAt: said) }
        #expect(failure?.status == .interrupted && failure?.step == 6)
        #expect(!stopped.seen.texts.contains { $0.kind == .test })
        try run(spec(), stopped, checkpoints: checkpoints)
        #expect(stopped.seen.resumptions == [6])
        #expect(stopped.traces == whole.traces)
    }
}
