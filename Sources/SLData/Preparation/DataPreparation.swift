import Foundation
import SLDigest
public import SLSpec
import SLSystem

/// From a `DataSpec` to tokens on disk.
public enum DataPreparation {
    /// Reads, splits and tokenizes the text of `spec`, or finds that this was done before.
    ///
    /// What was prepared is kept under a key made of contents (text, tokenizer, split rule, packing), so a changed source
    /// is prepared anew, and damaged files are made again. Several processes may call this at once: one works, the others
    /// wait for it.
    ///
    /// - Parameters:
    ///   - sequenceLength: T. Tokens per row.
    ///   - modelVocabularySize: Ids the model has an embedding for; the tokenizer's must fit.
    ///   - batchSize: Rows of the largest batch that will be asked for.
    ///   - mayPrepare: Whether what is not there may be made; jobs of a cluster all find what was prepared once, and make nothing.
    ///   - progress: Gets short sentences for people, none when all is there.
    /// - Throws: `DataError` for text, tokenizers and combinations that can't be used; `FileError` when the data
    ///   directory can't be written.
    public static func prepare(
        _ spec: DataSpec, sequenceLength: Int, modelVocabularySize: Int, batchSize: Int = 1, directory: DataDirectory,
        mayPrepare: Bool = true, progress: (String) -> Void
    ) throws -> PreparedData {
        guard sequenceLength > 0, batchSize > 0 else {
            throw DataError(file: spec.corpus, problem: "\(batchSize) rows of \(sequenceLength) tokens are no batch")
        }
        let choice = try TokenizerChoice(spec.tokenizer)
        if case .trained(let size) = choice { try checkVocabulary(size, spec.tokenizer, modelVocabularySize) }
        let sources = try PreparationSources(spec, directory: directory, progress: progress)
        let scan = LazyScan(sources)
        let tokenizer: any Tokenizer
        var tokenizerFile: URL?
        switch choice {
        case .bytes: tokenizer = ByteTokenizer()
        case .unnamed: tokenizer = UnnamedTokenizer(vocabularySize: modelVocabularySize)
        case .file(let path):
            tokenizer = try SentencePieceTokenizer(file: path)
            tokenizerFile = URL(fileURLWithPath: (try? HomeFolder.expanded(path)) ?? path)
        case .trained(let size):
            (tokenizer, tokenizerFile) = try TokenizerCache(directory: directory, mayTrain: mayPrepare).tokenizer(
                size: size, sources: sources, scan: { try scan.get(progress: progress) }, progress: progress)
        }
        try checkVocabulary(tokenizer.vocabularySize, spec.tokenizer, modelVocabularySize)

        let job = PreparationJob(spec, sources, scan, tokenizer, tokenizerFile, sequenceLength: sequenceLength, directory: directory)
        var data = try job.run(mayPrepare: mayPrepare, progress: progress)
        for source in sources.texts {
            let job = EvaluatedTextJob(spec, sources, source, scan, tokenizer, sequenceLength: sequenceLength, directory: directory)
            data.add(try job.run(mayPrepare: mayPrepare, progress: progress))
        }
        try checkUnknown(data, spec, sources.corpus, sources.validation)
        try checkSize(data, sources.corpus, sequenceLength: sequenceLength, batchSize: batchSize)
        return data
    }

    /// What a process is told that may not prepare anything.
    static func notPrepared(_ folder: URL, _ what: String) -> DataError {
        DataError(
            file: folder.path, problem: "\(what) is not prepared, and this process prepares nothing",
            fix: "prepare it first, on a machine that sees the same data folder: `slbench plan CONFIG` does", isMissingFile: true)
    }

    private static func checkVocabulary(_ size: Int, _ tokenizer: String, _ modelSize: Int) throws(DataError) {
        guard size <= modelSize else {
            throw DataError(
                file: tokenizer, problem: "the tokenizer has \(size) ids, but the model's vocabulary only \(modelSize)",
                fix: "use a smaller tokenizer, or a model with vocab_size \(size) or more")
        }
    }

    /// Above this share the loss is that of guessing "unknown", which is easy and says nothing of the text.
    public static let mostUnknown = 0.01

    private static func checkUnknown(_ data: PreparedData, _ spec: DataSpec, _ corpus: Corpus, _ validation: Corpus?) throws(DataError) {
        guard !spec.allowsUnknown else { return }
        for (share, part, place) in [
            (data.unknownShares.training, "training", corpus.place),
            (data.unknownShares.validation, "validation", validation?.place ?? corpus.place),
        ] where share > mostUnknown {
            throw unknownText(share, of: part, place: place, tokenizer: spec.tokenizer)
        }
        for text in data.texts where text.unknownShare > mostUnknown {
            throw unknownText(text.unknownShare, of: text.kind.words, place: text.identity.name, tokenizer: spec.tokenizer)
        }
    }

    static func unknownText(_ share: Double, of part: String, place: String, tokenizer: String) -> DataError {
        DataError(
            file: place,
            problem: "the tokenizer \(tokenizer) has no pieces for \(Int((100 * share).rounded(.up))) % of the \(part) text; "
                + "at most \(Int(100 * mostUnknown)) % may be unknown",
            fix: "use a tokenizer made for this text ('bytes' and 'sentencepiece:N' know all of it), or set data.allow_unknown to true")
    }

    private static func checkSize(_ data: PreparedData, _ corpus: Corpus, sequenceLength: Int, batchSize: Int) throws {
        let rows = try RowLayout(data.train, sequenceLength: sequenceLength).fullRows
        guard rows >= batchSize else {
            throw DataError(
                file: corpus.place,
                problem:
                    "its training part is \(data.identity.trainTokens) tokens, \(rows) rows of \(sequenceLength): "
                    + "less than one batch of \(batchSize)",
                fix: "give more text, or use shorter sequences or a smaller batch")
        }
    }
}
