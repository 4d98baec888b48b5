import Foundation
import SLDigest
import SLSpec

/// Makes one entry of the cache of prepared tokens, or finds it.
struct PreparationJob {
    private let spec: DataSpec
    private let sources: PreparationSources
    private let scan: LazyScan
    private let tokenizer: any Tokenizer
    private let tokenizerFile: URL?
    private let sequenceLength: Int
    private let folder: URL

    /// Raised when the same input would give other files.
    private static let version = "3"
    /// Text between two words about how far it is.
    private static let leastReportedBytes = 5_000_000

    init(
        _ spec: DataSpec, _ sources: PreparationSources, _ scan: LazyScan, _ tokenizer: any Tokenizer, _ tokenizerFile: URL?,
        sequenceLength: Int, directory: DataDirectory
    ) {
        self.spec = spec
        self.sources = sources
        self.scan = scan
        self.tokenizer = tokenizer
        self.tokenizerFile = tokenizerFile
        self.sequenceLength = sequenceLength
        var recipe = [
            "version \(Self.version)", "text \(sources.sha256)", "layout \(sources.corpus.layout.rawValue)",
            "split \(SplitRule.version) \(sources.validation?.layout.rawValue ?? "held out")",
            "tokenizer \(tokenizer.sha256)", "packing \(spec.packing.rawValue) \(spec.packing == .truncate ? sequenceLength : 0)",
        ]
        if sources.holdsTest { recipe.append("test \(TestRule.version)") }
        let key = String(SHA256.hexDigest(of: Data(recipe.joined(separator: "\n").utf8)).prefix(32))
        folder = directory.preparedTokens.appendingPathComponent(key, isDirectory: true)
    }

    func run(mayPrepare: Bool, progress: (String) -> Void) throws -> PreparedData {
        let data = try prepared(mayPrepare: mayPrepare, progress: progress)
        // What was prepared when more records might be left out is the same text, and no longer allowed.
        if let skipped = data.skipped, skipped.count > spec.skipMalformed {
            throw RecordReader.tooMany(skipped.first, limit: spec.skipMalformed)
        }
        return data
    }

    private func prepared(mayPrepare: Bool, progress: (String) -> Void) throws -> PreparedData {
        guard mayPrepare else {
            do throws(DataError) { return try open() } catch {
                throw error.isMissingFile ? DataPreparation.notPrepared(folder, "the text of \(sources.corpus.name)") : error
            }
        }
        if let ready = try? open() { return ready }
        let lock = try FolderLock.taken(for: folder) { progress("waiting for another process that prepares the same data") }
        defer { withExtendedLifetime(lock) {} }
        do throws(DataError) {
            return try open()
        } catch {
            if !error.isMissingFile { progress("the prepared tokens are damaged (\(error.file): \(error.problem)): making them again") }
        }
        try AtomicFolder.replace(folder) { try make(in: $0, progress: progress) }
        return try open()
    }

    private func open() throws(DataError) -> PreparedData {
        try PreparedData(
            folder: folder, name: sources.corpus.name, tokenizerName: tokenizer.name, tokenizerFile: tokenizerFile, unread: sources.unread,
            refusedUnknown: spec.allowsUnknown ? nil : tokenizer.unknown)
    }

    private func make(in partial: URL, progress: (String) -> Void) throws {
        if sources.corpus.layout == .tokens { return try takeOver(in: partial, progress: progress) }
        try sources.refuseEqualTexts()
        let plan = try scan.get(progress: progress)
        progress("tokenizing \(TokenizerCache.megabytes(plan.textBytes)) of \(sources.corpus.name) with \(tokenizer.name)")
        let train = try encoder(PreparedManifest.trainName, in: partial)
        let validation = try encoder(PreparedManifest.validationName, bytes: PreparedManifest.validationBytesName, in: partial)
        let shared = try heldPassages(plan)
        var passedOver = PreparedManifest.PassedOver()
        passedOver.add(try encode(sources.corpus, plan, train: train, validation: validation, shared: shared, progress: progress))
        if let text = sources.validation { passedOver.add(try encode(text, whole: validation)) }
        try sources.checkUnchanged()
        try checkNotEmpty(train, validation)

        var manifest = PreparedManifest(
            corpus: sources.corpus.name, corpusSHA256: sources.sha256, sources: sources.manifestSources,
            validationSources: sources.manifestValidationSources,
            tokenizer: .init(name: tokenizer.name, sha256: tokenizer.sha256, vocabularySize: tokenizer.vocabularySize),
            packing: spec.packing, sequenceLength: spec.packing == .truncate ? sequenceLength : nil,
            splitRule: plan.split.description, train: try train.finish(sha256: Self.digest),
            validation: try validation.finish(sha256: Self.digest), validationRecords: shared.count, sharedRecords: shared.sharedCount,
            sharedTokens: shared.sharedTokens(starts: validation.starts, count: validation.tokenCount).map { [$0.lowerBound, $0.upperBound] },
            entropyRate: entropyRate)
        passedOver.textBytes = manifest.train.textBytes + manifest.validation.textBytes
        manifest.passedOver = passedOver
        try AtomicFolder.write(manifest.encoded, flushedTo: partial.appendingPathComponent(PreparedManifest.fileName))
    }

    private func takeOver(in partial: URL, progress: (String) -> Void) throws {
        let copy = try TokenCopy(sources, tokenizer: tokenizer)
        let parts = try copy.write(
            train: partial.appendingPathComponent(PreparedManifest.trainName),
            validation: partial.appendingPathComponent(PreparedManifest.validationName), sha256: Self.digest, progress: progress)
        try sources.checkUnchanged()
        let manifest = PreparedManifest(
            corpus: sources.corpus.name, corpusSHA256: sources.sha256, sources: sources.manifestSources,
            validationSources: sources.manifestValidationSources,
            tokenizer: .init(name: tokenizer.name, sha256: tokenizer.sha256, vocabularySize: tokenizer.vocabularySize),
            packing: spec.packing, splitRule: copy.splitRule, train: parts.train, validation: parts.validation)
        try AtomicFolder.write(manifest.encoded, flushedTo: partial.appendingPathComponent(PreparedManifest.fileName))
    }

    private static func digest(_ file: URL) throws -> String { try SHA256.hexDigest(ofFile: file) }

    private func encoder(_ name: String, bytes: String? = nil, in partial: URL) throws -> SplitEncoder {
        try SplitEncoder(
            partial.appendingPathComponent(name), bytesURL: bytes.map { partial.appendingPathComponent($0) }, tokenizer: tokenizer,
            packing: spec.packing, sequenceLength: sequenceLength)
    }

    /// The validation part's passages, to be looked for in the training part.
    private func heldPassages(_ plan: CorpusScan) throws -> SharedPassages {
        let shared = SharedPassages()
        if let validation = sources.validation {
            _ = try validation.forEachUnit(passages: .standard) { _, text in shared.hold(text) }
        } else {
            _ = try sources.corpus.forEachUnit(passages: plan.passages) { unit, text in
                if plan.split.side(of: unit, text) == .validation { shared.hold(text) }
            }
        }
        return shared
    }

    /// Where the side changes within a document, both sides close it there.
    private func encode(
        _ corpus: Corpus, _ plan: CorpusScan, train: SplitEncoder, validation: SplitEncoder, shared: SharedPassages,
        progress: (String) -> Void
    ) throws -> (tally: ReadingTally, bytes: Int) {
        var last: (side: SplitSide, document: Int)?
        var (done, kept) = (0, 0)
        func encoder(_ side: SplitSide) -> SplitEncoder? {
            switch side {
            case .train: train
            case .validation: validation
            // What is tested on has a folder of its own.
            case .test: nil
            }
        }
        var nextReport = max(plan.textBytes / 10, Self.leastReportedBytes)
        let reportStep = nextReport
        let tally = try corpus.forEachUnit(passages: plan.passages) { unit, text in
            let side = plan.split.side(of: unit, text)
            if let last, last != (side, unit.document) { try encoder(last.side)?.endDocument() }
            last = (side, unit.document)
            try encoder(side)?.appendUnit(text)
            if side != .test { kept += text.count }
            if side == .train { shared.search(text) }
            done += text.count
            if done >= nextReport {
                progress("tokenized \(TokenizerCache.megabytes(done)) of \(TokenizerCache.megabytes(plan.textBytes))")
                nextReport += reportStep
            }
        }
        return (tally, kept)
    }

    private func encode(_ corpus: Corpus, whole encoder: SplitEncoder) throws -> (tally: ReadingTally, bytes: Int) {
        var document: Int?
        var bytes = 0
        let tally = try corpus.forEachUnit(passages: .standard) { unit, text in
            if let document, document != unit.document { try encoder.endDocument() }
            document = unit.document
            try encoder.appendUnit(text)
            bytes += text.count
        }
        return (tally, bytes)
    }

    /// Two tokens make the smallest row: one to read, one to predict.
    private func checkNotEmpty(_ train: SplitEncoder, _ validation: SplitEncoder) throws(DataError) {
        guard train.tokenCount > 1 else { throw DataError(file: sources.corpus.place, problem: "too little text to train on") }
        guard validation.tokenCount > 1 else {
            throw DataError(file: sources.validation?.place ?? sources.corpus.place, problem: "too little text to validate on")
        }
    }

    /// Known for the synthetic text in bytes. The few ends of sequence between its parts are not counted.
    private var entropyRate: Double? {
        guard case .synthetic(let generator) = sources.corpus.source, tokenizer is ByteTokenizer else { return nil }
        return generator.entropyPerByte
    }
}
