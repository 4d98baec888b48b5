import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

@Suite("Corpora")
struct CorpusTests {
    @Test("all bytes of a text come out once, in order, on one side or the other", arguments: [20_000, 900_000])
    func nothingIsLost(_ bytes: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: bytes)
        let data = try place.prepare(try place.write(text, "prose.txt"))
        let train = try documents(data.train, ByteTokenizer())
        let validation = try documents(data.validation, ByteTokenizer())
        // The sides alternate, beginning with training.
        var woven = ""
        for index in train.indices { woven += train[index] + (index < validation.count ? validation[index] : "") }
        #expect(woven == text)
        #expect(data.train.textBytes == train.joined().utf8.count)
        #expect(data.validation.documentCount == validation.count)
    }

    @Test("a folder is read in the order of names, hidden files and manifests left out, each file a document")
    func folder() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = ["b.txt", "a.txt", "sub/c.txt"].map {
            ($0, prose(bytes: 9000, seed: UInt64($0.utf8.count) + UInt64($0.utf8.first ?? 0)))
        }
        for (name, text) in texts { try place.write(text, "folder/\(name)") }
        try place.write("{}", "folder/manifest.json")
        try place.write("not read", "folder/.hidden.txt")
        let data = try place.prepare(place.folder.appendingPathComponent("folder").path)
        let read = try (documents(data.train, ByteTokenizer()) + documents(data.validation, ByteTokenizer())).joined()
        #expect(read == texts[1].1 + texts[0].1 + texts[2].1)
        #expect(data.train.documentCount == 3)
        #expect(data.identity.name == "folder")
    }

    @Test("JSON lines: plain, gzip, gzip of several members with padding, all give the same tokens")
    func recordLayouts() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<40).map { "record \($0): " + prose(bytes: 300, seed: UInt64($0 + 1)) }
        let lines = try records(texts)
        let half = lines.utf8.index(lines.startIndex, offsetBy: lines.utf8.count / 2)
        let members =
            gzip(Array(lines.utf8[..<half])) + [0, 0, 0] + gzip([]) + gzip(Array(lines.utf8[half...])) + [UInt8](repeating: 0, count: 512)
        let paths = [
            try place.write(lines, "plain.jsonl"), try place.write(gzip(Array(lines.utf8)), "c4.json.gz"),
            try place.write(members, "members.jsonl.gz"), try place.write(gzip(Array(lines.utf8)), "named-wrongly.json"),
        ]
        let all = try paths.map { try place.prepare($0) }
        for data in all {
            #expect(data.train[0..<data.train.count] == all[0].train[0..<all[0].train.count])
            #expect(data.validation[0..<data.validation.count] == all[0].validation[0..<all[0].validation.count])
        }
        let read = try documents(all[0].train, ByteTokenizer()) + documents(all[0].validation, ByteTokenizer())
        #expect(read.sorted() == texts.sorted())
        #expect(all[0].validation.documentCount == 4, "a tenth of few records")
    }

    @Test("escapes, surrogate pairs, keys in any order and blank lines")
    func recordDetails() throws {
        let place = try Workplace()
        defer { place.remove() }
        let lines =
            #"{"url":"u","text":"a\u00e9\ud83d\ude00\nb"}"# + "\n\n" + #"{"text":"\"ÿ😀\"","n":[1,{"text":2}]}"# + "\r\n" + #"{"text":""}"#
            + "\n" + #"{"text":"last, no line break"}"#
        let data = try place.prepare(try place.write(lines, "r.jsonl"), sequenceLength: 4)
        let read = try documents(data.train, ByteTokenizer()) + documents(data.validation, ByteTokenizer())
        #expect(Set(read) == ["aé😀\nb", "\"ÿ😀\"", "last, no line break"])
    }

    @Test(
        "a bad record is named by file and line",
        arguments: [
            (#"{"body":"x"}"#, "no \"text\" key"), (#"{"text":5}"#, "not a string"), (#"{"text":null}"#, "not a string"),
            (#"{"text":"x""#, "malformed JSON"), (#"["text"]"#, "not a JSON object"), ("plain words", "malformed JSON"),
        ])
    func badRecords(_ line: String, _ problem: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(try records(["one", "two"]) + line + "\n", "bad.jsonl")
        let error = try #require(dataError { _ = try place.prepare(path) })
        #expect(error.file == path + ":3")
        #expect(error.problem.contains(problem))
    }

    @Test("gzip that is cut off or damaged is no shorter text", arguments: [3, 10, 40])
    func truncatedGzip(_ missing: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let whole = gzip(Array(try records((0..<50).map { prose(bytes: 200, seed: $0) }).utf8))
        let cut = try place.write(Array(whole.dropLast(missing)), "cut.json.gz")
        #expect(dataError { _ = try place.prepare(cut) }?.problem.contains("ends in the middle") == true)
        var damaged = whole
        damaged[whole.count / 2] ^= 0xFF
        #expect(dataError { _ = try place.prepare(try place.write(damaged, "damaged.json.gz")) } != nil)
        let junk = try place.write(whole + Array("junk".utf8), "junk.json.gz")
        #expect(dataError { _ = try place.prepare(junk) }?.problem.contains("byte \(whole.count)") == true)
    }

    @Test(
        "the place of a byte that isn't UTF-8",
        arguments: [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func invalidUTF8(_ bad: [UInt8]) throws {
        let place = try Workplace()
        defer { place.remove() }
        let before = prose(bytes: 3000)
        let path = try place.write(Array(before.utf8) + Array("é".utf8) + bad + Array("\nrest\n".utf8), "bad.txt")
        let error = try #require(dataError { _ = try place.prepare(path) })
        #expect(error.file == path)
        #expect(error.problem.contains("byte \(before.utf8.count + 2) "))
        #expect(error.problem.contains("line \(before.utf8.filter { $0 == 0x0A }.count + 1)"))
    }

    @Test("the validator agrees with the standard library on mutated text")
    func validator() {
        let text = Array("aé€😀 plain ascii text ß 漢字".utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var mutated = text
                mutated[position] = byte
                let isValid = UTF8Validation.firstInvalidOffset(in: mutated.span) == nil
                #expect(isValid == (String(validating: mutated, as: UTF8.self) != nil), "byte \(byte) at \(position)")
            }
        }
    }

    @Test("a byte is found where it is, among bytes that are nearly the same")
    func search() {
        var stream = RandomStream(seed: 3, name: "test/search")
        for length in 0..<40 {
            for _ in 0..<20 {
                let bytes = (0..<length).map { _ in [0x00, 0x09, 0x0A, 0x0B, 0x8A, 0xFF][stream.below(6)] as UInt8 }
                for start in 0...length {
                    #expect(bytes.span.firstIndex(of: 0x0A, from: start) == bytes[start...].firstIndex(of: 0x0A), "\(bytes) from \(start)")
                }
            }
        }
    }

    @Test("missing, empty and unusable sources")
    func unusable() throws {
        let place = try Workplace()
        defer { place.remove() }
        #expect(dataError { _ = try place.prepare("/nowhere/text.txt") }?.isMissingFile == true)
        #expect(dataError { _ = try place.prepare("wikitext") }?.isMissingFile == true)
        #expect(dataError { _ = try place.prepare(try place.write("", "empty.txt")) }?.problem.contains("empty") == true)
        #expect(dataError { _ = try place.prepare(try place.write("\n\n", "blank.jsonl")) }?.problem.contains("no text") == true)
        #expect(dataError { _ = try place.prepare(try place.write("x", "table.csv")) }?.problem.contains("kind") == true)
        let folder = place.folder.appendingPathComponent("none", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        #expect(dataError { _ = try place.prepare(folder.path) }?.problem.contains("no text") == true)
        #expect(dataError { _ = try place.prepare(try place.write("word", "word.txt")) }?.problem.contains("too few") == true)
        let sotu = try #require(dataError { _ = try place.prepare("sotu") })
        #expect(sotu.isMissingFile)
        #expect(sotu.fix?.contains("scripts/fetch-corpus") == true)
    }

    @Test("a corpus shorter than one batch says how much there is")
    func shorterThanABatch() throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: 3000), "short.txt")
        let error = try #require(dataError { _ = try place.prepare(path, sequenceLength: 256, batchSize: 64) })
        #expect(error.problem.contains("less than one batch of 64"))
        #expect(dataError { _ = try place.prepare(path, sequenceLength: 4096) }?.problem.contains("0 rows of 4096") == true)
        #expect(try place.prepare(path, sequenceLength: 64, batchSize: 8).train.count > 0)
    }

    @Test("a byte order mark is no text; a line without an end is no trouble")
    func marksAndLongLines() throws {
        let place = try Workplace()
        defer { place.remove() }
        let line = prose(bytes: 120_000).replacingOccurrences(of: "\n", with: " ")
        let data = try place.prepare(try place.write([0xEF, 0xBB, 0xBF] + Array(line.utf8), "line.txt"))
        let read = try (documents(data.train, ByteTokenizer()) + documents(data.validation, ByteTokenizer())).joined()
        #expect(read == line)
        #expect(data.validation.count > 4000)
        let unbroken = String(repeating: "€", count: 400_000)
        let wide = try place.prepare(try place.write(unbroken, "unbroken.txt"))
        #expect(wide.train.count + wide.validation.count >= unbroken.utf8.count)
    }

    @Test("whatever bytes a file holds, reading it ends in tokens or in a DataError", arguments: ["txt", "jsonl", "json.gz", "txt.gz"])
    func anyBytes(_ suffix: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        var stream = RandomStream(seed: 11, name: "test/\(suffix)")
        let plain = Array(try (suffix.hasPrefix("txt") ? prose(bytes: 3000) : records((0..<12).map { prose(bytes: 200, seed: $0) })).utf8)
        let whole = suffix.hasSuffix("gz") ? gzip(plain) : plain
        var outcomes: Set<String> = []
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<(1 + stream.below(4)) { bytes[stream.below(bytes.count)] = UInt8(stream.below(256)) }
            if stream.below(3) == 0 { bytes.removeLast(stream.below(bytes.count)) }
            let path = try place.write(bytes, "any.\(suffix)")
            do {
                _ = try place.prepare(path)
                outcomes.insert("tokens")
            } catch is DataError {
                outcomes.insert("error")
            }
        }
        #expect(outcomes.contains("error"))
    }
}
