import Foundation
import SLData
import SLSpec
import Testing

@Suite("Split")
struct SplitTests {
    @Test("the same text gives the same split, whatever it is called")
    func deterministic() throws {
        let text = prose(bytes: 700_000)
        let places = try [Workplace(), Workplace()]
        defer { places.forEach { $0.remove() } }
        let files = try zip(places, ["a.txt", "other/name.txt"]).map { try $0.prepare($0.write(text, $1)) }
        #expect(try Data(contentsOf: files[0].train.url) == Data(contentsOf: files[1].train.url))
        #expect(try Data(contentsOf: files[0].validation.url) == Data(contentsOf: files[1].validation.url))
        #expect(files[0].identity.corpusSHA256 == files[1].identity.corpusSHA256)
    }

    @Test("of a long text runs of eight passages are held out, 2.5 % on the whole")
    func runs() throws {
        let place = try Workplace()
        defer { place.remove() }
        // Lines of 64 bytes: passages of exactly 2048.
        let lines = (0..<25_600).map { String(format: "%063d\n", $0) }.joined()
        let data = try place.prepare(try place.write(lines, "lines.txt"))
        let held = try documents(data.validation, ByteTokenizer())
        let linesPerRun = 8 * 32
        let expected = [20, 60].map { lines.dropFirst($0 * linesPerRun * 64).prefix(linesPerRun * 64) }
        #expect(held == expected.map { String($0) })
    }

    @Test("short texts have about a tenth held out, at their end", arguments: [2_000, 10_000, 50_000, 300_000])
    func shortText(_ bytes: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: bytes)
        let data = try place.prepare(try place.write(text, "short.txt"))
        let held = try documents(data.validation, ByteTokenizer())
        #expect(held.count == 1)
        #expect(text.hasSuffix(held[0]))
        let share = Double(held[0].utf8.count) / Double(text.utf8.count)
        #expect(share > 0.02 && share < 0.3, "\(share)")
    }

    @Test("many records: FNV-1a of the text decides, so their order doesn't")
    func hashedRecords() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<5000).map { "record number \($0) of many" }
        let data = try place.prepare(try place.write(try records(texts), "r.jsonl"), sequenceLength: 8)
        let backwards = try place.prepare(try place.write(try records(texts.reversed()), "b.jsonl"), sequenceLength: 8)
        let held = try documents(data.validation, ByteTokenizer())
        #expect(held == texts.filter { fnv1a($0) % 1000 < 5 })
        #expect(held.count > 5 && held.count < 60)
        #expect(try documents(backwards.validation, ByteTokenizer()) == held.reversed())
    }

    @Test("validation text of its own: the corpus is for training altogether")
    func ownValidation() throws {
        let place = try Workplace()
        defer { place.remove() }
        let train = prose(bytes: 30_000, seed: 1)
        let other = prose(bytes: 5_000, seed: 2)
        let corpus = try place.write(train, "train.txt")
        let data = try place.prepare(corpus, validation: try place.write(try records([other]), "valid.jsonl"))
        #expect(try documents(data.train, ByteTokenizer()) == [train])
        #expect(try documents(data.validation, ByteTokenizer()) == [other])
        #expect(data.identity.corpusSHA256 != (try place.prepare(corpus)).identity.corpusSHA256)
        #expect(dataError { _ = try place.prepare(corpus, validation: "nowhere.txt") }?.isMissingFile == true)
    }

    private func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
