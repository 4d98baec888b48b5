import Foundation
import SLDigest
import SLSpec

/// The text a `DataSpec` names, with its digests: known before anything is read into tokens.
struct PreparationSources: Sendable {
    let corpus: Corpus
    /// `nil` when a part of the corpus is held out.
    let validation: Corpus?
    private let corpusDigests: [SourceDigest]
    private let validationDigests: [SourceDigest]
    /// Of the text by content: one file's own digest, otherwise one over the digests of all.
    let sha256: String
    /// Of the training corpus alone, for what is made from that only.
    let corpusSHA256: String

    /// - Throws: `DataError` when a file is missing, empty or of an unknown kind.
    init(_ spec: DataSpec, directory: DataDirectory, progress: (String) -> Void) throws {
        func resolved(_ name: String) throws(DataError) -> Corpus {
            var corpus = try Corpus.resolve(name, directory: directory)
            corpus.mostSkippedRecords = spec.skipMalformed
            return corpus
        }
        corpus = try resolved(spec.corpus)
        validation = try spec.validation.map { (name) throws(DataError) in try resolved(name) }
        try Self.refuseMixture(spec, corpus, validation)
        let paths = corpus.paths
        let validationPaths = validation?.paths ?? []
        var index = SourceIndex(paths: paths + validationPaths, directory: directory)
        let name = corpus.name
        let digests = try index.digests(of: paths + validationPaths) { bytes in
            // Small texts are hashed before the sentence is read.
            if bytes >= 256 << 20 { progress("reading \(name) (\(bytes / 1_000_000) MB on disk) to see whether it has changed") }
        }
        corpusDigests = Array(digests[..<paths.count])
        validationDigests = Array(digests[paths.count...])
        try Self.refuseEqualFiles(corpus, corpusDigests, validation, validationDigests)
        corpusSHA256 = corpus.sha256(corpusDigests)
        if let validation {
            let parts = "corpus \(corpusSHA256)\nvalidation \(validation.sha256(validationDigests))\n"
            sha256 = SHA256.hexDigest(of: Data(parts.utf8))
        } else {
            sha256 = corpusSHA256
        }
    }

    /// Tokens need no tokenizer and can't be trained on; text needs one.
    private static func refuseMixture(_ spec: DataSpec, _ corpus: Corpus, _ validation: Corpus?) throws(DataError) {
        let isTokens = corpus.layout == .tokens
        if let validation, (validation.layout == .tokens) != isTokens {
            throw DataError(
                file: validation.place, problem: "holds \(validation.layout.words), and \(corpus.place) \(corpus.layout.words)",
                fix: "name validation text for text, and validation tokens for tokens")
        }
        let choice = try TokenizerChoice(spec.tokenizer)
        if isTokens, case .trained = choice {
            throw DataError(
                file: corpus.place, problem: "holds tokens, on which no tokenizer can be trained (data.tokenizer is \(spec.tokenizer))",
                fix: "name the .model file that the tokens were made with in data.tokenizer, or \"\(DataSpec.noTokenizer)\"")
        }
        if isTokens, spec.packing == .truncate {
            throw DataError(
                file: corpus.place, problem: "holds one stream of tokens, which has no documents to give a row each",
                fix: "say \"packing\": \"concat\" in \"data\"")
        }
        if !isTokens, choice == .unnamed {
            throw DataError(
                file: corpus.place, problem: "holds text, which needs a tokenizer (data.tokenizer is \(spec.tokenizer))",
                fix: "name 'sentencepiece:N', 'bytes', or the path of a SentencePiece .model")
        }
    }

    /// What lies beside the text and is not read, in sentences.
    var unread: [String] { [corpus, validation].compactMap { text in text.flatMap { $0.unread.sentence(in: $0.place) } } }

    /// - Throws: `DataError` when a file is no longer what was hashed.
    func checkUnchanged() throws(DataError) {
        for source in corpusDigests + validationDigests {
            guard try FileFingerprint(path: source.path) == source.fingerprint else { throw DataError.changedWhileRead(source.path) }
        }
    }

    var manifestSources: [PreparedManifest.SourceFile] { Self.entries(corpusDigests) }
    var manifestValidationSources: [PreparedManifest.SourceFile]? { validation == nil ? nil : Self.entries(validationDigests) }

    private static func entries(_ digests: [SourceDigest]) -> [PreparedManifest.SourceFile] {
        digests.map { PreparedManifest.SourceFile(file: $0.path, bytes: $0.fingerprint.bytes, sha256: $0.sha256) }
    }
}

extension Corpus {
    var paths: [String] { if case .files(let paths) = source { paths } else { [] } }

    fileprivate func sha256(_ digests: [SourceDigest]) -> String {
        if case .synthetic(let generator) = source { return SHA256.hexDigest(of: generator.generate()) }
        if digests.count == 1 { return digests[0].sha256 }
        return SHA256.hexDigest(of: Data(digests.map { $0.sha256 + "\n" }.joined().utf8))
    }
}
