import Foundation
public import SLSpec

/// A text that models are measured on besides the validation part, as tokens of the run's tokenizer.
public struct EvaluatedText: Sendable {
    public let kind: EvaluatedKind
    public let identity: TextIdentity
    package let tokens: TokenFile
    /// For every id how many bytes of text it gives back; `nil` where nobody counted.
    let bytes: TokenFile?
    /// What it is like, without what depends on a run.
    package let facts: DataRecord.Text
    /// Where passages that the training part holds too stand among the tokens.
    let sharedTokens: [Range<Int>]
    let unknownShare: Double

    /// The fixed tokens of it that a run is measured on, spread over all of it.
    public func evaluationSet(of spec: RunSpec) throws -> EvaluationSet {
        let size = switch kind {
        case .test: spec.evaluation.testTokens ?? EvaluationSpec.standardTestTokens
        case .heldOut: spec.evaluation.heldOutTokens ?? EvaluationSpec.standardHeldOutTokens
        }
        return try EvaluationSet(
            tokens: tokens, bytes: bytes, sequenceLength: spec.training.sequenceLength, targetTokens: size, rows: .spread)
    }
}

/// What `text.json` beside the tokens of such a text says.
struct EvaluatedManifest: Sendable, Hashable, Codable {
    static let formatVersion = 1
    static let fileName = "text.json"
    static let tokensName = "text.bin"
    static let bytesName = "text-bytes.bin"

    var formatVersion = Self.formatVersion
    /// The text, or the part of the training corpus that it is.
    var corpus: String
    /// Of the text by content.
    var sha256: String
    var sources: [PreparedManifest.SourceFile]
    var tokenizer: PreparedManifest.TokenizerEntry
    var packing: DataSpec.Packing
    var part: PreparedManifest.Split
    /// Records, or passages of a text, and those of them that stand in the training part too; `nil` where there is no text.
    var records: Int?
    var sharedRecords: Int?
    var sharedTokens: [[Int]]?

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case corpus, sha256, sources, tokenizer, packing, part, records
        case sharedRecords = "shared_records"
        case sharedTokens = "shared_tokens"
    }

    var encoded: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self) + Data("\n".utf8)
        }
    }
}

extension EvaluatedText {
    /// Opens a prepared folder, reading its files through.
    ///
    /// - Throws: `DataError` when something is missing, damaged or not what the manifest says.
    init(folder: URL, kind: EvaluatedKind, name: String) throws(DataError) {
        let file = folder.appendingPathComponent(EvaluatedManifest.fileName)
        guard let content = try? Data(contentsOf: file) else {
            throw DataError(file: file.path, problem: "no manifest", isMissingFile: true)
        }
        guard let manifest = try? JSONDecoder().decode(EvaluatedManifest.self, from: content),
            manifest.formatVersion == EvaluatedManifest.formatVersion
        else { throw DataError(file: file.path, problem: "the manifest can't be read") }
        self.kind = kind
        tokens = try PreparedData.open(EvaluatedManifest.tokensName, in: folder, manifest.part, manifest.tokenizer)
        bytes = try PreparedData.openBytes(EvaluatedManifest.bytesName, in: folder, manifest.part)
        identity = TextIdentity(name: name, sha256: manifest.sha256, tokens: manifest.part.tokens - manifest.part.paddingTokens)
        facts = DataRecord.Text(
            kind: kind, corpus: name, sha256: manifest.sha256, part: manifest.part.facts, records: manifest.records,
            sharedRecords: manifest.sharedRecords)
        sharedTokens = (manifest.sharedTokens ?? []).compactMap { $0.count == 2 && $0[0] < $0[1] ? $0[0]..<$0[1] : nil }
        unknownShare = manifest.part.unknownShare
    }
}
