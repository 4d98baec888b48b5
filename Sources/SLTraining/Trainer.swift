public import SLData
public import SLMethodKit
import SLNumerics
public import SLRanks
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
    ///   - recorder: only the first rank's is told anything.
    ///   - checkpoints: `nil` for a run that is kept in memory only. With ranks the folder is one that all of them see; the first one writes.
    ///   - timeout: seconds that this process may train; then the run ends as timed out, with a checkpoint. With ranks the first one's counts.
    ///   - initialWeights: the file that `spec.initialization` is the digest of; a run that goes on does without.
    ///   - ranks: processes that share every update, each of which calls this alike. Bits do not depend on how many they are, unless the spec
    ///     says of how many it is.
    ///   - progress: called after every update and evaluation, in the first rank.
    ///   - shouldStop: asked after every update; `true` from any rank ends the run as `interrupted`, with a checkpoint.
    /// - Throws: `RunFailure` when the run diverged or was interrupted, from all ranks alike (the recorder knows already); other errors are the
    ///   caller's to record. With ranks such an error may be this rank's alone: then the caller ends all of them by ``RankGroup/abort(status:)``,
    ///   or they wait for it.
    public static func run(
        spec: RunSpec, registry: MethodRegistry, data: PreparedData, threads: Int, environment: EnvironmentRecord,
        recorder: any RunRecorder, checkpoints: Checkpoints? = nil, timeout: Double? = nil, initialWeights: String? = nil,
        ranks: any RankGroup = LoneRank(),
        progress: (TrainingProgress) -> Void,
        shouldStop: () -> Bool
    ) throws -> RunResult {
        try ShardWork.check(spec.training, ranks: ranks.count)
        let recorder: any RunRecorder = ranks.isFirst ? recorder : SilentRecorder()
        var environment = environment
        if !ranks.isLone { environment.ranks = ranks.count }
        Compute.configure(threads: threads)
        let constant = try ProcessConstant()
        try ranks.agree(on: RunConditions(environment, threads: threads, computation: nil).facts(runKey: try spec.runKey()))
        let found = try resumable(spec, environment, recorder, checkpoints, ranks)
        // A run that goes on needs them only to be compared with.
        let initial = try found == nil || spec.probes != nil ? InitialWeights.of(spec, path: initialWeights) : nil
        var run = try TrainingRun(
            spec: spec, registry: registry, data: data, threads: threads, constant: constant, environment: environment, recorder: recorder,
            checkpoints: checkpoints, timeout: timeout, initial: initial, ranks: ranks, resuming: found?.state)
        if found == nil {
            try recorder.start(spec, environment: environment)
            try checkpoints?.clear(step: 0)
            try recorder.record(data.record(of: spec))
            for note in data.notes { try recorder.record(RunNote(step: 0, kind: .data, message: note)) }
        }
        return try run.execute(from: found, progress: { if ranks.isFirst { progress($0) } }, shouldStop: shouldStop)
    }

    /// The first rank chooses, as it knows the record; the others read the same file.
    private static func resumable(
        _ spec: RunSpec, _ environment: EnvironmentRecord, _ recorder: any RunRecorder, _ checkpoints: Checkpoints?, _ ranks: any RankGroup
    ) throws -> Checkpoints.Found? {
        guard let checkpoints else { return nil }
        let key = try spec.runKey()
        guard ranks.isFirst else {
            guard let step = try ranks.gatherNumbers([])[0].first else { return nil }
            return try checkpoints.found(runKey: key, step: Int(step))
        }
        for found in checkpoints.found(runKey: key) {
            let step = found.state.position.step
            guard try recorder.resume(spec, environment: environment, atStep: step) else { continue }
            _ = try ranks.gatherNumbers([Double(step)])
            return found
        }
        _ = try ranks.gatherNumbers([])
        return nil
    }
}
