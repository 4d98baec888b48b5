public import Foundation
import SLDigest
public import SLSpec

/// Ids that stand for no text, and the model file that says so. What an export hands on.
public struct SpecialTokens: Sendable, Hashable {
    public var endOfSequence: Int32
    /// `nil` when the vocabulary has none.
    public var beginOfSequence: Int32?
    public var padding: Int32?
    /// The SentencePiece model; `nil` for `bytes`.
    public var file: URL?

    /// Of the tokenizer that a run used.
    ///
    /// - Parameters:
    ///   - kept: where the run left its tokenizer's model.
    ///   - directory: where tokenizers that were trained here are kept.
    /// - Returns: `nil` when the model with that digest is in neither place.
    public static func of(_ data: DataIdentity, kept: URL, directory: DataDirectory) -> SpecialTokens? {
        let bytes = ByteTokenizer()
        if data.tokenizerSHA256 == bytes.sha256 { return SpecialTokens(endOfSequence: bytes.endOfSequence, padding: bytes.padding) }
        let folder = directory.preparedTokenizers
        let trained = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted().map {
            folder.appendingPathComponent($0).appendingPathComponent(TokenizerCache.modelName)
        }
        for file in [kept] + trained {
            guard let model = try? Data(contentsOf: file), SHA256.hexDigest(of: model) == data.tokenizerSHA256,
                let tokenizer = try? SentencePieceTokenizer(file: file.path)
            else { continue }
            return SpecialTokens(
                endOfSequence: tokenizer.endOfSequence, beginOfSequence: tokenizer.beginOfSequence, padding: tokenizer.padding, file: file)
        }
        return nil
    }
}
