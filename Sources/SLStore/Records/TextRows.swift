import GRDB
import SLSpec

/// A row of `evaluated_text`.
struct EvaluatedTextRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "evaluated_text"
    var runID: String
    var kind: EvaluatedKind
    var corpus: String
    var sha256: String
    var tokens: Int
    var bytes: Int
    var droppedBytes: Int?
    var unknownTokens: Int?
    var records: Int?
    var sharedRecords: Int?
    var sharedTargets: Int?
    var unigramLoss: Double?
    var bigramLoss: Double?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case kind, corpus, sha256
        case tokens = "text_tokens"
        case bytes = "text_bytes"
        case droppedBytes = "text_dropped_bytes"
        case unknownTokens = "text_unknown_tokens"
        case records = "text_records"
        case sharedRecords = "shared_records"
        case sharedTargets = "shared_targets"
        case unigramLoss = "unigram_loss"
        case bigramLoss = "bigram_loss"
    }

    init(_ text: DataRecord.Text, runID: String) {
        self.runID = runID
        kind = text.kind
        corpus = text.corpus
        sha256 = text.sha256
        tokens = text.part.tokens
        bytes = text.part.bytes
        droppedBytes = text.part.droppedBytes
        unknownTokens = text.part.unknownTokens
        records = text.records
        sharedRecords = text.sharedRecords
        sharedTargets = text.sharedTargets
        unigramLoss = text.unigramLoss?.finiteOrNil
        bigramLoss = text.bigramLoss?.finiteOrNil
    }

    var text: DataRecord.Text {
        DataRecord.Text(
            kind: kind, corpus: corpus, sha256: sha256,
            part: .init(tokens: tokens, bytes: bytes, droppedBytes: droppedBytes, unknownTokens: unknownTokens), records: records,
            sharedRecords: sharedRecords, sharedTargets: sharedTargets, unigramLoss: unigramLoss, bigramLoss: bigramLoss)
    }

    /// In the order of the run's own list: the test text first.
    static func fetch(_ db: Database, runID: String) throws -> [EvaluatedTextRow] {
        try filter(Column("run_id") == runID).order(Column("kind").desc, Column("corpus")).fetchAll(db)
    }
}

/// A row of `text_evaluation`. Evaluating twice after the same step keeps the later figures.
struct TextEvaluationRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "text_evaluation"
    var runID: String
    var kind: EvaluatedKind
    var corpus: String
    var step: Int
    var loss: Double?
    var perplexity: Double?
    var bitsPerByte: Double?
    var tokens: Int
    var bytes: Int?
    var seconds: Double

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case kind, corpus, step, loss, perplexity
        case bitsPerByte = "bits_per_byte"
        case tokens, bytes, seconds
    }

    init(_ sample: TextSample, runID: String) {
        self.runID = runID
        kind = sample.kind
        corpus = sample.corpus
        step = sample.evaluation.step
        loss = sample.evaluation.loss.finiteOrNil
        perplexity = sample.evaluation.perplexity.finiteOrNil
        bitsPerByte = sample.evaluation.bitsPerByte?.finiteOrNil
        tokens = sample.evaluation.tokens
        bytes = sample.evaluation.bytes
        seconds = sample.evaluation.seconds
    }

    var sample: TextSample {
        TextSample(
            kind: kind, corpus: corpus,
            evaluation: EvaluationSample(
                step: step, loss: loss ?? .nan, perplexity: perplexity ?? loss.map(Perplexity.of(loss:)) ?? .nan, bitsPerByte: bitsPerByte,
                tokens: tokens, bytes: bytes, seconds: seconds))
    }

    static func fetch(_ db: Database, runID: String) throws -> [TextEvaluationRow] {
        try filter(Column("run_id") == runID).order(Column("kind").desc, Column("corpus"), Column("step")).fetchAll(db)
    }
}
