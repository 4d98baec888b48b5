import Foundation
import SLData
import SLSpec
import Testing

@Suite("Records that can't be read, and long ones")
struct RecordTests {
    private static let bad: [(line: [UInt8], reason: String)] = [
        (Array(#"{"text": "x", "score": NaN}"#.utf8), "column 24: not a JSON number: NaN"),
        (Array(#"{"text": "x", "score": -Infinity}"#.utf8), "not a JSON number: NaN and Infinity are Python's"),
        (Array(#"{"text": "a \ud83d b"}"#.utf8), "half a surrogate pair"), (Array(#"{"text": "a \udc00 b"}"#.utf8), "half a surrogate pair"),
        (Array(#"{"text": "cut o"#.utf8), "the document ends inside a text"), (Array(#"{"text": "x"} {"text": "y"}"#.utf8), "something follows"),
        (Array(#"{'text': 'x'}"#.utf8), "a key in quotes expected"), (Array(#"["text"]"#.utf8), "not a JSON object"),
        (Array(#"{"txt": "x"}"#.utf8), "no \"text\" key"), (Array(#"{"text": ["x"]}"#.utf8), "not a string"),
        (Array(#"{"text": ""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8), "not UTF-8 at byte 10 of the line: 0xC3"),
        ([0xFF, 0xFE] + Array("{".utf8), "not UTF-8 at byte 0"),
    ]

    @Test("the reason is said with file and line, and skipping counts them", arguments: Self.bad.indices)
    func reasons(_ index: Int) throws {
        let (line, reason) = Self.bad[index]
        let place = try Workplace()
        defer { place.remove() }
        let good = try (0..<40).map { try records(["record \($0) " + prose(bytes: 200, seed: UInt64($0))]) }
        let path = try place.write(Array(good[..<2].joined().utf8) + line + [0x0A] + Array(good[2...].joined().utf8), "bad.jsonl")
        let error = try #require(dataError { _ = try place.prepare(path) })
        #expect(error.file == path + ":3")
        #expect(error.problem.contains(reason), "\(error.problem)")
        #expect(error.fix?.contains("skip_malformed") == true)
        let whole = try place.prepare(try place.write(good.joined(), "good.jsonl"))
        #expect(whole.skippedRecords == 0 && whole.notes.isEmpty)
        for most in [1, Int.max] {
            let data = try place.prepare(path, skipMalformed: most)
            #expect(data.skippedRecords == 1)
            #expect(data.train[0..<data.train.count] == whole.train[0..<whole.train.count])
            let note = try #require(data.notes.first)
            #expect(note.contains("1 malformed record skipped, the first at \(path):3: ") && note.contains(reason))
        }
        // Tokens that are there already were made under another rule.
        #expect(dataError { _ = try place.prepare(path) }?.file == path + ":3")
    }

    @Test("more than may be skipped is an error that names the one too many; a validation file counts with the corpus")
    func limit() throws {
        let place = try Workplace()
        defer { place.remove() }
        let good = try records((0..<30).map { prose(bytes: 200, seed: $0) })
        let path = try place.write(good + "{\n" + "[\n" + "no\n", "bad.jsonl")
        let error = try #require(dataError { _ = try place.prepare(path, skipMalformed: 2) })
        #expect(error.file == path + ":33" && error.problem.contains("2 records before it"))
        #expect(try place.prepare(path, skipMalformed: 3).skippedRecords == 3)
        #expect(dataError { _ = try place.prepare(path, skipMalformed: 2) } != nil)
        let other = try place.write(try records(["v one two three", "v four five"]) + "{\n", "valid.jsonl")
        #expect(try place.prepare(path, validation: other, skipMalformed: 4).skippedRecords == 4)
        #expect(dataError { _ = try place.prepare(path, validation: other, skipMalformed: 3) } != nil)
    }

    @Test("a byte order mark is passed over; a file's last line that is cut off says so")
    func ends() throws {
        let place = try Workplace()
        defer { place.remove() }
        let good = try records((0..<20).map { prose(bytes: 200, seed: $0) })
        let plain = try place.prepare(try place.write(good, "plain.jsonl"))
        let marked = try place.prepare(try place.write([0xEF, 0xBB, 0xBF] + Array(good.utf8), "marked.jsonl"))
        #expect(plain.identity.trainTokens == marked.identity.trainTokens)
        let cut = try #require(dataError { _ = try place.prepare(try place.write(String(good.dropLast(30)), "cut.jsonl")) })
        #expect(cut.file.hasSuffix(":20") && cut.problem.contains("was the file cut off?"))
    }

    @Test("a tokenizer learns records of one long line; none of their text is lost")
    func longRecords() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<6).map { prose(bytes: 150_000, seed: UInt64($0)).replacingOccurrences(of: "\n", with: " ") }
        let path = try place.write(try records(texts), "long.jsonl")
        let data = try place.prepare(path, tokenizer: "sentencepiece:400")
        #expect(data.identity.trainTokens + data.identity.validationTokens < 600_000, "pieces were learnt, not letters")
        let bytes = try place.prepare(path)
        let read = try documents(bytes.train, ByteTokenizer()) + documents(bytes.validation, ByteTokenizer())
        #expect(read.sorted() == texts.sorted())
        #expect(bytes.train.documentCount + bytes.validation.documentCount == 6)
    }

    @Test("what lies beyond the end of a row is counted, and so are records without text")
    func leftOut() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<30).map { prose(bytes: 400, seed: UInt64($0)) }
        let path = try place.write(try records(texts + ["", ""]), "r.jsonl")
        let data = try place.prepare(path, packing: .truncate, sequenceLength: 100)
        let read = texts.reduce(0) { $0 + $1.utf8.count }
        #expect(data.notes.contains { $0.contains("\(read - 30 * 100) of \(read) bytes") }, "\(data.notes)")
        #expect(data.notes.contains { $0.contains("2 records without text") })
    }
}
