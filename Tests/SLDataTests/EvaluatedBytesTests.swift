import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

@Suite("Bytes of the evaluated targets")
struct EvaluatedBytesTests {
    private func noise(bytes: Int) -> String {
        var stream = RandomStream(seed: 9, name: "test/noise")
        return String((0..<bytes).map { $0 % 60 == 59 ? "\n" : Character(UnicodeScalar(UInt8(97 + stream.below(26)))) })
    }

    /// What the targets decode to, id by id: the account of the tokenizer's own decoder.
    private func decodedBytes(_ set: EvaluationSet, _ tokenizer: any Tokenizer, _ bytesOf: (Int32) throws -> Int) throws -> Int {
        try (0..<set.rowCount).reduce(0) { sum, row in
            try set.batch(from: row, rows: 1).targets.filter { $0 >= 0 }.reduce(sum) { try $0 + bytesOf($1) }
        }
    }

    @Test("bytes are those of the evaluated targets, not of the whole split: prose first, then noise")
    func partOfTheSplit() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 120_000), "prose.txt")
        let held = prose(bytes: 8_000, seed: 2)
        let validation = try place.write(held + noise(bytes: 90_000), "held.txt")
        let data = try place.prepare(corpus, tokenizer: "sentencepiece:400", validation: validation)
        let tokenizer = try SentencePieceTokenizer(file: try #require(data.tokenizerFile).path)
        let few = try data.evaluationSet(sequenceLength: 32, targetTokens: 512)
        let text = try tokenizer.decode(Array(data.validation[1..<few.targetCount + 1]))
        #expect(held.hasPrefix(try tokenizer.decode([data.validation[0]]) + text))
        #expect(few.byteCount == text.utf8.count)
        let all = try data.evaluationSet(sequenceLength: 32, targetTokens: .max)
        let wholeText = try tokenizer.decode(Array(data.validation[1..<data.validation.count]))
        #expect(all.byteCount == wholeText.utf8.count)
        let perToken = (Double(text.utf8.count) / Double(few.targetCount), Double(wholeText.utf8.count) / Double(all.targetCount))
        #expect(perToken.0 > 1.3 * perToken.1, "the two kinds of text differ, or this shows nothing")
    }

    @Test("in bytes: one a target, none for the end of a document, in either packing, whatever is cut")
    func bytes() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<40).map { "record \($0): " + prose(bytes: 20 + 9 * $0, seed: UInt64($0)) }
        let corpus = try place.write(try records(texts), "r.jsonl")
        for packing in DataSpec.Packing.allCases {
            let data = try place.prepare(corpus, packing: packing, sequenceLength: 50)
            let held = try data.evaluationSet(sequenceLength: 50, targetTokens: .max)
            #expect(held.byteCount == (try decodedBytes(held, ByteTokenizer()) { $0 >= 3 ? 1 : 0 }))
            #expect(try #require(held.byteCount) < held.targetCount)
        }
    }

    @Test("characters that go through bytes count byte by byte, in cut rows too")
    func fallback() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<60).map { "record \($0): " + prose(bytes: 200, seed: UInt64($0)) + "漢字 \u{1F600} 語" }
        let corpus = try place.write(prose(bytes: 60_000), "prose.txt")
        let validation = try place.write(try records(texts), "r.jsonl")
        for length in [7, 20, 300] {
            let data = try place.prepare(
                corpus, tokenizer: "sentencepiece:320", packing: .truncate, validation: validation, sequenceLength: length)
            let tokenizer = try SentencePieceTokenizer(file: try #require(data.tokenizerFile).path)
            let set = try data.evaluationSet(sequenceLength: length, targetTokens: .max)
            // A lone byte decodes to U+FFFD: it has one byte all the same.
            let expected = try decodedBytes(set, tokenizer) { id in
                let text = try tokenizer.decode([id])
                return text == "\u{FFFD}" ? 1 : text.utf8.count
            }
            #expect(set.byteCount == expected)
        }
    }
}
