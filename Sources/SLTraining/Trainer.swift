import Foundation
import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

/// Where a run is, for people who watch it.
public struct TrainingProgress: Sendable {
    public enum Phase: String, Sendable, Codable { case initialising, training, evaluating }

    public var phase: Phase
    public var step: Int
    public var totalSteps: Int
    public var loss: Double?
    public var tokensPerSecond: Double?
    public var evaluation: EvaluationSample?
}

/// One run from its spec to its result: batches, updates, evaluations, records.
public enum Trainer {
    /// - Parameters:
    ///   - threads: fixed for the whole process by the first run.
    ///   - progress: called after every update and evaluation.
    ///   - shouldStop: asked after every update; `true` ends the run as `interrupted`.
    /// - Throws: `RunFailure` when the run diverged or was interrupted (the recorder knows already); other errors are the
    ///   caller's to record.
    public static func run(
        spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, environment: EnvironmentRecord,
        recorder: any RunRecorder, progress: (TrainingProgress) -> Void, shouldStop: () -> Bool
    ) throws -> RunResult {
        Compute.configure(threads: threads)
        let constant = try ProcessConstant.measure()
        var run = try TrainingRun(spec: spec, registry: registry, data: data, threads: threads, constant: constant, recorder: recorder)
        try recorder.start(spec, environment: environment)
        return try run.execute(progress: progress, shouldStop: shouldStop)
    }
}

/// The state of one run.
struct TrainingRun {
    private let spec: RunSpec
    private let method: any PretrainingMethod
    private let recorder: any RunRecorder
    private let ledger = MemoryLedger()
    private let evaluator: Evaluator
    private var sampler: BatchSampler
    private let threads: Int
    /// Resident bytes before the first tensor.
    private let constant: Int?
    private let start = MonotonicClock.seconds
    private var losses: [Double] = []
    private var tokens = 0
    private var timedTokens = 0
    private var timedSeconds = 0.0
    private var trainSeconds = 0.0
    private var refreshSeconds = 0.0

    init(spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, constant: Int?, recorder: any RunRecorder) throws {
        self.constant = constant
        self.spec = spec
        self.recorder = recorder
        self.threads = threads
        method = try registry.make(spec.method, options: spec.options, model: spec.model)
        sampler = try BatchSampler(tokens: data.train, sequenceLength: spec.training.sequenceLength, seed: spec.seed, batchRows: spec.training.batchSize)
        evaluator = Evaluator(
            set: try EvaluationSet(
                tokens: data.validation, sequenceLength: spec.training.sequenceLength, targetTokens: spec.evaluation.tokens),
            mode: spec.evaluation.mode, batchRows: spec.training.microBatchSize, bytesPerToken: data.validationBytesPerToken)
    }

    mutating func execute(progress: (TrainingProgress) -> Void, shouldStop: () -> Bool) throws -> RunResult {
        let training = spec.training
        progress(TrainingProgress(phase: .initialising, step: 0, totalSteps: training.steps))
        let probe = evaluator.set.batch(from: 0, rows: 1).inputs
        let loop = try TrainingLoop<Float>(
            shape: spec.model, method: method, training: training, seed: spec.seed, threads: threads, probe: probe, ledger: ledger)
        let ways = method.computations(shape: spec.model, phase: 0, tokens: training.microBatchSize * training.sequenceLength)
        if !ways.isEmpty {
            try recorder.record(
                LifecycleRecord(step: 0, kind: "computation", measurements: ways.mapValues { Double($0) }))
        }
        var evaluation = try evaluate(loop, 0, progress, shouldStop)
        while loop.step < training.steps {
            if shouldStop() { throw try stop(.interrupted, .interrupted, loop.step, "stopped after \(loop.step) of \(training.steps) updates") }
            try update(loop, progress)
            let isLast = loop.step == training.steps
            if isLast || (spec.evaluation.every > 0 && loop.step % spec.evaluation.every == 0) {
                evaluation = try evaluate(loop, loop.step, progress, shouldStop)
            }
        }
        let result = result(evaluation)
        try recorder.finish(result)
        return result
    }

    private mutating func update(_ loop: TrainingLoop<Float>, _ progress: (TrainingProgress) -> Void) throws {
        let training = spec.training
        let batches = (0..<training.gradientAccumulation).map { _ in sampler.next(rows: training.microBatchSize) }
        let began = MonotonicClock.seconds
        let report = try loop.update(batches)
        let seconds = MonotonicClock.seconds - began
        guard report.loss.isFinite, report.gradientNorm.isFinite else {
            let what = report.loss.isFinite ? "the gradient's norm" : "the loss"
            throw try stop(.diverged, .notANumber, loop.step, "\(what) of update \(loop.step + 1) is not a finite number")
        }
        losses.append(report.loss)
        tokens += report.targets
        trainSeconds += seconds
        refreshSeconds += report.events.filter { $0.kind == "refresh" }.reduce(0) { $0 + ($1.measurements["seconds"] ?? 0) }
        if loop.step > 1 {
            timedTokens += report.targets
            timedSeconds += seconds
        }
        try recorder.record(
            StepSample(
                step: loop.step, loss: report.loss, learningRate: report.learningRate, gradientNorm: report.gradientNorm,
                tokens: report.targets, seconds: seconds, lifecycleSeconds: report.lifecycleSeconds))
        for event in report.events { try recorder.record(event) }
        if report.loss > divergenceBound {
            throw try stop(
                .diverged, .lossBound, loop.step,
                "the loss of update \(loop.step) is \(report.loss), above the bound of \(divergenceBound) (3 ln V)")
        }
        progress(
            TrainingProgress(
                phase: .training, step: loop.step, totalSteps: training.steps, loss: report.loss,
                tokensPerSecond: Double(report.targets) / seconds))
    }

    /// Three times the loss of guessing: nothing that still learns stands there.
    private var divergenceBound: Double { 3 * log(Double(spec.model.vocabularySize)) }

    private func evaluate(
        _ loop: TrainingLoop<Float>, _ step: Int, _ progress: (TrainingProgress) -> Void, _ shouldStop: () -> Bool
    ) throws -> EvaluationSample {
        progress(TrainingProgress(phase: .evaluating, step: step, totalSteps: spec.training.steps))
        guard let sample = try evaluator.evaluate(loop.model, step: step, shouldStop: shouldStop) else {
            throw try stop(.interrupted, .interrupted, step, "stopped while evaluating after \(step) updates")
        }
        guard sample.loss.isFinite else {
            throw try stop(.diverged, .notANumber, step, "the evaluation loss after \(step) updates is not a finite number")
        }
        try recorder.record(sample)
        progress(
            TrainingProgress(phase: .evaluating, step: step, totalSteps: spec.training.steps, evaluation: sample))
        return sample
    }

    /// Records the end and returns it as the error to throw.
    private func stop(_ status: RunStatus, _ reason: FailureReason, _ step: Int, _ message: String) throws -> RunFailure {
        let failure = RunFailure(status: status, reason: reason, step: step, message: message)
        try recorder.fail(failure, memory: memory)
        return failure
    }

    private var accounting: ModelAccounting {
        ModelAccounting(shape: spec.model, method: method, settings: AdamSettings(spec.training))
    }

    private var lastPhase: Int { method.phase(ofUpdate: spec.training.steps) }

    private var memory: MemoryRecord {
        let plan = MemoryPlan(shape: spec.model, method: method, training: spec.training, threads: threads)
        let peak = ledger.peak
        return MemoryRecord(
            paperBytes: accounting.paperBytes(phase: lastPhase), predictedBytes: plan.totalBytes, peakTrackedBytes: peak.total,
            peak: MemoryBreakdown(peak), peakPhase: peak.phase.rawValue, peakResidentBytes: ResidentMemory.peakBytes,
            constantBytes: constant)
    }

    private func result(_ evaluation: EvaluationSample) -> RunResult {
        let tail = losses.suffix(max(1, losses.count / 10))
        return RunResult(
            steps: spec.training.steps, tokens: tokens, trainLoss: tail.reduce(0, +) / Double(tail.count), evaluation: evaluation,
            totalParameters: accounting.totalParameters(phase: lastPhase),
            trainableParameters: accounting.trainableParameters(phase: lastPhase), memory: memory,
            optimizerBytes: ledger.current[.optimizer],
            tokensPerSecond: timedSeconds > 0 ? Double(timedTokens) / timedSeconds : 0,
            wallSeconds: MonotonicClock.seconds - start, refreshSeconds: refreshSeconds, trainSeconds: trainSeconds)
    }
}
