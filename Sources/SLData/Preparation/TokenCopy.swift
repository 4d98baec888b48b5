import Foundation
import SLRandom
import SLSpec

/// Tokens that another program made of a text, taken over as the two parts of a corpus.
///
/// They are copied: what is trained on is then checked once, stays what it was, and says its vocabulary.
struct TokenCopy {
    private let corpus: [TokenReader]
    private let validation: [TokenReader]?
    private let place: String
    private let holdsTest: Bool
    private let tokenizer: any Tokenizer

    /// - Throws: `DataError` for files that are no tokens, or tokens of another tokenizer.
    init(_ sources: PreparationSources, tokenizer: any Tokenizer) throws(DataError) {
        self.tokenizer = tokenizer
        place = sources.corpus.place
        holdsTest = sources.holdsTest
        corpus = try Self.readers(sources.corpus, tokenizer)
        validation = try sources.validation.map { (text) throws(DataError) in try Self.readers(text, tokenizer) }
    }

    static func readers(_ corpus: Corpus, _ tokenizer: any Tokenizer) throws(DataError) -> [TokenReader] {
        var readers: [TokenReader] = []
        for path in corpus.paths {
            let reader = try TokenReader(path: path)
            guard reader.header.rowLength == nil else {
                throw DataError(file: path, problem: "holds rows of one document each, with padding between them, and no stream of tokens", fix: "name the text itself, or tokens packed one behind the other")
            }
            if reader.header.tokenizerFNV1a != 0, !(tokenizer is UnnamedTokenizer), reader.header.tokenizerFNV1a != tokenizer.fnv1a {
                throw DataError(file: path, problem: "was made with another tokenizer than \(tokenizer.name)", fix: "name the one that it was made with in data.tokenizer")
            }
            readers.append(reader)
        }
        return readers
    }

    // MARK: Split

    private var total: Int { corpus.reduce(0) { $0 + $1.header.tokenCount } }

    /// The last hundredth of a stream, of a short one the last tenth: nothing says where its documents end.
    private var heldOut: Int { validation == nil ? max(total / 100, min(65_536, total / 10)) : 0 }

    /// As many tokens before these, where some are held out for the test.
    private var testCount: Int { holdsTest ? max(total / 100, min(65_536, total / 10)) : 0 }

    /// Ids from this one on are not for training.
    private var boundary: Int { total - heldOut - testCount }

    /// For the manifest.
    var splitRule: String {
        let rule = validation == nil ? "the last \(heldOut) of \(total) tokens are held out" : "validation tokens of their own"
        return holdsTest ? "\(rule); for the test, \(testCount) tokens from number \(boundary) on" : rule
    }

    // MARK: Copying

    /// Writes both parts.
    ///
    /// - Throws: `DataError` for an id outside the vocabulary, with file and place, and for too few tokens.
    func write(train: URL, validation: URL, sha256: (URL) throws -> String, progress: (String) -> Void) throws -> (
        train: PreparedManifest.Split, validation: PreparedManifest.Split
    ) {
        let parts = try [train, validation].map { try TokenFileWriter($0, vocabularySize: tokenizer.vocabularySize) }
        let (boundary, testEnd) = (boundary, boundary + testCount)
        var position = 0
        progress("copying \(total) tokens of \(place)")
        try copy(corpus) { ids in
            let trained = max(min(boundary - position, ids.count), 0)
            try parts[0].append(Array(ids[..<trained]))
            let tested = max(min(testEnd - position, ids.count), 0)
            try parts[1].append(Array(ids[max(trained, tested)...]))
            position += ids.count
        }
        if let validation = self.validation { try copy(validation) { try parts[1].append($0) } }
        for part in parts where part.count < 2 {
            throw DataError(
                file: place, problem: "\(total) tokens are too few to \(part === parts[0] ? "train" : "validate") on", fix: "give more of them, or name others in data.validation")
        }
        return (try finish(parts[0], train, sha256), try finish(parts[1], validation, sha256))
    }

    /// Writes what is held out for the test.
    func writeTest(to url: URL, sha256: (URL) throws -> String) throws -> PreparedManifest.Split {
        let (start, end) = (boundary, boundary + testCount)
        var position = 0
        return try write(corpus, to: url, sha256) { ids in
            let part = ids[min(max(start - position, 0), ids.count)..<min(max(end - position, 0), ids.count)]
            position += ids.count
            return part
        }
    }

    /// Writes the tokens of a corpus as they are.
    static func write(
        _ corpus: Corpus, to url: URL, tokenizer: any Tokenizer, sha256: (URL) throws -> String
    ) throws -> PreparedManifest.Split {
        let copy = TokenCopy(corpus: try readers(corpus, tokenizer), place: corpus.place, tokenizer: tokenizer)
        return try copy.write(copy.corpus, to: url, sha256) { $0[...] }
    }

    private init(corpus: [TokenReader], place: String, tokenizer: any Tokenizer) {
        self.corpus = corpus
        self.place = place
        self.tokenizer = tokenizer
        validation = nil
        holdsTest = false
    }

    private func write(
        _ readers: [TokenReader], to url: URL, _ sha256: (URL) throws -> String, _ part: ([Int32]) -> ArraySlice<Int32>
    ) throws -> PreparedManifest.Split {
        let writer = try TokenFileWriter(url, vocabularySize: tokenizer.vocabularySize)
        try copy(readers) { try writer.append(Array(part($0))) }
        guard writer.count > 1 else { throw DataError(file: place, problem: "too few tokens to test on", fix: "give more of them") }
        return try finish(writer, url, sha256)
    }

    private func copy(_ readers: [TokenReader], _ body: ([Int32]) throws -> Void) throws {
        for reader in readers {
            var position = 0
            try reader.forEachChunk { ids in
                if let place = ids.firstIndex(where: { Int($0) >= tokenizer.vocabularySize }) {
                    throw DataError(
                        file: reader.path,
                        problem: "token \(position + place) is the id \(ids[place]), but \(owner) has \(tokenizer.vocabularySize) ids, "
                            + "0 to \(tokenizer.vocabularySize - 1)",
                        fix: "name the tokenizer that made the tokens in data.tokenizer, and a model whose vocab_size has room for its ids")
                }
                try body(ids.map { Int32($0) })
                position += ids.count
            }
        }
    }

    private var owner: String { tokenizer is UnnamedTokenizer ? "the model's vocabulary" : "the tokenizer \(tokenizer.name)" }

    private func finish(_ part: TokenFileWriter, _ url: URL, _ sha256: (URL) throws -> String) throws -> PreparedManifest.Split {
        try part.finish(
            endOfSequence: tokenizer.endOfSequence, padding: tokenizer.padding, documentCount: 0, rowLength: nil,
            tokenizerFNV1a: tokenizer.fnv1a, textBytes: 0)
        return PreparedManifest.Split(
            sha256: try sha256(url), tokens: part.count, paddingTokens: 0, documents: 0, textBytes: 0, targetTokens: part.count - 1)
    }
}
