import Foundation
import SLDigest
import SLSpec

/// A loss on text that was trained on says nothing: the same file is never both.
extension PreparationSources {
    /// By content, which finds a file under any name, behind any link, and in a folder that holds its own validation file.
    static func refuseEqualFiles(
        _ corpus: Corpus, _ digests: [SourceDigest], _ validation: Corpus?, _ validationDigests: [SourceDigest]
    ) throws(DataError) {
        guard let validation else { return }
        if case .synthetic = corpus.source, case .synthetic = validation.source {
            throw equal(validation.place, "the synthetic text", corpus)
        }
        let known = Dictionary(digests.map { ($0.sha256, $0.path) }, uniquingKeysWith: { first, _ in first })
        for held in validationDigests {
            if let path = known[held.sha256] { throw equal(held.path, path, corpus) }
        }
    }

    /// The same text in a compressed and a plain file.
    ///
    /// - Throws: `DataError`; also when a file can't be read.
    func refuseEqualTexts() throws {
        guard let validation else { return }
        let (files, held) = (corpus.paths, validation.paths)
        guard try (files + held).contains(where: { (path) throws(DataError) in try ByteStream(path: path).isCompressed }) else { return }
        var known: [String: String] = [:]
        for path in files { known[try Self.textDigest(path)] = path }
        for path in held {
            if let same = known[try Self.textDigest(path)] { throw Self.equal(path, same, corpus) }
        }
    }

    private static func textDigest(_ path: String) throws -> String {
        let stream = try ByteStream(path: path)
        let hash = SHA256()
        var chunk: [UInt8] = []
        while true {
            try stream.next(1 << 20, into: &chunk)
            if chunk.isEmpty { return hash.hexDigest() }
            hash.update(chunk.span)
        }
    }

    private static func equal(_ held: String, _ trained: String, _ corpus: Corpus) -> DataError {
        let isSame = held == trained
        return DataError(
            file: held,
            problem: "this validation text is training text too: "
                + (isSame ? "the corpus '\(corpus.place)' holds the same file" : "'\(trained)' of the corpus '\(corpus.place)' is the same"),
            fix: "take it out of the corpus, name other text in data.validation, or leave data.validation out: "
                + "then a part of the corpus is held out")
    }
}
