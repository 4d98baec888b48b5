import Foundation
import SLSpec
import SLStore

/// Values that the tests record; small, but of the shape that real runs have.
enum Sample {
    static func spec(
        _ method: String = "galore", rank: Int? = 4, learningRate: Double = 1e-2, seed: UInt64 = 1, size: String = "9m"
    ) -> RunSpec {
        let model = ModelShape(
            name: size, vocabularySize: 32_000, hiddenSize: 128, intermediateSize: 352, layerCount: 4, headCount: 4)
        let options = [("rank", rank.map(OptionValue.integer)), ("scale", .real(0.25))].compactMap { name, value in
            value.map { OptionDescriptor(name: name, domain: .boolean, help: "", source: "", defaultValue: $0) }
        }
        let descriptor = MethodDescriptor(name: method, title: method, summary: "", paper: "", family: .dense, options: options) { _ in
            MethodDescriptor.Recipe(learningRate: learningRate, source: "")
        }
        return RunSpec(
            model: model, method: method, options: MethodOptions(descriptor: descriptor, model: model),
            training: TrainingSpec(steps: 100, batchSize: 8, sequenceLength: 64, learningRate: learningRate, warmupSteps: 10),
            data: DataIdentity(
                name: "sotu", packing: .concat, corpusSHA256: String(repeating: "a", count: 64), tokenizer: "bytes",
                tokenizerSHA256: String(repeating: "b", count: 64), vocabularySize: 32_000, trainTokens: 1_000_000,
                validationTokens: 50_000),
            evaluation: EvaluationSpec(every: 50), seed: seed)
    }

    static let environment = EnvironmentRecord(
        programVersion: "0.1.0", commit: "0123abc", commitIsDirty: true, host: "höst", operatingSystem: "Debian 12",
        cpu: "x86-64, 2 cores", cores: 2, memoryBytes: 8_000_000_000, blas: "OpenBLAS 0.3.21", blasCore: "Haswell", threads: 2,
        swiftVersion: "6.3", sqliteVersion: nil)

    static func step(_ step: Int, loss: Double = 6.5, gradientNorm: Double = 1.25) -> StepSample {
        StepSample(
            step: step, loss: loss, learningRate: 1e-3, gradientNorm: gradientNorm, tokens: 512, seconds: 0.5, lifecycleSeconds: 0.125)
    }

    static func evaluation(_ step: Int = 100, loss: Double = 3) -> EvaluationSample {
        EvaluationSample(step: step, loss: loss, perplexity: exp(loss), bitsPerByte: loss / 4, tokens: 4096, seconds: 1.5)
    }

    static let data = DataRecord(
        training: .init(tokens: 1_000_000, bytes: 4_000_000, droppedBytes: 3, unknownTokens: 2),
        validation: .init(tokens: 50_000, bytes: 200_000), trainingPasses: 0.5, unigramLoss: 7.5, bigramLoss: 5.25)

    /// The same with a test text and a corpus of another source.
    static var dataWithTexts: DataRecord {
        var data = data
        data.texts = [
            .init(
                kind: .test, corpus: "sotu", sha256: String(repeating: "c", count: 64), part: .init(tokens: 900, bytes: 3600, droppedBytes: 0, unknownTokens: 1),
                records: 12, sharedRecords: 1, sharedTargets: 5, unigramLoss: 7.25, bigramLoss: 5),
            .init(kind: .heldOut, corpus: "core:moby-dick", sha256: String(repeating: "d", count: 64), part: .init(tokens: 700, bytes: 2800)),
        ]
        return data
    }

    /// What a run of 100 updates was measured on besides: the test once, another source on the way too.
    static let texts = [
        TextSample(kind: .test, corpus: "sotu", evaluation: evaluation(100, loss: 3.5)),
        TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: evaluation(50, loss: 4.5)),
        TextSample(kind: .heldOut, corpus: "core:moby-dick", evaluation: evaluation(100, loss: 4)),
    ]

    static let memory = MemoryRecord(
        paperBytes: 17_000_000, predictedBytes: 40_000_000, peakTrackedBytes: 39_500_000,
        peak: MemoryBreakdown(
            weights: 20_000_000, gradients: 10_000_000, optimizer: 5_000_000, indices: 500_000, activations: 3_000_000,
            workspace: 1_000_000),
        peakStage: "backward", peakResidentBytes: 90_000_000, constantBytes: 48_000_000)

    /// The same as version 1 of the schema held it.
    static var memoryOfVersionOne: MemoryRecord {
        var memory = memory
        memory.constantBytes = nil
        return memory
    }

    static func result(loss: Double = 3, trainLoss: Double = 3.25, speed: Double = 1000) -> RunResult {
        RunResult(
            steps: 100, tokens: 51_200, trainLoss: trainLoss, evaluation: evaluation(loss: loss), totalParameters: 9_000_000,
            trainableParameters: 8_000_000, memory: memory, optimizerBytes: 4_800_000, tokensPerSecond: speed, wallSeconds: 52.5,
            refreshSeconds: 3.125, trainSeconds: 50, trainingFloatingPointOperations: 6e14)
    }

    /// The same as it is read back: nobody else was in training.
    static func resultAlone(loss: Double = 3) -> RunResult {
        var result = result(loss: loss)
        result.companionRuns = 0
        return result
    }

    static func tuned(_ spec: RunSpec, trials: [RunSpec]) throws -> TunedCell {
        TunedCell(
            size: spec.model.name, method: spec.method, rank: spec.rank, steps: 50, groupKey: try spec.groupKey(),
            trials: try trials.enumerated().map { place, trial in
                TunedCell.Trial(
                    values: ["lr": .real(trial.training.learningRate)],
                    runs: [.init(runID: String(try trial.runKey().prefix(12)), seed: trial.seed, status: nil, evalLoss: nil)], isChosen: place == 1)
            })
    }

    static func prediction(_ method: String = "galore", size: String = "7b", storage: MemoryOptions.Storage = .fp32) -> PredictionRecord {
        let spec = spec(method, size: size)
        var training = spec.training
        training.memory.storage = storage
        return PredictionRecord(
            spec: PredictionSpec(model: spec.model, method: method, options: spec.options, training: training),
            memory: MemoryBreakdown(
                weights: 27_000_000_000, gradients: 9_000_000, optimizer: 800, indices: 70, activations: 6, workspace: 5),
            peakStage: "refresh", paperBytes: 17_000_000_000)
    }

    static let failure = RunFailure(status: .failed, reason: .crashed, step: 7, message: "Killed by signal 9.")
}

extension ResultStore {
    /// A run from start to end.
    func finish(_ spec: RunSpec, sweep: String?, result: RunResult = Sample.result()) throws {
        let recorder = try recorder(for: spec, sweep: sweep)
        try recorder.start(spec, environment: Sample.environment)
        try recorder.finish(result)
    }

    /// The same with evaluations on other texts.
    func finishTested(_ spec: RunSpec, sweep: String?, texts: [TextSample] = Sample.texts, result: RunResult = Sample.result()) throws {
        let recorder = try recorder(for: spec, sweep: sweep)
        try recorder.start(spec, environment: Sample.environment)
        try recorder.record(Sample.dataWithTexts)
        for text in texts { try recorder.record(text) }
        try recorder.finish(result)
    }

    /// The first cell of the first row.
    func cell(_ sql: String) throws -> ValueTable.Cell? { try query(sql).rows.first?.first }
}

/// A folder that goes when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("slstore-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "results.sqlite") -> String { path + "/" + name }
}

/// The storage error that `body` throws; `nil` when it throws none.
func fileError(_ body: () throws -> Void) -> FileError? {
    do { try body() } catch { return error as? FileError }
    return nil
}
