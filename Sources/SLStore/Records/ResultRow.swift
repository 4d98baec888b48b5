import GRDB
import SLSpec

/// A row of `run_result`; the final evaluation is the row of `evaluation` it points to.
struct ResultRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "run_result"
    var runID: String
    var steps: Int
    var tokens: Int
    var trainLoss: Double?
    var evaluationStep: Int
    var totalParameters: Int
    var trainableParameters: Int
    var optimizerBytes: Int
    var tokensPerSecond: Double?
    var wallSeconds: Double
    /// Both NULL in a row that schema version 1 wrote.
    var refreshSeconds: Double?
    var trainSeconds: Double?
    /// NULL in rows before schema version 3.
    var weightsSHA256: String?
    /// NULL in rows before schema version 4.
    var trainingFLOPs: Double?
    /// NULL in rows before schema version 5.
    var foreignProcessorShare: Double?
    /// NULL in rows before schema version 7.
    var communicationSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case steps, tokens
        case trainLoss = "train_loss"
        case evaluationStep = "evaluation_step"
        case totalParameters = "total_parameters"
        case trainableParameters = "trainable_parameters"
        case optimizerBytes = "optimizer_bytes"
        case tokensPerSecond = "tokens_per_second"
        case wallSeconds = "wall_seconds"
        case refreshSeconds = "refresh_seconds"
        case trainSeconds = "train_seconds"
        case weightsSHA256 = "weights_sha256"
        case trainingFLOPs = "training_flops"
        case foreignProcessorShare = "foreign_processor_share"
        case communicationSeconds = "communication_seconds"
    }

    init(_ result: RunResult, runID: String) {
        self.runID = runID
        steps = result.steps
        tokens = result.tokens
        trainLoss = result.trainLoss.finiteOrNil
        evaluationStep = result.evaluation.step
        totalParameters = result.totalParameters
        trainableParameters = result.trainableParameters
        optimizerBytes = result.optimizerBytes
        // A run of one step has no speed: the first step is not timed.
        tokensPerSecond = result.tokensPerSecond?.finiteOrNil
        wallSeconds = result.wallSeconds
        refreshSeconds = result.refreshSeconds
        trainSeconds = result.trainSeconds
        weightsSHA256 = result.weightsSHA256
        trainingFLOPs = result.trainingFloatingPointOperations
        foreignProcessorShare = result.foreignProcessorShare
        communicationSeconds = result.communicationSeconds
    }

    /// - Parameter companionRuns: as the run's own row has it.
    func result(evaluation: EvaluationSample, test: EvaluationSample?, memory: MemoryRecord, companionRuns: Int?) -> RunResult {
        RunResult(
            steps: steps, tokens: tokens, trainLoss: trainLoss ?? .nan, evaluation: evaluation, totalParameters: totalParameters,
            trainableParameters: trainableParameters, memory: memory, optimizerBytes: optimizerBytes,
            tokensPerSecond: tokensPerSecond, wallSeconds: wallSeconds, refreshSeconds: refreshSeconds ?? 0,
            trainSeconds: trainSeconds ?? 0, weightsSHA256: weightsSHA256,
            trainingFloatingPointOperations: trainingFLOPs, companionRuns: companionRuns,
            foreignProcessorShare: foreignProcessorShare, communicationSeconds: communicationSeconds, test: test)
    }
}
