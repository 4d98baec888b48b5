import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

@Suite("Synthetic corpus")
struct SyntheticTests {
    @Test("the entropy rate agrees with what is counted in the text")
    func entropyRate() throws {
        let source = SyntheticSource(seed: 3, wordCount: 64, leastBytes: 600_000)
        let text = source.generate()
        // Conditional entropy of a word given the one before it, from counts: no use is made of how the text was made.
        let words = text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { Array($0) }
        var pairs: [[[UInt8]]: Int] = [:]
        var firsts: [[UInt8]: Int] = [:]
        for (first, second) in zip(words, words.dropFirst()) {
            pairs[[first, second], default: 0] += 1
            firsts[first, default: 0] += 1
        }
        let total = Double(words.count - 1)
        let perWord = pairs.reduce(0.0) { sum, pair in
            sum - Double(pair.value) / total * log(Double(pair.value) / Double(firsts[pair.key[0]] ?? 1))
        }
        #expect(abs(perWord - source.entropyPerWord) < 0.005, "\(perWord) against \(source.entropyPerWord)")
        let perByte = perWord * total / Double(text.count)
        #expect(abs(perByte - source.entropyPerByte) / source.entropyPerByte < 0.01, "\(perByte) against \(source.entropyPerByte)")
        #expect(firsts.count == 64)
    }

    @Test("seeds decide, and nothing else")
    func seeds() {
        let texts = [1, 1, 2].map { SyntheticSource(seed: $0, leastBytes: 20_000).generate() }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
        #expect(texts[0].count >= 20_000 && texts[0].count < 21_000)
        #expect(texts[0].last == 0x0A)
    }

    @Test("prepared in bytes it carries its entropy rate, and only then")
    func prepared() throws {
        let place = try Workplace()
        defer { place.remove() }
        let data = try place.prepare("synthetic")
        #expect(data.entropyRate == SyntheticSource().entropyPerByte)
        #expect(data.identity.name == "synthetic")
        #expect(data.train.count > 1_800_000)
        #expect(data.validation.count > 30_000)
        #expect(data.facts.validation.droppedBytes == 0 && data.facts.sharedRecords == 0)
        #expect(try place.prepare("synthetic", tokenizer: "sentencepiece:400").entropyRate == nil)
    }
}
