import GRDB
import SLSpec

/// A row of `run_data`.
struct DataRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "run_data"
    var runID: String
    var trainingTokens: Int
    var trainingBytes: Int
    var trainingDroppedBytes: Int?
    var trainingUnknownTokens: Int?
    var validationTokens: Int
    var validationBytes: Int
    var validationDroppedBytes: Int?
    var validationUnknownTokens: Int?
    var sharedRecords: Int?
    var validationRecords: Int?
    var sharedTargets: Int?
    var skippedRecords: Int?
    var trainingPasses: Double?
    var unigramLoss: Double?
    var bigramLoss: Double?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case trainingTokens = "training_tokens"
        case trainingBytes = "training_bytes"
        case trainingDroppedBytes = "training_dropped_bytes"
        case trainingUnknownTokens = "training_unknown_tokens"
        case validationTokens = "validation_tokens"
        case validationBytes = "validation_bytes"
        case validationDroppedBytes = "validation_dropped_bytes"
        case validationUnknownTokens = "validation_unknown_tokens"
        case sharedRecords = "shared_records"
        case validationRecords = "validation_records"
        case sharedTargets = "shared_targets"
        case skippedRecords = "skipped_records"
        case trainingPasses = "training_passes"
        case unigramLoss = "unigram_loss"
        case bigramLoss = "bigram_loss"
    }

    init(_ data: DataRecord, runID: String) {
        self.runID = runID
        trainingTokens = data.training.tokens
        trainingBytes = data.training.bytes
        trainingDroppedBytes = data.training.droppedBytes
        trainingUnknownTokens = data.training.unknownTokens
        validationTokens = data.validation.tokens
        validationBytes = data.validation.bytes
        validationDroppedBytes = data.validation.droppedBytes
        validationUnknownTokens = data.validation.unknownTokens
        sharedRecords = data.sharedRecords
        validationRecords = data.validationRecords
        sharedTargets = data.sharedTargets
        skippedRecords = data.skippedRecords
        trainingPasses = data.trainingPasses?.finiteOrNil
        unigramLoss = data.unigramLoss?.finiteOrNil
        bigramLoss = data.bigramLoss?.finiteOrNil
    }

    /// - Parameter texts: what stands beside it in `evaluated_text`.
    func data(_ texts: [EvaluatedTextRow]) -> DataRecord {
        DataRecord(
            training: .init(
                tokens: trainingTokens, bytes: trainingBytes, droppedBytes: trainingDroppedBytes, unknownTokens: trainingUnknownTokens),
            validation: .init(
                tokens: validationTokens, bytes: validationBytes, droppedBytes: validationDroppedBytes,
                unknownTokens: validationUnknownTokens),
            sharedRecords: sharedRecords, validationRecords: validationRecords, sharedTargets: sharedTargets,
            skippedRecords: skippedRecords, trainingPasses: trainingPasses, unigramLoss: unigramLoss, bigramLoss: bigramLoss,
            texts: texts.isEmpty ? nil : texts.map(\.text))
    }
}
