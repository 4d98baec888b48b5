import Foundation
import SLData
import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLRanks
import SLSpec

/// The state of one run.
struct TrainingRun {
    private let spec: RunSpec
    private let method: any PretrainingMethod
    private let optimizer: RunOptimizer
    private let ranks: any RankGroup
    /// Of the process that holds most.
    private let predictedBytes: Int
    let recorder: any RunRecorder
    private let checkpoints: Checkpoints?
    private let ledger = MemoryLedger()
    let others = ForeignLoadMeter()
    private let evaluator: Evaluator
    private let texts: TextEvaluators
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
    /// By the first process's clock, from its start.
    private var lastCheckpoint: (step: Int, seconds: Double)

    init(
        spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, constant: ProcessConstant, environment: EnvironmentRecord,
        recorder: any RunRecorder, checkpoints: Checkpoints?, timeout: Double?, initial: InitialWeights?, ranks: any RankGroup, resuming state: CheckpointState?
    ) throws {
        self.initial = initial
        self.ranks = ranks
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
        predictedBytes = try MemoryPlan.ofRanks(
            ranks.count, shape: spec.model, method: method, training: spec.training, threads: threads
        ).largestBytes
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
            set: try data.evaluationSet(of: spec), averaging: spec.averagedSequences, piece: spec.training.microBatchSize)
        texts = try TextEvaluators(data, spec)
        progress = state?.progress ?? RunProgress()
        if let asked = spec.probes {
            probes = try ProbeMeter(asked, of: spec, method: method, data: data, threads: threads, initial: initial)
        } else {
            probes = nil
        }
        evaluation = state?.evaluation
        lastCheckpoint = (state?.position.step ?? 0, 0)
    }

    mutating func execute(
        from found: Checkpoints.Found?, progress report: (TrainingProgress) -> Void, shouldStop asked: () -> Bool
    ) throws -> RunResult {
        // It asks no later than this returns.
        try withoutActuallyEscaping(asked) { asked in
            try execute(from: found, report, StopWatch(rules: rules, ranks: ranks, start: start, asked: asked))
        }
    }

    private mutating func execute(
        from found: Checkpoints.Found?, _ report: (TrainingProgress) -> Void, _ watch: StopWatch
    ) throws -> RunResult {
        let training = spec.training
        report(TrainingProgress(activity: .initialising, step: found?.state.position.step ?? 0, totalSteps: training.steps))
        if let note = found?.state.note(resumedUnder: conditions) {
            try recorder.record(note)
            notice(note.message)
        }
        let loop = try makeLoop(found)
        try probes?.begin(loop)
        if found == nil {
            for message in SilentEvents.of(spec, method: method) {
                try recorder.record(RunNote(step: 0, kind: .silentEvent, message: message))
            }
            try recordComputations()
            try evaluate(loop, report, watch)
            try probeStart(loop)
        } else if evaluation?.step != loop.step, rules.isEvaluationDue(after: loop.step) {
            try evaluate(loop, report, watch)
        }
        while !rules.isEnd(loop.step) {
            if let reason = try watch.stop() { throw try interrupt(loop, reason, "stopped after \(loop.step) of \(training.steps) updates") }
            try update(loop, report)
            if rules.isEvaluationDue(after: loop.step) { try evaluate(loop, report, watch) }
            try writeCheckpointIfDue(loop)
        }
        let test = try evaluate(texts.test, loop, report, watch)
        let result = try result(loop, test: test)
        if let checkpoints, ranks.isFirst {
            do {
                try checkpoints.writeWeights(loop, runKey: try spec.runKey())
            } catch let error as FileError {
                // The result is worth more than the weights.
                notice("the final weights are not kept: \(error.file): \(error.problem)")
            }
        }
        try recorder.finish(result)
        // Finished is finished, whoever holds the folder now.
        if ranks.isFirst { try? checkpoints?.clear(step: loop.step) }
        // Nobody is gone before the record is whole.
        try ranks.meet()
        return result
    }

    private mutating func makeLoop(_ found: Checkpoints.Found?) throws -> TrainingLoop<Float> {
        let probe = evaluator.set.batch(from: 0, rows: 1).inputs
        let loop = try TrainingLoop<Float>(
            shape: spec.model, method: method, training: spec.training, seed: spec.seed, threads: threads, probe: probe, ledger: ledger,
            initial: initial, resumingAt: found?.state.position, ranks: ranks)
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
        let (began, waited) = (MonotonicClock.seconds, ranks.secondsWaiting)
        let update = try loop.update(batches)
        let seconds = MonotonicClock.seconds - began
        if !update.isApplied, let divergence = update.divergence { throw try end(divergence, loop.step) }
        updatesHere += 1
        progress.tokens += update.targets
        progress.trainSeconds += seconds
        if !ranks.isLone { progress.communicationSeconds = (progress.communicationSeconds ?? 0) + ranks.secondsWaiting - waited }
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
        _ loop: TrainingLoop<Float>, _ report: (TrainingProgress) -> Void, _ watch: StopWatch
    ) throws {
        let (step, total) = (loop.step, spec.training.steps)
        others.pause()
        report(TrainingProgress(activity: .evaluating, step: step, totalSteps: total))
        let sample: EvaluationSample
        let meanLoss: Double
        switch try evaluator.evaluate(loop.model, step: step, watch: watch) {
        case .stopped(let reason): throw try interrupt(loop, reason, "stopped while evaluating after \(step) updates")
        case .done(let found, let mean): (sample, meanLoss) = (found, mean)
        }
        let facts = EvaluationFacts(step: step, loss: sample.loss, meanLoss: meanLoss, firstLoss: loop.losses.first)
        let divergence = rules.divergence(in: facts)
        if let divergence, divergence.reason == .notANumber { throw try end(divergence, step) }
        // Before the evaluation itself is recorded: a run that is stopped meanwhile makes all of it again.
        if divergence == nil { try evaluate(texts.heldOut(isEnd: rules.isEnd(step)), loop, report, watch) }
        try recorder.record(sample)
        evaluation = sample
        report(TrainingProgress(activity: .evaluating, step: step, totalSteps: total, evaluation: sample))
        if let divergence { throw try end(divergence, step) }
    }

    /// - Returns: the last text's figures; `nil` where there is none.
    @discardableResult
    private func evaluate(
        _ texts: [TextEvaluators.Text], _ loop: TrainingLoop<Float>, _ report: (TrainingProgress) -> Void, _ watch: StopWatch
    ) throws -> EvaluationSample? {
        var last: EvaluationSample?
        for text in texts {
            others.pause()
            report(TrainingProgress(activity: .evaluating, step: loop.step, totalSteps: spec.training.steps))
            switch try text.evaluator.evaluate(loop.model, step: loop.step, watch: watch) {
            case .stopped(let reason):
                throw try interrupt(loop, reason, "stopped while evaluating the \(text.kind.words) text after \(loop.step) updates")
            case .done(let sample, _):
                try recorder.record(TextSample(kind: text.kind, corpus: text.corpus, evaluation: sample))
                last = sample
            }
        }
        return last
    }

    // MARK: Checkpoints

    /// A checkpoint that can't be written is told of and tried again when the next is due; training goes on.
    private mutating func writeCheckpointIfDue(_ loop: TrainingLoop<Float>) throws {
        // One clock for all.
        let seconds = try checkpoints == nil ? 0 : ranks.gatherNumbers([MonotonicClock.seconds - start])[0][0]
        guard let checkpoints,
            rules.isCheckpointDue(after: loop.step, last: lastCheckpoint.step, seconds: seconds - lastCheckpoint.seconds)
        else { return }
        lastCheckpoint = (loop.step, seconds)
        others.pause()
        try loop.compareOneTensor(loop.step)
        do {
            try writeCheckpoint(loop, checkpoints)
        } catch let error as FileError {
            notice("no checkpoint after \(loop.step) updates: \(error.file): \(error.problem)")
        }
    }

    private func writeCheckpoint(_ loop: TrainingLoop<Float>, _ checkpoints: Checkpoints) throws {
        guard let evaluation else { return }
        guard ranks.isFirst else { return try checkpoints.help(loop) }
        do {
            // The record must reach as far as the checkpoint that is built on it.
            try recorder.flush()
        } catch {
            // The others are on their way to a checkpoint by now.
            try checkpoints.help(loop)
            throw error
        }
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

    /// What is said once, by the process that writes.
    private func notice(_ text: String) { if ranks.isFirst { checkpoints?.notice(text) } }

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
        // Others are the processes that share the run, too: what they take is no disturbance.
        if ranks.isLone { sums.foreignLoad = (progress.foreignLoad ?? ForeignLoad()) + others.load }
        return sums
    }

    private var memory: MemoryRecord {
        let sums = sums
        let peak = sums.peak ?? MemoryBreakdown()
        return MemoryRecord(
            paperBytes: accounting(held: nil).paperBytes(phase: lastPhase), predictedBytes: predictedBytes, peakTrackedBytes: peak.total,
            peak: peak, peakStage: sums.peakStage ?? RunStage.setup.rawValue, peakResidentBytes: sums.peakResidentBytes,
            constantBytes: sums.constantBytes)
    }

    /// What the process that holds most holds, for every node must have room for it; what all hold together is recorded beside it.
    private func largestOfRanks(_ loop: TrainingLoop<Float>) throws -> RankMemory {
        let all = try ranks.gatherValues(RankMemory(memory: memory, optimizerBytes: ledger.current[.optimizer]))
        guard var largest = all.max(by: { $0.memory.peakTrackedBytes < $1.memory.peakTrackedBytes }), !ranks.isLone else { return all[0] }
        largest.optimizerBytes = all.map(\.optimizerBytes).max() ?? 0
        largest.memory.peakResidentBytes = all.compactMap(\.memory.peakResidentBytes).max()
        var measured = [
            "ranks": Double(ranks.count), "tracked_bytes_of_largest": Double(largest.memory.peakTrackedBytes),
            "tracked_bytes_of_all": Double(all.reduce(0) { $0 + $1.memory.peakTrackedBytes }),
        ]
        measured["communication_seconds"] = progress.communicationSeconds
        try recorder.record(LifecycleRecord(step: loop.step, kind: "ranks", measurements: measured))
        return largest
    }

    private func result(_ loop: TrainingLoop<Float>, test: EvaluationSample?) throws -> RunResult {
        guard let evaluation else {
            throw RunFailure(status: .failed, reason: .other, step: loop.step, message: "no evaluation was made")
        }
        let tail = loop.losses.suffix(max(1, loop.losses.count / 10))
        let accounting = accounting(held: loop.model.heldTensors)
        let largest = try largestOfRanks(loop)
        return RunResult(
            steps: spec.training.steps, tokens: progress.tokens, trainLoss: tail.reduce(0, +) / Double(tail.count), evaluation: evaluation,
            totalParameters: accounting.totalParameters(phase: lastPhase),
            trainableParameters: accounting.trainableParameters(phase: lastPhase), memory: largest.memory,
            optimizerBytes: largest.optimizerBytes,
            tokensPerSecond: progress.timedSeconds > 0 ? Double(progress.timedTokens) / progress.timedSeconds : nil,
            wallSeconds: sums.wallSeconds, refreshSeconds: progress.refreshSeconds, trainSeconds: progress.trainSeconds,
            weightsSHA256: loop.model.weightsDigest(),
            trainingFloatingPointOperations: accounting.trainingFloatingPointOperations(
                spec.training, targetsPerUpdate: Double(progress.tokens) / Double(max(1, spec.training.steps))),
            foreignProcessorShare: sums.foreignLoad?.share, communicationSeconds: progress.communicationSeconds, test: test)
    }
}
