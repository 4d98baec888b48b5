import Foundation
import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

/// The state of one run.
struct TrainingRun {
    private let spec: RunSpec
    private let method: any PretrainingMethod
    private let optimizer: RunOptimizer
    private let plan: MemoryPlan
    let recorder: any RunRecorder
    private let checkpoints: Checkpoints?
    private let ledger = MemoryLedger()
    let others = ForeignLoadMeter()
    private let evaluator: Evaluator
    private var sampler: BatchSampler
    private let threads: Int
    private let conditions: RunConditions
    /// Resident bytes before the first tensor.
    private let constant: ProcessConstant
    private let start = MonotonicClock.seconds
    private let rules: StepRules
    private let initial: InitialWeights?
    let probes: ProbeMeter?
    var progress: RunProgress
    /// Whether the resident peak leaves out what probes take.
    var isPeakApart = true
    private var evaluation: EvaluationSample?
    /// Updates that this process did: the first is not timed.
    private var updatesHere = 0
    private var lastCheckpoint: (step: Int, seconds: Double)

    init(
        spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, constant: ProcessConstant, environment: EnvironmentRecord,
        recorder: any RunRecorder, checkpoints: Checkpoints?, timeout: Double?, initial: InitialWeights?, resuming state: CheckpointState?
    ) throws {
        self.initial = initial
        rules = StepRules(
            spec.training, vocabularySize: spec.model.vocabularySize, evaluationInterval: spec.evaluation.every, checkpoints: checkpoints?.policy,
            timeout: timeout)
        self.constant = constant
        self.spec = spec
        self.recorder = recorder
        self.checkpoints = checkpoints
        self.threads = threads
        method = try registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
        optimizer = try RunOptimizer(spec.training)
        plan = try MemoryPlan(shape: spec.model, method: method, training: spec.training, threads: threads)
        conditions = RunConditions(
            environment, threads: threads,
            computation: method.computationSummary(
                shape: spec.model, phase: state?.position.phase ?? 0,
                pass: PassSize(spec.training, threads: threads)))
        let (length, rows) = (spec.training.sequenceLength, spec.training.batchSize)
        sampler =
            try state.map { try BatchSampler(tokens: data.train, sequenceLength: length, batchRows: rows, state: $0.sampler) }
            ?? BatchSampler(tokens: data.train, sequenceLength: length, seed: spec.seed, batchRows: rows)
        evaluator = Evaluator(
            set: try data.evaluationSet(sequenceLength: length, targetTokens: spec.evaluation.tokens),
            averaging: spec.averagedSequences, piece: spec.training.microBatchSize)
        progress = state?.progress ?? RunProgress()
        if let asked = spec.probes {
            probes = try ProbeMeter(asked, of: spec, method: method, data: data, threads: threads, initial: initial)
        } else {
            probes = nil
        }
        evaluation = state?.evaluation
        lastCheckpoint = (state?.position.step ?? 0, start)
    }

    mutating func execute(
        from found: Checkpoints.Found?, progress report: (TrainingProgress) -> Void, shouldStop asked: () -> Bool
    ) throws -> RunResult {
        let training = spec.training
        let (rules, start) = (rules, start)
        func stop() -> StepRules.Stop? { rules.stop(isAsked: asked(), elapsed: MonotonicClock.seconds - start) }
        report(TrainingProgress(activity: .initialising, step: found?.state.position.step ?? 0, totalSteps: training.steps))
        if let note = found?.state.note(resumedUnder: conditions) {
            try recorder.record(note)
            checkpoints?.notice(note.message)
        }
        let loop = try makeLoop(found)
        try probes?.begin(loop)
        if found == nil {
            for message in SilentEvents.of(spec, method: method) {
                try recorder.record(RunNote(step: 0, kind: .silentEvent, message: message))
            }
            try recordComputations()
            try evaluate(loop, report, stop)
            try probeStart(loop)
        } else if evaluation?.step != loop.step, rules.isEvaluationDue(after: loop.step) {
            try evaluate(loop, report, stop)
        }
        while !rules.isEnd(loop.step) {
            if let reason = stop() { throw try interrupt(loop, reason, "stopped after \(loop.step) of \(training.steps) updates") }
            try update(loop, report)
            if rules.isEvaluationDue(after: loop.step) { try evaluate(loop, report, stop) }
            try writeCheckpointIfDue(loop)
        }
        let result = try result(loop)
        if let checkpoints {
            do {
                try checkpoints.writeWeights(loop, runKey: try spec.runKey())
            } catch let error as FileError {
                // The result is worth more than the weights.
                checkpoints.notice("the final weights are not kept: \(error.file): \(error.problem)")
            }
        }
        try recorder.finish(result)
        checkpoints?.folder.removeCheckpoints()
        return result
    }

    private mutating func makeLoop(_ found: Checkpoints.Found?) throws -> TrainingLoop<Float> {
        let probe = evaluator.set.batch(from: 0, rows: 1).inputs
        let loop = try TrainingLoop<Float>(
            shape: spec.model, method: method, training: spec.training, seed: spec.seed, threads: threads, probe: probe, ledger: ledger,
            initial: initial, resumingAt: found?.state.position)
        if let found {
            try loop.restore(from: found.file)
            loop.losses = found.losses
        }
        return loop
    }

    private func recordComputations() throws {
        let ways = method.computations(
            shape: spec.model, phase: 0, pass: PassSize(spec.training, threads: threads))
        guard !ways.isEmpty else { return }
        try recorder.record(LifecycleRecord(step: 0, kind: "computation", measurements: ways.mapValues { Double($0) }))
    }

    private mutating func update(_ loop: TrainingLoop<Float>, _ report: (TrainingProgress) -> Void) throws {
        let training = spec.training
        try prepareProbe(loop)
        // As with the speed, the first update of a process does not count.
        if updatesHere > 0 { others.resume() }
        let batches = (0..<training.gradientAccumulation).map { _ in sampler.next(rows: training.microBatchSize) }
        let began = MonotonicClock.seconds
        let update = try loop.update(batches)
        let seconds = MonotonicClock.seconds - began
        if !update.isApplied, let divergence = update.divergence { throw try end(divergence, loop.step) }
        updatesHere += 1
        progress.tokens += update.targets
        progress.trainSeconds += seconds
        progress.refreshSeconds += update.events.filter { $0.kind == "refresh" }.reduce(0) { $0 + ($1.measurements["seconds"] ?? 0) }
        if updatesHere > 1 {
            progress.timedTokens += update.targets
            progress.timedSeconds += seconds
        }
        try recorder.record(
            StepSample(
                step: loop.step, loss: update.loss, learningRate: update.learningRate, gradientNorm: update.gradientNorm,
                tokens: update.targets, seconds: seconds, lifecycleSeconds: update.lifecycleSeconds))
        for event in update.events { try recorder.record(event) }
        if let divergence = update.divergence { throw try end(divergence, loop.step) }
        try probe(after: update, loop)
        report(
            TrainingProgress(
                activity: .training, step: loop.step, totalSteps: training.steps, loss: update.loss,
                // The first update of a process is not timed.
                tokensPerSecond: updatesHere > 1 && seconds > 0 ? Double(update.targets) / seconds : nil))
    }

    private mutating func evaluate(
        _ loop: TrainingLoop<Float>, _ report: (TrainingProgress) -> Void, _ stop: () -> StepRules.Stop?
    ) throws {
        let (step, total) = (loop.step, spec.training.steps)
        others.pause()
        report(TrainingProgress(activity: .evaluating, step: step, totalSteps: total))
        var reason: StepRules.Stop?
        func shouldStop() -> Bool {
            reason = stop()
            return reason != nil
        }
        guard let (sample, meanLoss) = try evaluator.evaluate(loop.model, step: step, shouldStop: shouldStop) else {
            throw try interrupt(loop, reason ?? .asked, "stopped while evaluating after \(step) updates")
        }
        let facts = EvaluationFacts(step: step, loss: sample.loss, meanLoss: meanLoss, firstLoss: loop.losses.first)
        let divergence = rules.divergence(in: facts)
        if let divergence, divergence.reason == .notANumber { throw try end(divergence, step) }
        try recorder.record(sample)
        evaluation = sample
        report(TrainingProgress(activity: .evaluating, step: step, totalSteps: total, evaluation: sample))
        if let divergence { throw try end(divergence, step) }
    }

    // MARK: Checkpoints

    /// A checkpoint that can't be written is told of and tried again when the next is due; training goes on.
    private mutating func writeCheckpointIfDue(_ loop: TrainingLoop<Float>) throws {
        let seconds = MonotonicClock.seconds
        guard let checkpoints,
            rules.isCheckpointDue(after: loop.step, last: lastCheckpoint.step, seconds: seconds - lastCheckpoint.seconds)
        else { return }
        lastCheckpoint = (loop.step, seconds)
        others.pause()
        do {
            try writeCheckpoint(loop, checkpoints)
        } catch let error as FileError {
            checkpoints.notice("no checkpoint after \(loop.step) updates: \(error.file): \(error.problem)")
        }
    }

    private func writeCheckpoint(_ loop: TrainingLoop<Float>, _ checkpoints: Checkpoints) throws {
        guard let evaluation else { return }
        // The record must reach as far as the checkpoint that is built on it.
        try recorder.flush()
        let state = CheckpointState(
            runKey: try spec.runKey(), position: try loop.position, sampler: sampler.state, progress: sums, evaluation: evaluation,
            conditions: conditions)
        try checkpoints.write(loop, state)
    }

    /// Leaves a checkpoint behind, records the end and returns it as the error to throw.
    private func interrupt(_ loop: TrainingLoop<Float>, _ reason: StepRules.Stop, _ message: String) throws -> RunFailure {
        var words = message
        if let checkpoints, loop.step > 0 {
            do {
                try writeCheckpoint(loop, checkpoints)
                words += "; a checkpoint is there"
            } catch let error as FileError {
                words += "; no checkpoint could be written: \(error.problem)"
            }
        }
        switch reason {
        case .asked: return try end(.interrupted, .interrupted, loop.step, words)
        case .overdue(let limit):
            return try end(.failed, .timedOut, loop.step, "\(words); it took longer than the \(Int(limit)) s it was given")
        }
    }

    // MARK: The end

    /// Records the end and returns it as the error to throw.
    private func end(_ status: RunStatus, _ reason: FailureReason, _ step: Int, _ message: String) throws -> RunFailure {
        let failure = RunFailure(status: status, reason: reason, step: step, message: message)
        try recorder.fail(failure, memory: memory)
        return failure
    }

    private func end(_ divergence: Divergence, _ step: Int) throws -> RunFailure {
        try end(.diverged, divergence.reason, step, divergence.message)
    }

    private func accounting(held: Set<String>?) -> ModelAccounting {
        ModelAccounting(shape: spec.model, method: method, optimizer: optimizer, held: held)
    }

    private var lastPhase: Int { method.phase(ofUpdate: spec.training.steps) }

    /// What all processes of the run have added up, this one included. The peaks are the largest of any.
    private var sums: RunProgress {
        var sums = progress
        sums.wallSeconds += MonotonicClock.seconds - start
        let own = ledger.peak
        if own.total > progress.peak?.total ?? -1 { (sums.peak, sums.peakStage) = (MemoryBreakdown(own), own.stage.rawValue) }
        sums.peakResidentBytes = [residentPeak, progress.peakResidentBytes].compactMap(\.self).max()
        sums.constantBytes = [constant.bytes, progress.constantBytes].compactMap(\.self).max()
        sums.foreignLoad = (progress.foreignLoad ?? ForeignLoad()) + others.load
        return sums
    }

    private var memory: MemoryRecord {
        let sums = sums
        let peak = sums.peak ?? MemoryBreakdown()
        return MemoryRecord(
            paperBytes: accounting(held: nil).paperBytes(phase: lastPhase), predictedBytes: plan.totalBytes, peakTrackedBytes: peak.total,
            peak: peak, peakStage: sums.peakStage ?? RunStage.setup.rawValue, peakResidentBytes: sums.peakResidentBytes,
            constantBytes: sums.constantBytes)
    }

    private func result(_ loop: TrainingLoop<Float>) throws -> RunResult {
        guard let evaluation else {
            throw RunFailure(status: .failed, reason: .other, step: loop.step, message: "no evaluation was made")
        }
        let tail = loop.losses.suffix(max(1, loop.losses.count / 10))
        let accounting = accounting(held: loop.model.heldTensors)
        return RunResult(
            steps: spec.training.steps, tokens: progress.tokens, trainLoss: tail.reduce(0, +) / Double(tail.count), evaluation: evaluation,
            totalParameters: accounting.totalParameters(phase: lastPhase),
            trainableParameters: accounting.trainableParameters(phase: lastPhase), memory: memory,
            optimizerBytes: ledger.current[.optimizer],
            tokensPerSecond: progress.timedSeconds > 0 ? Double(progress.timedTokens) / progress.timedSeconds : nil,
            wallSeconds: sums.wallSeconds, refreshSeconds: progress.refreshSeconds, trainSeconds: progress.trainSeconds,
            weightsSHA256: loop.model.weightsDigest(),
            trainingFloatingPointOperations: accounting.trainingFloatingPointOperations(
                spec.training, targetsPerUpdate: Double(progress.tokens) / Double(max(1, spec.training.steps))),
            foreignProcessorShare: sums.foreignLoad?.share)
    }
}
