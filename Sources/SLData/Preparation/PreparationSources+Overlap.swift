import Foundation
import SLDigest
import SLSpec

/// A loss on text that was trained on says nothing: the same file is never both.
extension PreparationSources {
    /// By content, which finds a file under any name, behind any link, and in a folder that holds its own validation file.
    static func refuseEqualFiles(
        _ corpus: Corpus, _ digests: [SourceDigest], _ held: Corpus?, _ heldDigests: [SourceDigest], as kind: String, role: String = "training"
    ) throws(DataError) {
        guard let held else { return }
        let words = EqualityWords(kind: kind, role: role)
        if case .synthetic = corpus.source, case .synthetic = held.source {
            throw words.error(held.place, "the synthetic text", corpus)
        }
        let known = Dictionary(digests.map { ($0.sha256, $0.path) }, uniquingKeysWith: { first, _ in first })
        for held in heldDigests {
            if let path = known[held.sha256] { throw words.error(held.path, path, corpus) }
        }
    }

    /// The same text in a compressed and a plain file.
    ///
    /// - Throws: `DataError`; also when a file can't be read.
    func refuseEqualTexts() throws {
        if let validation { try refuseEqualText(validation, as: "validation") }
        for text in texts { if let own = text.own { try refuseEqualText(own, as: text.kind.words) } }
    }

    private func refuseEqualText(_ text: Corpus, as kind: String) throws {
        let (files, held) = (corpus.paths, text.paths)
        guard try (files + held).contains(where: { (path) throws(DataError) in try ByteStream(path: path).isCompressed }) else { return }
        var known: [String: String] = [:]
        for path in files { known[try Self.textDigest(path)] = path }
        for path in held {
            if let same = known[try Self.textDigest(path)] { throw EqualityWords(kind: kind, role: "training").error(path, same, corpus) }
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
}

/// What is said of text that stands on two sides.
private struct EqualityWords {
    /// What the text is to be, and what it is already.
    var kind: String
    var role: String

    func error(_ held: String, _ known: String, _ corpus: Corpus) -> DataError {
        let isSame = held == known
        let out = kind == "validation" ? "leave data.validation out: then a part of the corpus is held out"
            : kind == "test" ? "say \"held_out\" there: then a part of the corpus is" : "leave it out of evaluation.held_out"
        let key = kind == "validation" ? "data.validation" : kind == "test" ? "data.test" : "evaluation.held_out"
        return DataError(
            file: held,
            problem: "this \(kind) text is \(role) text too: "
                + (isSame ? "the corpus '\(corpus.place)' holds the same file" : "'\(known)' of the corpus '\(corpus.place)' is the same"),
            fix: "take it out of the corpus (data.exclude, for what lies in its folder), name other text in \(key), or \(out)")
    }
}
