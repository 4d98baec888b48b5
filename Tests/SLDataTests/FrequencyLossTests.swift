import Foundation
import SLData
import SLSpec
import Testing

@Suite("Losses by token frequencies")
struct FrequencyLossTests {
    /// The definition, counted with dictionaries from the rows that training reads.
    private func byDefinition(_ data: PreparedData, _ set: EvaluationSet, sequenceLength: Int) throws -> (unigram: Double, bigram: Double) {
        let all = try EvaluationSet(tokens: data.train, sequenceLength: sequenceLength, targetTokens: .max)
        func pairs(_ set: EvaluationSet) -> [[Int32]] {
            (0..<set.rowCount).flatMap { row in
                let batch = set.batch(from: row, rows: 1)
                return zip(batch.inputs, batch.targets).filter { $0.1 >= 0 }.map { [$0.0, $0.1] }
            }
        }
        let trained = pairs(all)
        let single = Dictionary(grouping: trained, by: { $0[1] }).mapValues(\.count)
        let both = Dictionary(grouping: trained, by: { $0 }).mapValues(\.count)
        let after = Dictionary(grouping: trained, by: { $0[0] }).mapValues(\.count)
        let kinds = Dictionary(grouping: both.keys, by: { $0[0] }).mapValues(\.count)
        let (total, different) = (Double(trained.count), Double(single.count))
        func one(_ id: Int32) -> Double {
            (Double(single[id] ?? 0) + different / Double(data.identity.vocabularySize)) / (total + different)
        }
        func two(_ pair: [Int32]) -> Double {
            guard let seen = after[pair[0]], let kinds = kinds[pair[0]] else { return one(pair[1]) }
            return (Double(both[pair] ?? 0) + Double(kinds) * one(pair[1])) / Double(seen + kinds)
        }
        let held = pairs(set)
        return (held.reduce(0) { $0 - log(one($1[1])) } / Double(held.count), held.reduce(0) { $0 - log(two($1)) } / Double(held.count))
    }

    @Test("as defined, in both packings and with both kinds of tokenizers", arguments: DataSpec.Packing.allCases, ["bytes", "sentencepiece:320"])
    func definition(_ packing: DataSpec.Packing, _ tokenizer: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(try records((0..<120).map { prose(bytes: 60 + 2 * $0, seed: UInt64($0)) }), "r.jsonl")
        let data = try place.prepare(corpus, tokenizer: tokenizer, packing: packing, sequenceLength: 40)
        let set = try data.evaluationSet(sequenceLength: 40, targetTokens: 300)
        let losses = try data.frequencyLosses(of: set)
        let expected = try byDefinition(data, set, sequenceLength: 40)
        #expect(abs(losses.unigram - expected.unigram) < 1e-9)
        #expect(abs(losses.bigram - expected.bigram) < 1e-9)
        #expect(losses.bigram < losses.unigram && losses.unigram < log(Double(data.identity.vocabularySize)))
    }

    @Test("known text: in synthetic bytes a bigram knows more than a unigram, and less than the chain")
    func synthetic() throws {
        let place = try Workplace()
        defer { place.remove() }
        let data = try place.prepare("synthetic")
        let losses = try data.frequencyLosses(of: data.evaluationSet(sequenceLength: 32, targetTokens: 4096))
        #expect(losses.bigram > (try #require(data.entropyRate)))
        #expect(losses.bigram < losses.unigram - 0.3)
    }

    @Test("kept beside the tokens for each evaluation set, and computed again where what is kept can't be read")
    func kept() throws {
        let place = try Workplace()
        defer { place.remove() }
        let data = try place.prepare(try place.write(prose(bytes: 40_000), "prose.txt"))
        let (one, other) = (
            try data.evaluationSet(sequenceLength: 32, targetTokens: 128), try data.evaluationSet(sequenceLength: 32, targetTokens: 1024)
        )
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: data.folder.path).filter { $0.hasPrefix("frequencies-") }
        }
        let first = try data.frequencyLosses(of: one)
        #expect(try data.frequencyLosses(of: other) != first)
        #expect(try files().count == 2)
        for file in try files() { try Data("{}".utf8).write(to: data.folder.appendingPathComponent(file)) }
        #expect(try data.frequencyLosses(of: one) == first)
        let record = try data.record(evaluationTokens: 128)
        #expect(record.unigramLoss == first.unigram && record.bigramLoss == first.bigram)
        #expect(record.trainingPasses.map { $0 > 0 && $0 < 1 } == true)
    }
}
