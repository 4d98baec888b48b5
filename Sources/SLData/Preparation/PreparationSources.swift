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
        corpus = try Corpus.resolve(spec.corpus, directory: directory)
        validation = try spec.validation.map { (name) throws(DataError) in try Corpus.resolve(name, directory: directory) }
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
        corpusSHA256 = corpus.sha256(corpusDigests)
        if let validation {
            let parts = "corpus \(corpusSHA256)\nvalidation \(validation.sha256(validationDigests))\n"
            sha256 = SHA256.hexDigest(of: Data(parts.utf8))
        } else {
            sha256 = corpusSHA256
        }
    }

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
    fileprivate var paths: [String] { if case .files(let paths) = source { paths } else { [] } }

    fileprivate func sha256(_ digests: [SourceDigest]) -> String {
        if case .synthetic(let generator) = source { return SHA256.hexDigest(of: generator.generate()) }
        if digests.count == 1 { return digests[0].sha256 }
        return SHA256.hexDigest(of: Data(digests.map { $0.sha256 + "\n" }.joined().utf8))
    }
}
