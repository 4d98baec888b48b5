import Foundation
import SLData
package import SLSpec

/// What a checkpoint says of its run besides the tensors.
package struct CheckpointState: Sendable, Hashable, Codable {
    /// 2: every tensor has its own age, and all that decides the bits is written. 3: controllers have states, tensors may be frozen.
    static let currentVersion = 3
    /// Under which key of the file's metadata it stands.
    static let metadataKey = "slbench.checkpoint"

    var version = currentVersion
    var runKey: String
    var position: LoopPosition
    var sampler: BatchSampler.State
    var progress: RunProgress
    /// The last one: of an earlier step when the run was stopped before an evaluation that is due.
    var evaluation: EvaluationSample
    /// Of the process that wrote it: under others the bits differ.
    var conditions: RunConditions?
    /// All that version 1 says of them.
    private(set) var threads: Int?
    private(set) var blasCore: String?

    enum CodingKeys: String, CodingKey {
        case version
        case runKey = "run_key"
        case position, sampler, progress, evaluation, conditions, threads
        case blasCore = "blas_core"
    }

    init(
        runKey: String, position: LoopPosition, sampler: BatchSampler.State, progress: RunProgress, evaluation: EvaluationSample,
        conditions: RunConditions
    ) {
        self.runKey = runKey
        self.position = position
        self.sampler = sampler
        self.progress = progress
        self.evaluation = evaluation
        self.conditions = conditions
    }

    /// - Throws: `DataError` for a version that this program does not know, and for one of a later phase that says nothing of the
    ///   tensors' ages: in it all were as old as the run.
    func checkVersion(_ path: String) throws(DataError) {
        guard (1...Self.currentVersion).contains(version) else {
            throw DataError(file: path, problem: "is a checkpoint of version \(version), \(Self.currentVersion) needed")
        }
        guard position.ages != nil || position.phase == 0 else {
            throw DataError(
                file: path,
                problem: "is a checkpoint of version \(version) after a change of phase, where the tensors' ages, which the bias correction goes by, were not kept")
        }
    }

    /// What is unlike the conditions under which it was written, as a note for the record; `nil` when nothing is.
    func note(resumedUnder now: RunConditions) -> RunNote? {
        let before = conditions ?? RunConditions(threads: threads, blasCore: blasCore)
        let changes = before.changes(to: now)
        guard !changes.isEmpty else { return nil }
        return RunNote(
            step: position.step, kind: .changedConditions,
            message: "went on after update \(position.step) under other conditions than before (\(changes.joined(separator: "; "))): "
                + "the bits of an undisturbed run are not promised from there on")
    }
}

/// What a run has added up so far, for its result.
package struct RunProgress: Sendable, Hashable, Codable {
    /// Targets trained on.
    package var tokens = 0
    var timedTokens = 0
    var timedSeconds = 0.0
    var trainSeconds = 0.0
    var refreshSeconds = 0.0
    /// Of all processes of the run together.
    package var wallSeconds = 0.0
    /// Of all processes: the largest tracked peak with its split, and the largest resident size.
    package var peak: MemoryBreakdown?
    package var peakStage: String?
    package var peakResidentBytes: Int?
    var constantBytes: Int?
    /// `nil` in checkpoints of programs that didn't look.
    package var foreignLoad: ForeignLoad?
    /// Of the updates in processes that shared the run with others; `nil` where none did.
    var communicationSeconds: Double?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case tokens
        case timedTokens = "timed_tokens"
        case timedSeconds = "timed_seconds"
        case trainSeconds = "train_seconds"
        case refreshSeconds = "refresh_seconds"
        case wallSeconds = "wall_seconds"
        case peak
        case peakStage = "peak_phase"
        case peakResidentBytes = "peak_rss_bytes"
        case constantBytes = "process_constant_bytes"
        case foreignLoad = "foreign_load"
        case communicationSeconds = "communication_seconds"
    }
}
