import Foundation
import GRDB
import SLSpec

/// A row of `prediction`: a cell of a sweep whose memory was planned and that is never run.
struct PredictionRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "prediction"
    var sweepID: Int64
    var position: Int
    var spec: String
    var predictedBytes: Int
    var weights: Int
    var gradients: Int
    var optimizer: Int
    var indices: Int
    var activations: Int
    var workspace: Int
    var peakStage: String
    var paperBytes: Int

    enum CodingKeys: String, CodingKey {
        case sweepID = "sweep_id"
        case position, spec
        case predictedBytes = "predicted_bytes"
        case weights = "predicted_weight_bytes"
        case gradients = "predicted_gradient_bytes"
        case optimizer = "predicted_optimizer_bytes"
        case indices = "predicted_index_bytes"
        case activations = "predicted_activation_bytes"
        case workspace = "predicted_workspace_bytes"
        case peakStage = "peak_phase"
        case paperBytes = "paper_memory_bytes"
    }

    init(_ prediction: PredictionRecord, sweepID: Int64, position: Int) throws {
        self.sweepID = sweepID
        self.position = position
        spec = try prediction.spec.canonicalJSON()
        predictedBytes = prediction.predictedBytes
        weights = prediction.memory.weights
        gradients = prediction.memory.gradients
        optimizer = prediction.memory.optimizer
        indices = prediction.memory.indices
        activations = prediction.memory.activations
        workspace = prediction.memory.workspace
        peakStage = prediction.peakStage
        paperBytes = prediction.paperBytes
    }

    func prediction() throws -> PredictionRecord {
        PredictionRecord(
            spec: try JSONDecoder().decode(PredictionSpec.self, from: Data(spec.utf8)),
            memory: MemoryBreakdown(
                weights: weights, gradients: gradients, optimizer: optimizer, indices: indices, activations: activations,
                workspace: workspace),
            peakStage: peakStage, paperBytes: paperBytes)
    }
}
