import Foundation
import SLDigest
import SLSpec

/// Makes the tokens of a text that models are measured on besides the validation part, or finds them.
struct EvaluatedTextJob {
    private let spec: DataSpec
    private let sources: PreparationSources
    private let source: EvaluatedSource
    private let scan: LazyScan
    private let tokenizer: any Tokenizer
    private let sequenceLength: Int
    private let folder: URL

    /// Raised when the same input would give other files.
    private static let version = "1"

    init(
        _ spec: DataSpec, _ sources: PreparationSources, _ source: EvaluatedSource, _ scan: LazyScan, _ tokenizer: any Tokenizer,
        sequenceLength: Int, directory: DataDirectory
    ) {
        self.spec = spec
        self.sources = sources
        self.source = source
        self.scan = scan
        self.tokenizer = tokenizer
        self.sequenceLength = sequenceLength
        // The training part is among it for the passages that both hold.
        let recipe = [
            "evaluated text, version \(Self.version)", "text \(source.sha256 ?? "held out")", "layout \(source.corpus.layout.rawValue)",
            "training \(sources.corpusSHA256) \(sources.corpus.layout.rawValue)",
            "split \(SplitRule.version) \(sources.validation == nil ? "held out" : "whole") \(sources.holdsTest ? TestRule.version : "no test")",
            "tokenizer \(tokenizer.sha256)", "packing \(spec.packing.rawValue) \(spec.packing == .truncate ? sequenceLength : 0)",
            "malformed \(source.own?.layout == .records ? spec.skipMalformed : 0)",
        ].joined(separator: "\n")
        let key = String(SHA256.hexDigest(of: Data(recipe.utf8)).prefix(32))
        folder = directory.preparedTokens.appendingPathComponent(key, isDirectory: true)
    }

    func run(mayPrepare: Bool, progress: (String) -> Void) throws -> EvaluatedText {
        guard mayPrepare else {
            do throws(DataError) { return try open() } catch {
                throw error.isMissingFile ? DataPreparation.notPrepared(folder, "the \(source.kind.words) text of \(source.name)") : error
            }
        }
        if let ready = try? open() { return ready }
        let lock = try FolderLock.taken(for: folder) { progress("waiting for another process that prepares the same text") }
        defer { withExtendedLifetime(lock) {} }
        do throws(DataError) {
            return try open()
        } catch {
            if !error.isMissingFile { progress("the prepared tokens are damaged (\(error.file): \(error.problem)): making them again") }
        }
        progress("preparing the \(source.kind.words) text, \(words)")
        try AtomicFolder.replace(folder) { try make(in: $0) }
        return try open()
    }

    private var words: String { source.own == nil ? "a part of \(source.name)" : source.name }

    private func open() throws(DataError) -> EvaluatedText { try EvaluatedText(folder: folder, kind: source.kind, name: source.name) }

    private func make(in partial: URL) throws {
        var manifest = source.corpus.layout == .tokens ? try copyTokens(in: partial) : try encodeText(in: partial)
        manifest.sources = source.digests.map { .init(file: $0.path, bytes: $0.fingerprint.bytes, sha256: $0.sha256) }
        try sources.checkUnchanged()
        try AtomicFolder.write(manifest.encoded, flushedTo: partial.appendingPathComponent(EvaluatedManifest.fileName))
    }

    private func manifest(sha256: String, _ part: PreparedManifest.Split) -> EvaluatedManifest {
        EvaluatedManifest(
            corpus: words, sha256: sha256, sources: [],
            tokenizer: .init(name: tokenizer.name, sha256: tokenizer.sha256, vocabularySize: tokenizer.vocabularySize),
            packing: spec.packing, part: part)
    }

    private func copyTokens(in partial: URL) throws -> EvaluatedManifest {
        let url = partial.appendingPathComponent(EvaluatedManifest.tokensName)
        let digest = { (file: URL) in try SHA256.hexDigest(ofFile: file) }
        let part =
            if let own = source.own {
                try TokenCopy.write(own, to: url, tokenizer: tokenizer, sha256: digest)
            } else {
                try TokenCopy(sources, tokenizer: tokenizer).writeTest(to: url, sha256: digest)
            }
        return manifest(sha256: source.sha256 ?? part.sha256, part)
    }

    private func encodeText(in partial: URL) throws -> EvaluatedManifest {
        try sources.refuseEqualTexts()
        let plan = try scan.get { _ in }
        let encoder = try SplitEncoder(
            partial.appendingPathComponent(EvaluatedManifest.tokensName), bytesURL: partial.appendingPathComponent(EvaluatedManifest.bytesName),
            tokenizer: tokenizer, packing: spec.packing, sequenceLength: sequenceLength)
        let shared = SharedPassages()
        let hash = SHA256()
        var document: Int?
        _ = try source.corpus.forEachUnit(passages: source.own == nil ? plan.passages : .standard) { unit, text in
            guard source.own != nil || plan.split.side(of: unit, text) == .test else {
                // What stands between two parts of a document parts them.
                return try encoder.endDocument()
            }
            if let document, document != unit.document { try encoder.endDocument() }
            document = unit.document
            try encoder.appendUnit(text)
            shared.hold(text)
            hash.update(text)
        }
        guard encoder.tokenCount > 1 else {
            throw DataError(file: source.corpus.place, problem: "too little \(source.kind.words) text to measure a model on", fix: "give more text")
        }
        _ = try sources.corpus.forEachUnit(passages: plan.passages) { unit, text in
            if plan.split.side(of: unit, text) == .train { shared.search(text) }
        }
        let part = try encoder.finish { try SHA256.hexDigest(ofFile: $0) }
        var manifest = manifest(sha256: source.sha256 ?? hash.hexDigest(), part)
        manifest.records = shared.count
        manifest.sharedRecords = shared.sharedCount
        manifest.sharedTokens = shared.sharedTokens(starts: encoder.starts, count: encoder.tokenCount).map { [$0.lowerBound, $0.upperBound] }
        return manifest
    }
}
