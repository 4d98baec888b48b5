import Foundation
import SLSpec

/// Tokens ready to train on.
public struct PreparedData: Sendable {
    /// What they are, by content.
    public let identity: DataIdentity
    public let train: TokenFile
    public let validation: TokenFile
    /// Bytes of source text that a target token of the validation split stands for: bits per byte are
    /// loss / (ln 2 · this).
    ///
    /// `nil` for tokens of which nobody knows the text.
    public let validationBytesPerToken: Double?
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
    /// - Throws: `DataError` when something is missing, damaged or not what the manifest says.
    init(folder: URL, name: String, tokenizerName: String, tokenizerFile: URL?, unread: [String]) throws(DataError) {
        let manifestURL = folder.appendingPathComponent(PreparedManifest.fileName)
        guard let bytes = try? Data(contentsOf: manifestURL) else {
            throw DataError(file: manifestURL.path, problem: "no manifest", isMissingFile: true)
        }
        guard let manifest = try? JSONDecoder().decode(PreparedManifest.self, from: bytes),
            manifest.formatVersion == PreparedManifest.formatVersion
        else { throw DataError(file: manifestURL.path, problem: "the manifest can't be read") }
        train = try Self.open(PreparedManifest.trainName, in: folder, manifest.train, manifest.tokenizer)
        validation = try Self.open(PreparedManifest.validationName, in: folder, manifest.validation, manifest.tokenizer)
        validationBytesPerToken =
            manifest.validation.targetBytes > 0
            ? Double(manifest.validation.targetBytes) / Double(max(manifest.validation.targetTokens, 1)) : nil
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
        self.tokenizerFile = tokenizerFile
        self.folder = folder
    }

    private static func open(
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
}
