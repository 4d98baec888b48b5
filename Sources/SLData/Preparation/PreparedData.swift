public import Foundation
public import SLSpec

/// Tokens ready to train on.
public struct PreparedData: Sendable {
    /// What they are, by content.
    public internal(set) var identity: DataIdentity
    public let train: TokenFile
    public let validation: TokenFile
    /// For every id of the validation part how many bytes of text it gives back, as numbers in a token file;
    /// `nil` where nobody counted.
    public let validationBytes: TokenFile?
    /// What models are measured on besides the validation part: the test text, then corpora of other sources.
    public internal(set) var texts: [EvaluatedText] = []
    /// What the text is like, without what depends on a run.
    public let facts: DataRecord
    /// Share of either part that the tokenizer has no piece for: the larger one of tokens and of bytes.
    let unknownShares: (training: Double, validation: Double)
    /// Id of what the tokenizer has no piece for, where so much of it is refused.
    private let refusedUnknown: Int32?
    /// Where shared passages stand in the validation file.
    private let sharedTokens: [Range<Int>]
    /// The least loss there is, in nats per token; known for the synthetic corpus in bytes only.
    public let entropyRate: Double?
    /// What a reader of the results must know of the text, in sentences: files that are not read, records that were skipped.
    public let notes: [String]
    /// Records that could not be read and were left out, as the config allows.
    public var skippedRecords: Int { skipped?.count ?? 0 }
    let skipped: SkippedRecords?
    /// The tokenizer's model file; `nil` for `bytes`.
    public let tokenizerFile: URL?
    /// The folder with the token files and their manifest, `prepare.json`.
    public let folder: URL
}

extension PreparedData {
    /// Opens a prepared folder, reading both files through.
    ///
    /// - Parameter refusedUnknown: the id of which no evaluation set may hold much.
    /// - Throws: `DataError` when something is missing, damaged or not what the manifest says.
    init(
        folder: URL, name: String, tokenizerName: String, tokenizerFile: URL?, unread: [String], refusedUnknown: Int32?
    ) throws(DataError) {
        let manifestURL = folder.appendingPathComponent(PreparedManifest.fileName)
        guard let bytes = try? Data(contentsOf: manifestURL) else {
            throw DataError(file: manifestURL.path, problem: "no manifest", isMissingFile: true)
        }
        guard let manifest = try? JSONDecoder().decode(PreparedManifest.self, from: bytes),
            manifest.formatVersion == PreparedManifest.formatVersion
        else { throw DataError(file: manifestURL.path, problem: "the manifest can't be read") }
        train = try Self.open(PreparedManifest.trainName, in: folder, manifest.train, manifest.tokenizer)
        validation = try Self.open(PreparedManifest.validationName, in: folder, manifest.validation, manifest.tokenizer)
        validationBytes = try Self.openBytes(PreparedManifest.validationBytesName, in: folder, manifest.validation)
        facts = DataRecord(
            training: manifest.train.facts, validation: manifest.validation.facts, sharedRecords: manifest.sharedRecords,
            validationRecords: manifest.validationRecords, skippedRecords: manifest.passedOver?.skipped?.count ?? 0)
        unknownShares = (manifest.train.unknownShare, manifest.validation.unknownShare)
        sharedTokens = (manifest.sharedTokens ?? []).compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil }
        skipped = manifest.passedOver?.skipped
        notes = unread + (manifest.passedOver?.notes(of: name) ?? [])
        entropyRate = manifest.entropyRate
        let tokens = train.count
        // Rows of one document each, padded.
        let rows = manifest.packing == .truncate ? train.rowLength.map { tokens / $0 } : nil
        identity = DataIdentity(
            name: name, packing: manifest.packing, corpusSHA256: manifest.corpusSHA256, tokenizer: tokenizerName,
            tokenizerSHA256: manifest.tokenizer.sha256, vocabularySize: manifest.tokenizer.vocabularySize,
            trainTokens: manifest.train.tokens - manifest.train.paddingTokens,
            validationTokens: manifest.validation.tokens - manifest.validation.paddingTokens,
            trainRows: rows, trainTargets: rows.map { _ in manifest.train.targetTokens })
        self.refusedUnknown = refusedUnknown
        self.tokenizerFile = tokenizerFile
        self.folder = folder
    }

    static func open(
        _ name: String, in folder: URL, _ expected: PreparedManifest.Split, _ tokenizer: PreparedManifest.TokenizerEntry
    ) throws(DataError) -> TokenFile {
        let file = try TokenFile(folder.appendingPathComponent(name))
        guard file.count == expected.tokens else {
            throw DataError(file: file.url.path, problem: "holds \(file.count) tokens, the manifest says \(expected.tokens)")
        }
        let sha256 = try file.checkTokens(vocabularySize: tokenizer.vocabularySize)
        guard sha256 == expected.sha256 else {
            throw DataError(file: file.url.path, problem: "its content is not what the manifest says (SHA-256 \(sha256))")
        }
        return file
    }

    static func openBytes(_ name: String, in folder: URL, _ expected: PreparedManifest.Split) throws(DataError) -> TokenFile? {
        guard let sha256 = expected.bytesSHA256 else { return nil }
        let file = try TokenFile(folder.appendingPathComponent(name))
        guard file.count == expected.tokens, try file.checkTokens(vocabularySize: 1 << 16) == sha256 else {
            throw DataError(file: file.url.path, problem: "its content is not what the manifest says")
        }
        return file
    }
}

extension PreparedData {
    mutating func add(_ text: EvaluatedText) {
        texts.append(text)
        switch text.kind {
        case .test: identity.test = text.identity
        case .heldOut: identity.heldOut = (identity.heldOut ?? []) + [text.identity]
        }
    }

    /// The fixed tokens that losses are measured on, with their bytes.
    public func evaluationSet(sequenceLength: Int, targetTokens: Int, rows: EvaluationSpec.Rows = .first) throws -> EvaluationSet {
        try EvaluationSet(
            tokens: validation, bytes: validationBytes, sequenceLength: sequenceLength, targetTokens: targetTokens, rows: rows)
    }

    /// The same as a run asks for it.
    public func evaluationSet(of spec: RunSpec) throws -> EvaluationSet {
        try evaluationSet(
            sequenceLength: spec.training.sequenceLength, targetTokens: spec.evaluation.tokens, rows: spec.evaluation.rows ?? .first)
    }

    /// What the text of a run is like, and what its figures are to be held against.
    ///
    /// - Throws: `DataError` when the tokenizer knows too little of the evaluated text, which may be a small part of all.
    public func record(of spec: RunSpec) throws -> DataRecord {
        var record = facts
        record.trainingPasses = spec.trainingPasses
        let set = try evaluationSet(of: spec)
        try checkUnknown(set, of: "evaluated", place: identity.name)
        let losses = try frequencyLosses(of: set)
        record.sharedTargets = facts.sharedRecords == nil ? nil : set.targetCount(in: sharedTokens)
        record.unigramLoss = losses.unigram
        record.bigramLoss = losses.bigram
        if !texts.isEmpty { record.texts = try texts.map { try self.record(of: $0, spec) } }
        return record
    }

    private func record(of text: EvaluatedText, _ spec: RunSpec) throws -> DataRecord.Text {
        let set = try text.evaluationSet(of: spec)
        try checkUnknown(set, of: text.kind.words, place: text.identity.name)
        let losses = try frequencyLosses(of: set)
        var record = text.facts
        record.sharedTargets = record.sharedRecords == nil ? nil : set.targetCount(in: text.sharedTokens)
        record.unigramLoss = losses.unigram
        record.bigramLoss = losses.bigram
        return record
    }

    private func checkUnknown(_ set: EvaluationSet, of part: String, place: String) throws {
        guard let refusedUnknown else { return }
        let share = set.share(of: refusedUnknown)
        guard share <= DataPreparation.mostUnknown else {
            throw DataPreparation.unknownText(share, of: part, place: place, tokenizer: identity.tokenizer)
        }
    }
}
