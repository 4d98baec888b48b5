import Foundation
import SLData
import SLSpec
import Testing

@Suite("Tokenizers that lose nothing")
struct LosslessTokenizerTests {
    private static let nasty = [
        "", " ", "   ", "\t", "\n", "\r\n", "\n\n\n", "  leading", "trailing  ", " both ", "a  b   c    d", "a\tb\t\tc", "line\r\nline\r\n",
        "line\rline", "\n starts with a line end", "caf\u{e9} cafe\u{301}", "\u{ff21}\u{ff22}\u{ff23}\u{3000}\u{ff11}", "\u{fb01}\u{2460}\u{2122}\u{bd}",
        "zero\u{200b}width\u{200c}join\u{200d}er\u{feff}mark", "nul\u{0}nul", "\u{0}", "\u{1}\u{7f}\u{85}\u{a0}\u{2028}\u{2029}",
        "\u{2581}", "a\u{2581}b \u{2581}\u{2581} c", "\u{2585} \u{2047}", "<unk></s><s><pad><0x41>", "漢字かな交じり文 한국어", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "\u{FFFD}\u{FFFE}\u{10FFFF}", "Ελληνικά русский עברית العربية", "    def f(x):\n\treturn  x\n",
    ]

    @Test("a trained tokenizer gives back every text, byte by byte", arguments: [320, 2000])
    func roundTrip(_ size: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 60_000) + String(repeating: "    if  a:\n\t\treturn  b \r\n", count: 200)
        let data = try place.prepare(try place.write(text, "prose.txt"), tokenizer: "sentencepiece:\(size)")
        let tokenizer = try SentencePieceTokenizer(file: try #require(data.tokenizerFile).path)
        for text in Self.nasty + [Self.nasty.joined(), Self.nasty.joined(separator: " ")] {
            let ids = try tokenizer.encode(text)
            #expect(Array(try tokenizer.decode(ids).utf8) == Array(text.utf8), "\(text.debugDescription)")
            #expect(!ids.contains(2), "nothing is unknown")
            let spelled = try tokenizer.spell(text)
            #expect(spelled.ids == ids)
            #expect(spelled.bytes.reduce(0, +) == text.utf8.count, "\(text.debugDescription)")
        }
        #expect(data.facts.training.droppedBytes == 0 && data.facts.validation.droppedBytes == 0)
        #expect(data.facts.training.unknownTokens == 0)
        #expect(data.facts.training.bytes + data.facts.validation.bytes == text.utf8.count)
    }

    @Test("prepared tokens decode to the text, passage after passage", arguments: ["bytes", "sentencepiece:320"])
    func wholeCorpus(_ name: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let lines = prose(bytes: 30_000).split(separator: "\n").map { "  \($0)  \r\n\r\n" }.joined()
        let held = "\t " + prose(bytes: 9_000, seed: 3).replacing(". ", with: ".   ")
        let data = try place.prepare(
            try place.write(lines, "prose.txt"), tokenizer: name, validation: try place.write(held, "held.txt"))
        let tokenizer: any Tokenizer = try data.tokenizerFile.map { try SentencePieceTokenizer(file: $0.path) } ?? ByteTokenizer()
        #expect(try documents(data.train, tokenizer) == [lines])
        #expect(try documents(data.validation, tokenizer) == [held])
    }

    @Test("text of blanks costs its blanks: as many bytes are counted as with bytes")
    func blanks() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 40_000).replacing(" ", with: "              ")
        let corpus = try place.write(text, "wide.txt")
        let pieces = try place.prepare(corpus, tokenizer: "sentencepiece:512")
        let bytes = try place.prepare(corpus, tokenizer: "bytes")
        let (one, other) = (
            try pieces.evaluationSet(sequenceLength: 32, targetTokens: .max), try bytes.evaluationSet(sequenceLength: 32, targetTokens: .max)
        )
        let counted = (try #require(one.byteCount), try #require(other.byteCount))
        // The first token is no target.
        #expect(counted.0 <= counted.1 && counted.0 > counted.1 - 64)
        #expect(pieces.facts.validation.bytes == bytes.facts.validation.bytes)
    }
}
