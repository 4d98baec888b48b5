import Foundation
import GRDB
import SLSpec

extension Double {
    /// SQLite has no NaN, and an infinity would spoil every mean: both are stored as NULL.
    var finiteOrNil: Double? { isFinite ? self : nil }
}

/// A row of `step_sample`.
struct StepRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "step_sample"
    var runID: String
    var step: Int
    var loss: Double?
    var learningRate: Double
    var gradientNorm: Double?
    var tokens: Int
    var seconds: Double
    var lifecycleSeconds: Double

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, loss
        case learningRate = "learning_rate"
        case gradientNorm = "gradient_norm"
        case tokens, seconds
        case lifecycleSeconds = "lifecycle_seconds"
    }

    init(_ sample: StepSample, runID: String) {
        self.runID = runID
        step = sample.step
        loss = sample.loss.finiteOrNil
        learningRate = sample.learningRate
        gradientNorm = sample.gradientNorm.finiteOrNil
        tokens = sample.tokens
        seconds = sample.seconds
        lifecycleSeconds = sample.lifecycleSeconds
    }

    var sample: StepSample {
        StepSample(
            step: step, loss: loss ?? .nan, learningRate: learningRate, gradientNorm: gradientNorm ?? .nan, tokens: tokens,
            seconds: seconds, lifecycleSeconds: lifecycleSeconds)
    }
}

/// A row of `evaluation`. Evaluating twice after the same step keeps the later figures.
struct EvaluationRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "evaluation"
    var runID: String
    var step: Int
    var loss: Double?
    var perplexity: Double?
    var bitsPerByte: Double?
    var tokens: Int
    /// NULL in rows before schema version 5.
    var bytes: Int?
    var seconds: Double

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case step, loss, perplexity
        case bitsPerByte = "bits_per_byte"
        case tokens, bytes, seconds
    }

    init(_ sample: EvaluationSample, runID: String) {
        self.runID = runID
        step = sample.step
        loss = sample.loss.finiteOrNil
        perplexity = sample.perplexity.finiteOrNil
        bitsPerByte = sample.bitsPerByte?.finiteOrNil
        tokens = sample.tokens
        bytes = sample.bytes
        seconds = sample.seconds
    }

    var sample: EvaluationSample {
        EvaluationSample(
            // A perplexity too large for a number was stored as NULL beside its loss.
            step: step, loss: loss ?? .nan, perplexity: perplexity ?? loss.map(Perplexity.of(loss:)) ?? .nan, bitsPerByte: bitsPerByte, tokens: tokens, bytes: bytes,
            seconds: seconds)
    }
}
