import Foundation
import SLDigest
import SLSpec

/// Tokenizers trained here, kept by what they were trained on.
struct TokenizerCache {
    private struct Entry: Codable {
        var sha256: String
        var vocabularySize: Int
        var flags: String
        var corpusSHA256: String
        var trainingTextBytes: Int

        enum CodingKeys: String, CodingKey {
            case sha256, flags
            case vocabularySize = "vocabulary_size"
            case corpusSHA256 = "corpus_sha256"
            case trainingTextBytes = "training_text_bytes"
        }
    }

    static let modelName = "tokenizer.model"
    private static let entryName = "tokenizer.json"

    let directory: DataDirectory
    /// Whether one that is not there is trained.
    var mayTrain = true

    /// The tokenizer of `size` pieces (fewer, if the text has no more) for the training part of `sources`: from the cache, or trained now.
    ///
    /// - Throws: `DataError` when so few pieces can't cover the text's characters, `FileError` when the cache can't be written.
    func tokenizer(
        size: Int, sources: PreparationSources, scan: () throws -> CorpusScan, progress: (String) -> Void
    ) throws -> (tokenizer: SentencePieceTokenizer, file: URL) {
        let training = SentencePieceTraining(vocabularySize: size)
        var recipe = [
            "corpus \(sources.corpusSHA256)", "split \(SplitRule.version) \(sources.validation == nil ? "held out" : "whole")",
            "flags \(training.flags)", "longest line \(PassageRule.standard.longestLineBytes)", "most bytes \(SentencePieceTraining.mostTextBytes)",
        ]
        // What is tested on is seen by no tokenizer, either.
        if sources.holdsTest { recipe.append("test \(TestRule.version)") }
        let key = String(SHA256.hexDigest(of: Data(recipe.joined(separator: "\n").utf8)).prefix(32))
        let folder = directory.preparedTokenizers.appendingPathComponent(key, isDirectory: true)
        let file = folder.appendingPathComponent(Self.modelName)
        let name = "sentencepiece:\(size)"
        if let found = Self.load(folder, name: name) { return (found, file) }
        guard mayTrain else { throw DataPreparation.notPrepared(folder, "the tokenizer \(name) of \(sources.corpus.name)") }

        let lock = try FolderLock.taken(for: folder) { progress("waiting for another process that trains the same tokenizer") }
        defer { withExtendedLifetime(lock) {} }
        if let found = Self.load(folder, name: name) { return (found, file) }
        let plan = try scan()
        let step = Self.step(plan)
        let lines = try Self.lines(of: sources.corpus, plan, step: step)
        let part = step > 1 ? ", one in \(step) of its passages or records" : ""
        progress(
            "training a SentencePiece tokenizer of \(size) pieces on \(Self.megabytes(lines.text.count)) of \(sources.corpus.name)\(part)")
        let model = try training.model(from: lines, place: sources.corpus.place)
        try sources.checkUnchanged()
        let tokenizer = try SentencePieceTokenizer(model: model, name: name, place: file.path)
        if tokenizer.vocabularySize < size {
            progress("the text holds \(tokenizer.vocabularySize) pieces worth having, not \(size): that is the tokenizer's vocabulary")
        }
        let entry = Entry(
            sha256: tokenizer.sha256, vocabularySize: tokenizer.vocabularySize, flags: training.flags, corpusSHA256: sources.corpusSHA256,
            trainingTextBytes: lines.text.count)
        try AtomicFolder.replace(folder) { partial in
            try AtomicFolder.write(model, flushedTo: partial.appendingPathComponent(Self.modelName))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFolder.write(encoder.encode(entry), flushedTo: partial.appendingPathComponent(Self.entryName))
        }
        return (tokenizer, file)
    }

    /// A cached model, if it is there and is what was written.
    private static func load(_ folder: URL, name: String) -> SentencePieceTokenizer? {
        let file = folder.appendingPathComponent(modelName)
        guard let model = try? Data(contentsOf: file),
            let bytes = try? Data(contentsOf: folder.appendingPathComponent(entryName)),
            let entry = try? JSONDecoder().decode(Entry.self, from: bytes),
            SHA256.hexDigest(of: model) == entry.sha256
        else { return nil }
        return try? SentencePieceTokenizer(model: model, name: name, place: file.path)
    }

    private static func step(_ scan: CorpusScan) -> Int {
        let most = SentencePieceTraining.mostTextBytes
        return max((scan.trainBytes + most - 1) / most, 1)
    }

    /// Lines of the training part; of a large one every n-th unit, so that all of it is represented.
    private static func lines(of corpus: Corpus, _ scan: CorpusScan, step: Int) throws -> TrainingLines {
        var lines = TrainingLines()
        var seen = 0
        try corpus.forEachUnit(passages: scan.passages) { unit, text in
            guard scan.split.side(of: unit, text) == .train else { return }
            if seen % step == 0 { lines.append(text) }
            seen += 1
        }
        return lines
    }

    static func megabytes(_ bytes: Int) -> String {
        bytes < 100_000 ? "\(max(bytes / 1000, 1)) kB" : "\(Double(bytes / 100_000) / 10) MB"
    }
}
