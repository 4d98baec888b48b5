public import SLData
public import SLMethodKit
import SLNumerics
public import SLSpec

/// Where a run is, for people who watch it.
public struct TrainingProgress: Sendable {
    public enum Activity: String, Sendable, Codable { case initialising, training, evaluating }

    public var activity: Activity
    public var step: Int
    public var totalSteps: Int
    public var loss: Double?
    public var tokensPerSecond: Double?
    public var evaluation: EvaluationSample?
}

/// One run from its spec to its result: batches, updates, evaluations, records, checkpoints.
public enum Trainer {
    /// Goes on from the newest checkpoint that is whole and that the record reaches up to; without one, begins.
    ///
    /// - Parameters:
    ///   - threads: fixed for the whole process by the first run.
    ///   - checkpoints: `nil` for a run that is kept in memory only.
    ///   - timeout: seconds that this process may train; then the run ends as timed out, with a checkpoint.
    ///   - initialWeights: the file that `spec.initialization` is the digest of; a run that goes on does without.
    ///   - progress: called after every update and evaluation.
    ///   - shouldStop: asked after every update; `true` ends the run as `interrupted`, with a checkpoint.
    /// - Throws: `RunFailure` when the run diverged or was interrupted (the recorder knows already); other errors are the
    ///   caller's to record.
    public static func run(
        spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, environment: EnvironmentRecord,
        recorder: any RunRecorder, checkpoints: Checkpoints? = nil, timeout: Double? = nil, initialWeights: String? = nil,
        progress: (TrainingProgress) -> Void,
        shouldStop: () -> Bool
    ) throws -> RunResult {
        Compute.configure(threads: threads)
        let constant = try ProcessConstant()
        let found = try resumable(spec, environment, recorder, checkpoints)
        // A run that goes on needs them only to be compared with.
        let initial = try found == nil || spec.probes != nil ? InitialWeights.of(spec, path: initialWeights) : nil
        var run = try TrainingRun(
            spec: spec, registry: registry, data: data, threads: threads, constant: constant, environment: environment, recorder: recorder,
            checkpoints: checkpoints, timeout: timeout, initial: initial, resuming: found?.state)
        if found == nil {
            try recorder.start(spec, environment: environment)
            try recorder.record(data.record(of: spec))
            for note in data.notes { try recorder.record(RunNote(step: 0, kind: .data, message: note)) }
        }
        return try run.execute(from: found, progress: progress, shouldStop: shouldStop)
    }

    private static func resumable(
        _ spec: RunSpec, _ environment: EnvironmentRecord, _ recorder: any RunRecorder, _ checkpoints: Checkpoints?
    ) throws -> Checkpoints.Found? {
        guard let checkpoints else { return nil }
        for found in checkpoints.found(runKey: try spec.runKey()) {
            if try recorder.resume(spec, environment: environment, atStep: found.state.position.step) { return found }
        }
        return nil
    }
}
