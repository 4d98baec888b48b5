import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

@Suite("Prepared tokens as a corpus")
struct TokenCorpusTests {
    private func ids(_ count: Int, below: Int = 300, seed: UInt64 = 1) -> [Int] {
        var stream = RandomStream(seed: seed, name: "test/tokens")
        return (0..<count).map { _ in stream.below(below) }
    }

    private func bytes(_ ids: [Int], width: Int) -> [UInt8] { ids.flatMap { id in (0..<width).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) } } }

    /// llm.c's header, as its scripts write it.
    private func header(_ count: Int, width: Int) -> [UInt8] {
        bytes([width == 2 ? 20_240_520 : 20_240_801, width == 2 ? 1 : 7, count] + [Int](repeating: 0, count: 253), width: 4)
    }

    private func file(_ ids: [Int], _ kind: String) -> [UInt8] {
        switch kind {
        case "nanoGPT": bytes(ids, width: 2)
        case "llm.c": header(ids.count, width: 2) + bytes(ids, width: 2)
        default: header(ids.count, width: 4) + bytes(ids, width: 4)
        }
    }

    @Test("every layout gives its ids, the last tenth of few of them held out", arguments: ["nanoGPT", "llm.c", "llm.c 32 bits"])
    func layouts(_ kind: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let given = ids(40_001)
        let path = try place.write(file(given, kind), "train.bin")
        let data = try place.prepare(path, tokenizer: "none", vocabularySize: 300)
        let read = data.train[0..<data.train.count] + data.validation[0..<data.validation.count]
        #expect(read == given.map { Int32($0) })
        #expect(data.validation.count == 4000)
        #expect(data.identity.vocabularySize == 300 && data.identity.tokenizer == "none")
        #expect(data.train.vocabularySize == 300 && data.train.endOfSequence == nil)
        #expect(data.validationBytes == nil && data.facts.sharedRecords == nil && data.facts.training.unknownTokens == nil)
        #expect(try data.evaluationSet(sequenceLength: 32, targetTokens: 64).byteCount == nil)
        #expect(data.tokenizerFile == nil && data.notes.isEmpty)
    }

    @Test("the same ids in another file are the same training tokens; other ids are another corpus")
    func identity() throws {
        let place = try Workplace()
        defer { place.remove() }
        let one = try place.prepare(try place.write(file(ids(9000), "nanoGPT"), "a.bin"), tokenizer: "none", vocabularySize: 300)
        let other = try place.prepare(try place.write(file(ids(9000, seed: 2), "nanoGPT"), "a.bin"), tokenizer: "none", vocabularySize: 300)
        #expect(one.identity != other.identity)
        #expect(one.identity == (try place.prepare(try place.write(file(ids(9000), "nanoGPT"), "a.bin"), tokenizer: "none", vocabularySize: 300)).identity)
    }

    @Test("validation tokens of their own, and folders of files in the order of their names")
    func ownValidation() throws {
        let place = try Workplace()
        defer { place.remove() }
        let given = [ids(5000, below: 259, seed: 2), ids(6000, below: 259, seed: 3)]
        try place.write(file(given[0], "llm.c"), "train/part_000.bin")
        try place.write(file(given[1], "nanoGPT"), "train/part_001.bin")
        let held = ids(700, below: 259, seed: 4)
        let valid = try place.write(file(held, "nanoGPT"), "val.bin")
        let data = try place.prepare(place.folder.appendingPathComponent("train").path, tokenizer: "bytes", validation: valid, vocabularySize: 300)
        #expect(data.train[0..<data.train.count] == given.joined().map { Int32($0) })
        #expect(data.validation[0..<data.validation.count] == held.map { Int32($0) })
    }

    @Test("tokens that slbench prepared are taken over with their tokenizer, and no other")
    func ours() throws {
        let place = try Workplace()
        defer { place.remove() }
        let made = try place.prepare(try place.write(prose(bytes: 60_000), "prose.txt"), tokenizer: "sentencepiece:320")
        let model = try #require(made.tokenizerFile)
        let data = try place.prepare(made.train.url.path, tokenizer: model.path, validation: made.validation.url.path)
        #expect(data.train[0..<data.train.count] == made.train[0..<made.train.count])
        #expect(data.identity.vocabularySize == made.identity.vocabularySize)
        let error = try #require(dataError { _ = try place.prepare(made.train.url.path, tokenizer: "bytes") })
        #expect(error.problem.contains("another tokenizer"))
        let rows = try place.prepare(try place.write(prose(bytes: 9000), "rows.txt"), packing: .truncate)
        #expect(dataError { _ = try place.prepare(rows.train.url.path, tokenizer: "none") }?.problem.contains("rows of one document each") == true)
    }

    @Test("what can't be used says why")
    func unusable() throws {
        let place = try Workplace()
        defer { place.remove() }
        func problem(_ bytes: [UInt8], tokenizer: String = "none", packing: DataSpec.Packing = .concat, vocabulary: Int = 300) throws -> String {
            let path = try place.write(bytes, "t.bin")
            let error = try #require(
                dataError { _ = try place.prepare(path, tokenizer: tokenizer, packing: packing, vocabularySize: vocabulary) })
            #expect(error.file == path && error.condition == nil)
            return error.problem
        }
        let good = file(ids(3000), "llm.c")
        #expect(try problem([]).contains("empty"))
        #expect(try problem(bytes(ids(100), width: 2) + [0]).contains("201 bytes, which are no 16-bit ids"))
        #expect(try problem(Array(good.dropLast(2))).contains("says it holds 3000 tokens"))
        #expect(try problem(Array(good.prefix(600))).contains("ends within its header"))
        let large = file(ids(100) + [300] + ids(100), "nanoGPT")
        #expect(try problem(large).contains("token 100 is the id 300, but the model's vocabulary has 300 ids, 0 to 299"))
        #expect(try problem(file(ids(100, below: 200) + [259], "llm.c"), tokenizer: "bytes").contains("the tokenizer bytes has 259 ids"))
        #expect(try problem(header(3, width: 4) + bytes([1, 0xFFFF_FFFF, 2], width: 4)).contains("4294967295"))
        #expect(try problem(bytes([7, 8], width: 2)).contains("2 tokens are too few"))
        #expect(try problem(good, tokenizer: "sentencepiece:300").contains("no tokenizer can be trained"))
        #expect(try problem(good, packing: .truncate).contains("no documents"))
    }

    @Test("text and tokens are not mixed; a folder with both parts is told how to name them")
    func mixtures() throws {
        let place = try Workplace()
        defer { place.remove() }
        let tokens = try place.write(file(ids(3000), "nanoGPT"), "data/train.bin")
        let text = try place.write(prose(bytes: 3000), "v.txt")
        #expect(dataError { _ = try place.prepare(tokens, tokenizer: "bytes", validation: text) }?.problem.contains("text files") == true)
        #expect(dataError { _ = try place.prepare(text, tokenizer: "bytes", validation: tokens) }?.problem.contains("files of tokens") == true)
        #expect(dataError { _ = try place.prepare(text, tokenizer: "none") }?.problem.contains("needs a tokenizer") == true)
        try place.write(file(ids(300), "nanoGPT"), "data/val.bin")
        let error = try #require(dataError { _ = try place.prepare(place.folder.appendingPathComponent("data").path, tokenizer: "none") })
        #expect(error.problem.contains("val.bin") && error.fix?.contains("data.validation") == true)
    }
}
