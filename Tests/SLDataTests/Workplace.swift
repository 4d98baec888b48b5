import Foundation
import SLData
import SLRandom
import SLSpec

/// A folder of its own for a test, with a data directory in it.
final class Workplace: Sendable {
    let folder: URL
    let directory: DataDirectory

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sldata-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        directory = DataDirectory(root: folder.appendingPathComponent("data", isDirectory: true))
    }

    /// To be deferred. Not done in `deinit`, which comes with the last use of the object, not of its files.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    @discardableResult
    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

    func prepare(
        _ corpus: String, tokenizer: String = "bytes", packing: DataSpec.Packing = .concat, validation: String? = nil,
        skipMalformed: Int = 0, sequenceLength: Int = 32, vocabularySize: Int = 32_000, batchSize: Int = 1,
        test: String? = nil, exclude: [String] = [], heldOut: [String] = [], progress: (String) -> Void = { _ in }
    ) throws -> PreparedData {
        try DataPreparation.prepare(
            DataSpec(
                corpus: corpus, tokenizer: tokenizer, packing: packing, validation: validation, skipMalformed: skipMalformed, test: test,
                exclude: exclude, heldOut: heldOut),
            sequenceLength: sequenceLength, modelVocabularySize: vocabularySize, batchSize: batchSize, directory: directory,
            progress: progress)
    }
}

extension PreparedData {
    /// What the record of some run on this data says of it.
    func record(sequenceLength: Int = 32, steps: Int = 2, batchSize: Int = 2, evaluationTokens: Int) throws -> DataRecord {
        let shape = ModelShape(name: "t", vocabularySize: 32_000, hiddenSize: 8, intermediateSize: 16, layerCount: 1, headCount: 2)
        return try record(
            of: RunSpec(
                model: shape, method: "full_rank", options: MethodOptions(),
                training: TrainingSpec(steps: steps, batchSize: batchSize, sequenceLength: sequenceLength, learningRate: 0.1, warmupSteps: 1),
                data: identity, evaluation: EvaluationSpec(tokens: evaluationTokens), seed: 1))
    }
}

/// Some real words and many made-up ones, enough for a tokenizer to find pieces in.
private let words: [String] = {
    let roots = ["riv", "ston", "gard", "wint", "lett", "brid", "harb", "cand", "carr", "hold", "slow", "brig", "nord", "caf", "wald"]
    let ends = ["er", "en", "ing", "ed", "ow", "é", "ly", "our", "ations", "ship", "less", "ward", "ish", "um", "a", "ome"]
    return ["the", "of", "and", "river", "beyond", "under"] + roots.flatMap { root in ends.map { root + $0 } }
}()

/// Made-up prose: sentences of words, a paragraph a line.
func prose(bytes: Int, seed: UInt64 = 1) -> String {
    var stream = RandomStream(seed: seed, name: "test/prose")
    var text = ""
    var size = 0
    while size < bytes {
        let sentence = (0..<(5 + stream.below(12))).map { _ in words[stream.below(words.count)] }.joined(separator: " ")
        let piece = sentence + (stream.below(5) == 0 ? ".\n" : ". ")
        text += piece
        size += piece.utf8.count
    }
    return text + "\n"
}

func records(_ texts: [String]) throws -> String {
    try texts.map { text in
        let line = try JSONSerialization.data(withJSONObject: ["text": text, "url": "https://example.org"], options: [.sortedKeys])
        return String(decoding: line, as: UTF8.self) + "\n"
    }.joined()
}

/// The error that `body` throws, if it is a `DataError`.
func dataError(_ body: () throws -> Void) -> DataError? {
    do {
        try body()
        return nil
    } catch {
        return error as? DataError
    }
}

/// The documents of a stream of ids, decoded.
func documents(_ file: TokenFile, _ tokenizer: any Tokenizer) throws -> [String] {
    try file[0..<file.count].split(separator: tokenizer.endOfSequence, omittingEmptySubsequences: true).map {
        try tokenizer.decode(Array($0))
    }
}
