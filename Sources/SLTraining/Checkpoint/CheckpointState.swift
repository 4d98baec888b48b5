import Foundation
import SLData
import SLSpec

/// What a checkpoint says of its run besides the tensors.
struct CheckpointState: Sendable, Hashable, Codable {
    static let currentVersion = 1
    /// Under which key of the file's metadata it stands.
    static let metadataKey = "slbench.checkpoint"

    var version = currentVersion
    var runKey: String
    var position: LoopPosition
    var sampler: BatchSampler.State
    var progress: RunProgress
    /// The last one: of an earlier step when the run was stopped before an evaluation that is due.
    var evaluation: EvaluationSample
    /// Threads and BLAS core of the process: with others the bits differ.
    var threads: Int
    var blasCore: String

    enum CodingKeys: String, CodingKey {
        case version
        case runKey = "run_key"
        case position, sampler, progress, evaluation, threads
        case blasCore = "blas_core"
    }
}

/// What a run has added up so far, for its result.
struct RunProgress: Sendable, Hashable, Codable {
    /// Targets trained on.
    var tokens = 0
    var timedTokens = 0
    var timedSeconds = 0.0
    var trainSeconds = 0.0
    var refreshSeconds = 0.0
    /// Of all processes of the run together.
    var wallSeconds = 0.0
    /// Of all processes: the largest tracked peak with its split, and the largest resident size.
    var peak: MemoryBreakdown?
    var peakPhase: String?
    var peakResidentBytes: Int?
    var constantBytes: Int?

    enum CodingKeys: String, CodingKey {
        case tokens
        case timedTokens = "timed_tokens"
        case timedSeconds = "timed_seconds"
        case trainSeconds = "train_seconds"
        case refreshSeconds = "refresh_seconds"
        case wallSeconds = "wall_seconds"
        case peak
        case peakPhase = "peak_phase"
        case peakResidentBytes = "peak_rss_bytes"
        case constantBytes = "process_constant_bytes"
    }
}
