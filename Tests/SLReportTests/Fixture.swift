import Foundation
import SLSpec

/// Histories made of literal values, as a results database would give them.
enum Fixture {
    static let model = ModelShape(name: "9m", vocabularySize: 32_000, hiddenSize: 128, intermediateSize: 352, layerCount: 4, headCount: 4)

    static func options(_ pairs: [String: OptionValue]) -> MethodOptions {
        guard let data = try? JSONEncoder().encode(pairs), let options = try? JSONDecoder().decode(MethodOptions.self, from: data) else {
            return MethodOptions()
        }
        return options
    }

    static func spec(
        _ method: String, rank: Int? = nil, seed: UInt64 = 1, lr: Double = 0.001, model: ModelShape = model, extra: [String: OptionValue] = [:],
        options memoryOptions: MemoryOptions = MemoryOptions()
    ) -> RunSpec {
        var values = extra
        if let rank { values["rank"] = .integer(rank) }
        return RunSpec(
            model: model, method: method, options: options(values),
            training: TrainingSpec(steps: 4, batchSize: 8, sequenceLength: 64, learningRate: lr, warmupSteps: 1, memory: memoryOptions),
            data: DataIdentity(
                name: "sotu", packing: .concat, corpusSHA256: String(repeating: "ab", count: 32), tokenizer: "sentencepiece:32000",
                tokenizerSHA256: String(repeating: "cd", count: 32), vocabularySize: 32_000, trainTokens: 4096, validationTokens: 512),
            evaluation: EvaluationSpec(every: 2, tokens: 65_536), seed: seed)
    }

    static func memory(paper: Int, tracked: Int, resident: Int?, constant: Int? = nil) -> MemoryRecord {
        MemoryRecord(
            paperBytes: paper, predictedBytes: tracked - 1_000_000, peakTrackedBytes: tracked,
            peak: MemoryBreakdown(
                weights: 10_000_000, gradients: 20_000_000, optimizer: 30_000_000, indices: 0, activations: tracked - 61_000_000,
                workspace: 1_000_000),
            peakStage: "backward", peakResidentBytes: resident, constantBytes: constant)
    }

    static let steps: [StepSample] = [(1, 10.0), (2, 9.0), (3, 8.0), (4, 7.0)].map { step, loss in
        StepSample(step: step, loss: loss, learningRate: 0.001, gradientNorm: 1, tokens: 512, seconds: 0.5)
    }

    static func finished(
        _ spec: RunSpec, id: String, loss: Double, bitsPerByte: Double? = 2.5, parameters: Int = 9_000_000, trainable: Int? = nil,
        memory: MemoryRecord = memory(paper: 54_000_000, tracked: 90_000_000, resident: 150_000_000), speed: Double = 1000,
        refresh: Double = 0, train: Double = 0, events: [LifecycleRecord] = [], environment: EnvironmentRecord? = environment()
    ) -> RunHistory {
        let evaluations = [(0, 10.5), (2, 9.5), (4, loss)].map { step, loss in
            EvaluationSample(step: step, loss: loss, perplexity: exp(loss), bitsPerByte: bitsPerByte, tokens: 65_536, seconds: 0.1)
        }
        let result = RunResult(
            steps: 4, tokens: 2048, trainLoss: 7, evaluation: evaluations[2], totalParameters: parameters, trainableParameters: trainable ?? parameters,
            memory: memory, optimizerBytes: 2 * parameters * 4, tokensPerSecond: speed, wallSeconds: 2.5,
            refreshSeconds: refresh, trainSeconds: train)
        return RunHistory(
            runID: id, spec: spec, status: .finished, failure: nil, result: result, memory: memory, steps: steps, evaluations: evaluations,
            events: events, environment: environment)
    }

    static func diverged(_ spec: RunSpec, id: String, message: String = "the loss rose above 30 | twice") -> RunHistory {
        RunHistory(
            runID: id, spec: spec, status: .diverged,
            failure: RunFailure(status: .diverged, reason: .lossBound, step: 2, message: message),
            result: nil, memory: nil, steps: Array(steps.prefix(2)), evaluations: [], events: [], environment: environment())
    }

    static func environment(host: String = "bench", threads: Int = 2, dirty: Bool? = false) -> EnvironmentRecord {
        EnvironmentRecord(
            programVersion: "0.1.0", commit: "0123abc", commitIsDirty: dirty, host: host, operatingSystem: "Debian 12", cpu: "Some CPU", cores: 2,
            memoryBytes: 8_000_000_000, blas: "OpenBLAS 0.3.21", blasCore: "Haswell", threads: threads, swiftVersion: "6.3", sqliteVersion: "3.40.1")
    }

    static let catalog = [
        MethodDescriptor(
            name: "full_rank", title: "Full rank", summary: "Every weight dense and trained.", paper: "–", family: .dense, options: [],
            recipe: { _ in MethodDescriptor.Recipe(learningRate: 0.001, source: "SLTrain paper") }),
        MethodDescriptor(
            name: "galore", title: "GaLore", summary: "Adam in a projected gradient.", paper: "Zhao et al. 2024, arXiv 2403.03507", family: .projected, options: [],
            recipe: { _ in MethodDescriptor.Recipe(learningRate: 0.01, source: "authors' script") }),
    ]
}
