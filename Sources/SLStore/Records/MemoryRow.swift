import GRDB
import SLSpec

/// A row of `memory`: the three figures and the tracked peak's split.
struct MemoryRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "memory"
    var runID: String
    var paperBytes: Int
    var predictedBytes: Int
    var peakTrackedBytes: Int
    var peakResidentBytes: Int?
    var peakStage: String
    var weights: Int
    var gradients: Int
    var optimizer: Int
    var indices: Int
    var activations: Int
    var workspace: Int
    var constantBytes: Int?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case paperBytes = "paper_memory_bytes"
        case predictedBytes = "predicted_bytes"
        case peakTrackedBytes = "peak_tracked_bytes"
        case peakResidentBytes = "peak_rss_bytes"
        case peakStage = "peak_phase"
        case weights = "peak_weight_bytes"
        case gradients = "peak_gradient_bytes"
        case optimizer = "peak_optimizer_bytes"
        case indices = "peak_index_bytes"
        case activations = "peak_activation_bytes"
        case workspace = "peak_workspace_bytes"
        case constantBytes = "process_constant_bytes"
    }

    init(_ memory: MemoryRecord, runID: String) {
        self.runID = runID
        paperBytes = memory.paperBytes
        predictedBytes = memory.predictedBytes
        peakTrackedBytes = memory.peakTrackedBytes
        peakResidentBytes = memory.peakResidentBytes
        peakStage = memory.peakStage
        weights = memory.peak.weights
        gradients = memory.peak.gradients
        optimizer = memory.peak.optimizer
        indices = memory.peak.indices
        activations = memory.peak.activations
        workspace = memory.peak.workspace
        constantBytes = memory.constantBytes
    }

    var memory: MemoryRecord {
        MemoryRecord(
            paperBytes: paperBytes, predictedBytes: predictedBytes, peakTrackedBytes: peakTrackedBytes,
            peak: MemoryBreakdown(
                weights: weights, gradients: gradients, optimizer: optimizer, indices: indices, activations: activations,
                workspace: workspace),
            peakStage: peakStage, peakResidentBytes: peakResidentBytes, constantBytes: constantBytes)
    }
}
