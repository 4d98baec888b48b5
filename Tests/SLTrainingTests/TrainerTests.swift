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

@Suite(.serialized, .compute(threads: 2)) struct TrainerTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 32, intermediateSize: 80, layerCount: 2, headCount: 2)

    private static let data = Result<PreparedData, any Error> {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-trainer-tests-\(ProcessInfo.processInfo.processIdentifier)")
        return try DataPreparation.prepare(
            DataSpec(corpus: "synthetic", tokenizer: "bytes"), sequenceLength: 32, modelVocabularySize: 259, batchSize: 4,
            directory: DataDirectory(root: folder), progress: { _ in })
    }

    private func spec(_ method: String = "full_rank", steps: Int = 6, rate: Double = 3e-3, evaluation: EvaluationSpec, seed: UInt64 = 1) throws -> RunSpec {
        RunSpec(
            model: Self.shape, method: method,
            options: MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: method), model: Self.shape),
            training: TrainingSpec(steps: steps, batchSize: 4, gradientAccumulation: 2, sequenceLength: 32, learningRate: rate, warmupSteps: 1),
            data: try Self.data.get().identity, evaluation: evaluation, seed: seed)
    }

    private func run(_ spec: RunSpec, _ recorder: RecordedRun, stopAfter: Int = .max) throws -> RunResult {
        let asked = Atomic<Int>(0)
        return try Trainer.run(
            spec: spec, registry: BuiltinMethods.registry, data: Self.data.get(), threads: 2, environment: RecordedRun.environment,
            recorder: recorder, progress: { if $0.activity == .training { asked.store($0.step, ordering: .relaxed) } },
            shouldStop: { asked.load(ordering: .relaxed) >= stopAfter })
    }

    @Test func recordsEverythingInOrder() throws {
        let recorder = RecordedRun()
        let result = try run(spec(evaluation: EvaluationSpec(every: 4, tokens: 256)), recorder)
        let seen = recorder.seen
        #expect(seen.starts == 1)
        #expect(seen.steps.map(\.step) == Array(1...6))
        #expect(seen.evaluations.map(\.step) == [0, 4, 6])
        #expect(seen.steps.allSatisfy { $0.tokens == 128 && $0.seconds > 0 && $0.gradientNorm > 0 })
        #expect(result == seen.result)
        #expect(result.tokens == 6 * 128)
        #expect(result.evaluation == seen.evaluations.last)
        #expect(abs(result.evaluation.perplexity - exp(result.evaluation.loss)) < 1e-9)
        #expect(abs((seen.evaluations.first?.loss ?? 0) - log(259)) < 0.2)
        #expect(result.memory.predictedBytes == result.memory.peakTrackedBytes)
        #expect(result.memory.peak.total == result.memory.peakTrackedBytes)
        #expect(result.optimizerBytes == 8 * result.trainableParameters)
        #expect(result.memory.paperBytes == 6 * result.totalParameters)
        #expect((result.memory.peakResidentBytes ?? 0) > result.memory.peakTrackedBytes)
    }

    @Test func tellsOfItsTextBeforeTheFirstUpdate() throws {
        let recorder = RecordedRun()
        let spec = try spec(evaluation: EvaluationSpec(tokens: 256))
        #expect(throws: RunFailure.self) { try run(spec, recorder, stopAfter: 0) }
        let data = try #require(recorder.seen.data)
        let prepared = try Self.data.get()
        #expect(data.training.tokens == prepared.identity.trainTokens && data.validation.tokens == prepared.identity.validationTokens)
        #expect(data.sharedRecords == 0 && data.sharedTargets == 0 && (data.validationRecords ?? 0) > 0)
        #expect(data.trainingPasses == spec.trainingPasses && spec.trainingPasses != nil)
        #expect((data.bigramLoss ?? 0) > (prepared.entropyRate ?? .infinity))
        #expect((data.unigramLoss ?? 0) > (data.bigramLoss ?? .infinity))
    }

    @Test(arguments: EvaluationSpec.Mode.allCases)
    func bitsPerByteAreThoseOfTheEvaluatedTargets(_ mode: EvaluationSpec.Mode) throws {
        let evaluation = EvaluationSpec(tokens: 100, mode: mode)
        let sample = try run(spec(steps: 1, evaluation: evaluation), RecordedRun()).evaluation
        let plain = try run(spec(steps: 1, evaluation: EvaluationSpec(tokens: 100)), RecordedRun()).evaluation
        let set = try Self.data.get().evaluationSet(sequenceLength: 32, targetTokens: 100)
        let bytes = try #require(sample.bytes)
        #expect(bytes == set.byteCount && sample.tokens == set.targetCount)
        // Whatever mean the mode makes of them, the evaluated bytes cost the same.
        let expected = plain.loss * Double(plain.tokens) / (log(2) * Double(bytes))
        #expect(abs(try #require(sample.bitsPerByte) - expected) < 1e-6)
    }

    @Test func learnsTheSyntheticCorpus() throws {
        let result = try run(spec(steps: 120, rate: 1e-2, evaluation: EvaluationSpec(tokens: 1024)), RecordedRun())
        let floor = try #require(try Self.data.get().entropyRate)
        #expect(result.evaluation.loss < 2.6)
        #expect(result.evaluation.loss > floor)
    }

    @Test func aHugeRateDivergesAndSaysSo() throws {
        let recorder = RecordedRun()
        let spec = try spec(steps: 40, rate: 3, evaluation: EvaluationSpec(tokens: 256))
        #expect { try run(spec, recorder) } throws: { ($0 as? RunFailure)?.status == .diverged }
        let failure = try #require(recorder.seen.failure)
        #expect(failure.reason == .notANumber || failure.reason == .lossBound)
        #expect(recorder.seen.steps.count >= failure.step)
        #expect(recorder.seen.result == nil)
        #expect(recorder.seen.failureMemory != nil)
    }

    @Test func aStopIsAnInterruption() throws {
        let recorder = RecordedRun()
        let spec = try spec(steps: 50, evaluation: EvaluationSpec(tokens: 256))
        #expect { try run(spec, recorder, stopAfter: 3) } throws: {
            ($0 as? RunFailure)?.status == .interrupted && ($0 as? RunFailure)?.step == 3
        }
        #expect(recorder.seen.steps.count == 3)
    }

    /// The published loop divides by one batch too many: N / (N + 1) of the mean over equal batches.
    @Test func galoreCompatDividesByOneMore() throws {
        let exact = try run(spec(evaluation: EvaluationSpec(tokens: 256)), RecordedRun()).evaluation
        let compat = try run(spec(evaluation: EvaluationSpec(tokens: 256, mode: .galoreCompat, batchSize: 2)), RecordedRun()).evaluation
        // 8 rows of 32 targets in batches of 2.
        #expect(exact.tokens == 256)
        #expect(abs(compat.loss - exact.loss * 4 / 5) < 1e-9)
    }

    /// Every method with one seed sees the same tokens: the untrained losses on the first batch differ by the method's
    /// first weights only, and those of methods that start from the dense function not at all.
    @Test func methodsSeeTheSameTokens() throws {
        let losses = try ["full_rank", "lora", "relora", "galore"].map { method in
            let recorder = RecordedRun()
            _ = try run(spec(method, steps: 1, evaluation: EvaluationSpec(tokens: 128)), recorder)
            return try #require(recorder.seen.steps.first).loss
        }
        #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-6 })
    }
}
