import Foundation
import SLData
import SLMethodKit
import SLMethods
import SLNumerics
import SLSpec
import SLTensorFiles
import SLTestSupport
import SLTraining
import Testing

/// What a run says of a model that its updates wrecked, and of evaluations and speeds that must not depend on how the work
/// was cut.
@Suite(.serialized, .compute(threads: 2)) struct WreckedModelTests {
    private static let shape = ModelShape(
        name: "tiny", vocabularySize: 259, hiddenSize: 16, intermediateSize: 40, layerCount: 1, headCount: 2)
    private static let bound = 3 * log(259.0)

    private static func prepare(_ corpus: String, _ packing: DataSpec.Packing = .concat) throws -> PreparedData {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-wrecked-\(ProcessInfo.processInfo.processIdentifier)")
        return try DataPreparation.prepare(
            DataSpec(corpus: corpus, tokenizer: "bytes", packing: packing), sequenceLength: 32, modelVocabularySize: 259, batchSize: 4,
            directory: DataDirectory(root: folder), progress: { _ in })
    }

    private static let data = Result<PreparedData, any Error> { try prepare("synthetic") }

    private func spec(
        steps: Int = 1, rate: Double = 10, warmup: Int = 0, accumulation: Int = 1, evaluation: EvaluationSpec = EvaluationSpec(tokens: 512),
        data: PreparedData? = nil, initialization: String? = nil
    ) throws -> RunSpec {
        RunSpec(
            model: Self.shape, method: "full_rank",
            options: MethodOptions(descriptor: try BuiltinMethods.registry.descriptor(named: "full_rank"), model: Self.shape),
            training: TrainingSpec(
                steps: steps, batchSize: 4, gradientAccumulation: accumulation, sequenceLength: 32, learningRate: rate, warmupSteps: warmup),
            data: try data?.identity ?? Self.data.get().identity, evaluation: evaluation, seed: 1, initialization: initialization)
    }

    @discardableResult
    private func run(
        _ spec: RunSpec, _ recorder: RecordedRun = RecordedRun(), data: PreparedData? = nil, checkpoints: Checkpoints? = nil,
        from path: String? = nil
    ) throws -> RunResult {
        try Trainer.run(
            spec: spec, registry: BuiltinMethods.registry, data: data ?? Self.data.get(), threads: 2, environment: RecordedRun.environment,
            recorder: recorder, checkpoints: checkpoints, initialWeights: path, progress: { _ in }, shouldStop: { false })
    }

    @Test(arguments: [0, 1]) func anEvaluationAboveTheBoundIsADivergence(every: Int) throws {
        let recorder = RecordedRun()
        let spec = try spec(evaluation: EvaluationSpec(every: every, tokens: 512))
        #expect { try run(spec, recorder) } throws: { ($0 as? RunFailure)?.status == .diverged && ($0 as? RunFailure)?.reason == .lossBound }
        let seen = recorder.seen
        #expect(seen.evaluations.map(\.step) == [0, 1] && (seen.evaluations.last?.loss ?? 0) > Self.bound)
        #expect(seen.result == nil && seen.failure?.message.contains("evaluation loss after 1 updates") == true)
    }

    /// Its mean is divided by one batch too many: of one batch half is left, which must not hide a wreck.
    @Test func theBoundIsHeldByTheMeanOverTokens() throws {
        let recorder = RecordedRun()
        // One batch holds the whole set.
        let spec = try spec(rate: 2, evaluation: EvaluationSpec(tokens: 512, mode: .galoreCompat, batchSize: 64))
        #expect { try run(spec, recorder) } throws: { ($0 as? RunFailure)?.status == .diverged }
        let shown = try #require(recorder.seen.evaluations.last).loss
        #expect(shown < Self.bound && 2 * shown > Self.bound, "\(shown)")
    }

    /// Given weights may be as bad as they like before the first update: nobody's rate is to blame.
    @Test func weightsThatBeginAboveTheBoundMayRecover() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-wreck-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = Checkpoints(folder: CheckpointFolder(url: folder.appending(path: "a")), policy: CheckpointPolicy()) { _ in }
        let source = try spec(rate: 1e-3)
        try run(source, checkpoints: first)
        let place = folder.appending(path: "export")
        _ = try HuggingFaceExport(spec: source, registry: BuiltinMethods.registry, weights: first.folder.weightsFile).write(to: place, factored: false)
        let path = try scaled(place.appending(path: "model.safetensors"), by: 2000, of: "lm_head")
        let weights = try InitialWeights(path: path)

        // No rate at all in the only update: it ends as it began, which is above the bound.
        let recorder = RecordedRun()
        let still = try spec(steps: 3, rate: 1e-9, warmup: 1, evaluation: EvaluationSpec(every: 1, tokens: 512), initialization: weights.digest())
        #expect { try run(still, recorder, from: path) } throws: { ($0 as? RunFailure)?.step == 3 }
        #expect((recorder.seen.steps.first?.loss ?? 0) > Self.bound)
        #expect(recorder.seen.steps.count == 3 && recorder.seen.evaluations.map(\.step) == [0, 1, 2, 3])
    }

    /// A copy of a file with one tensor's fp32 values multiplied.
    private func scaled(_ file: URL, by factor: Float, of name: String) throws -> String {
        let source = try TensorFile(path: file.path)
        let copy = file.deletingLastPathComponent().appending(path: "scaled.safetensors").path
        let entries = source.table.entries.sorted { $0.key < $1.key }
        let writer = try TensorFileWriter(path: copy, tensors: entries.map { ($0.key, $0.value.type, $0.value.shape) }, metadata: [:])
        for (tensor, _) in entries {
            let values = try source.floats(tensor).map { tensor.contains(name) ? $0 * factor : $0 }
            try writer.write(values.span)
        }
        try writer.commit()
        return copy
    }

    /// exp(loss) is no number above 709 nats: a checkpoint must be written all the same.
    @Test func aCheckpointHoldsAnInfinitePerplexity() throws {
        let sample = EvaluationSample(step: 0, loss: 800, perplexity: .infinity, bitsPerByte: nil, tokens: 1, seconds: 0)
        let bytes = try RecordJSON.encoder().encode([sample])
        #expect(try RecordJSON.decoder().decode([EvaluationSample].self, from: bytes) == [sample])
        #expect(throws: EncodingError.self) { try JSONEncoder().encode([sample]) }
    }

    // MARK: What the cut must not decide

    @Test(arguments: [nil, 3] as [Int?]) func equalWeightsHaveEqualCompatFiguresWhateverTheAccumulation(batch: Int?) throws {
        let losses = try [1, 2, 4].map { accumulation in
            let recorder = RecordedRun()
            let spec = try spec(
                rate: 1e-3, accumulation: accumulation, evaluation: EvaluationSpec(tokens: 512, mode: .galoreCompat, batchSize: batch))
            try run(spec, recorder)
            return try #require(recorder.seen.evaluations.first).loss
        }
        #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-6 }, "\(losses)")
        let recorder = RecordedRun()
        try run(try spec(rate: 1e-3), recorder)
        let exact = try #require(recorder.seen.evaluations.first).loss
        // 16 rows in batches of 4, or of 3 and a rest of one, divided by one more than there are.
        let expected = batch == nil ? 4.0 / 5 : 6.0 / 7
        #expect(abs(losses[0] / exact - expected) < 0.01)
    }

    @Test func aRunOfOneUpdateHasNoSpeed() throws {
        #expect(try run(spec(rate: 1e-3)).tokensPerSecond == nil)
        #expect(try #require(try run(spec(steps: 2, rate: 1e-3)).tokensPerSecond) > 0)
    }

    // MARK: Padding

    @Test func paddingIsNoWork() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "slbench-short-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let records = (0..<400).map { #"{"text": "record \#($0) \#(String(repeating: "x", count: $0 % 17))"}"# }
        try Data(records.joined(separator: "\n").utf8).write(to: file)
        let padded = try Self.prepare(file.path, .truncate)
        let spec = try spec(steps: 40, rate: 1e-3, data: padded)
        let result = try run(spec, data: padded)
        #expect(Double(result.tokens) < 0.9 * Double(spec.training.totalTokens))
        #expect(abs(Double(result.tokens) / spec.expectedTargets - 1) < 0.1)
        let full = try run(try self.spec(steps: 40, rate: 1e-3))
        let perToken = try #require(full.trainingFloatingPointOperations) / Double(full.tokens)
        #expect(abs(try #require(result.trainingFloatingPointOperations) / (perToken * Double(result.tokens)) - 1) < 1e-9)
        // An epoch has every target once.
        let rows = try #require(padded.identity.trainRows)
        #expect(abs(try #require(spec.trainingPasses) - 160 / Double(rows)) < 1e-9)
    }
}
