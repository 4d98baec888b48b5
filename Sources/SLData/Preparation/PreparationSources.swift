import Foundation
import SLDigest
import SLSpec

/// The text a `DataSpec` names, with its digests: known before anything is read into tokens.
struct PreparationSources: Sendable {
    let corpus: Corpus
    /// `nil` when a part of the corpus is held out.
    let validation: Corpus?
    /// Whether a part of the corpus is held out for the final test.
    let holdsTest: Bool
    /// What losses are measured on besides the validation part: the test text, then corpora of other sources.
    let texts: [EvaluatedSource]
    private let corpusDigests: [SourceDigest]
    private let validationDigests: [SourceDigest]
    /// Of the text by content: one file's own digest, otherwise one over the digests of all.
    let sha256: String
    /// Of the training corpus alone, for what is made from that only.
    let corpusSHA256: String

    /// - Throws: `DataError` when a file is missing, empty or of an unknown kind.
    init(_ spec: DataSpec, directory: DataDirectory, progress: (String) -> Void) throws {
        func resolved(_ name: String, excluding excluded: [String] = []) throws(DataError) -> Corpus {
            var corpus = try Corpus.resolve(name, directory: directory, excluding: excluded)
            corpus.mostSkippedRecords = spec.skipMalformed
            return corpus
        }
        corpus = try resolved(spec.corpus, excluding: spec.exclude)
        holdsTest = spec.test == DataSpec.heldOutTest
        validation = try spec.validation.map { (name) throws(DataError) in try resolved(name) }
        try Self.refuseMixture(spec, corpus, validation)
        var others: [(kind: EvaluatedKind, corpus: Corpus)] = []
        if let test = spec.test, !holdsTest { others.append((.test, try resolved(test))) }
        for name in spec.heldOut { others.append((.heldOut, try resolved(name))) }
        for other in others { try Self.refuseMixture(other.kind, other.corpus, beside: corpus) }
        let paths = corpus.paths
        let validationPaths = validation?.paths ?? []
        let allPaths = paths + validationPaths + others.flatMap(\.corpus.paths)
        var index = SourceIndex(paths: allPaths, directory: directory)
        let name = corpus.name
        let digests = try index.digests(of: allPaths) { bytes in
            // Small texts are hashed before the sentence is read.
            if bytes >= 256 << 20 { progress("reading \(name) (\(bytes / 1_000_000) MB on disk) to see whether it has changed") }
        }
        corpusDigests = Array(digests[..<paths.count])
        validationDigests = Array(digests[paths.count..<paths.count + validationPaths.count])
        try Self.refuseEqualFiles(corpus, corpusDigests, validation, validationDigests, as: "validation")
        var rest = digests[(paths.count + validationPaths.count)...]
        var texts: [EvaluatedSource] = holdsTest ? [EvaluatedSource(partOf: corpus)] : []
        for other in others {
            let own = Array(rest.prefix(other.corpus.paths.count))
            rest = rest.dropFirst(own.count)
            try Self.refuseEqualFiles(corpus, corpusDigests, other.corpus, own, as: other.kind.words)
            if other.kind == .test, let validation {
                try Self.refuseEqualFiles(validation, validationDigests, other.corpus, own, as: other.kind.words, role: "validation")
            }
            texts.append(EvaluatedSource(kind: other.kind, corpus: other.corpus, digests: own, sha256: other.corpus.sha256(own)))
        }
        self.texts = EvaluatedSource.named(texts)
        corpusSHA256 = corpus.sha256(corpusDigests)
        if let validation {
            let parts = "corpus \(corpusSHA256)\nvalidation \(validation.sha256(validationDigests))\n"
            sha256 = SHA256.hexDigest(of: Data(parts.utf8))
        } else {
            sha256 = corpusSHA256
        }
    }

    /// What of the corpus is not for training.
    var heldOut: CorpusScan.HeldOut { CorpusScan.HeldOut(validation: validation == nil, test: holdsTest) }

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

    private static func refuseMixture(_ kind: EvaluatedKind, _ text: Corpus, beside corpus: Corpus) throws(DataError) {
        guard (text.layout == .tokens) == (corpus.layout == .tokens) else {
            throw DataError(
                file: text.place, problem: "holds \(text.layout.words), and \(corpus.place) \(corpus.layout.words)",
                fix: "name \(kind.words) text for text, and \(kind.words) tokens for tokens")
        }
    }

    /// What lies beside the text and is not read, in sentences.
    var unread: [String] { ([corpus, validation] + texts.map(\.own)).compactMap { text in text.flatMap { $0.unread.sentence(in: $0.place) } } }

    /// - Throws: `DataError` when a file is no longer what was hashed.
    func checkUnchanged() throws(DataError) {
        for source in corpusDigests + validationDigests + texts.flatMap(\.digests) {
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
