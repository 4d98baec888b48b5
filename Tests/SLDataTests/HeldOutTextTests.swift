import Foundation
import SLData
import SLRandom
import SLSpec
import Testing

/// The text that a finished model is tested on: no part of it is trained on or validated on, and it is always the same.
@Suite("The test text")
struct HeldOutTextTests {
    private func ids(_ file: TokenFile) -> [Int32] { Array(file[0..<file.count]) }

    private func test(_ data: PreparedData) throws -> EvaluatedText { try #require(data.texts.first { $0.kind == .test }) }

    @Test("of a text: the validation part stays what it was, and what is tested on is missing from the training part and nothing else", arguments: [6000, 20_000, 900_000])
    func ofAText(_ bytes: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: bytes), "prose.txt")
        let without = try place.prepare(path)
        let with = try place.prepare(path, test: DataSpec.heldOutTest)
        let held = try test(with)
        #expect(ids(with.validation) == ids(without.validation))
        #expect(without.texts.isEmpty && without.identity.test == nil && with.identity.corpusSHA256 == without.identity.corpusSHA256)
        #expect(with.facts.training.bytes + held.facts.part.bytes == without.facts.training.bytes)
        #expect(held.facts.part.bytes == held.tokens.textBytes && held.identity.tokens == held.tokens.count)
        // Bit by bit: the training text without the test's passages is what is trained on.
        let trained = try documents(with.train, ByteTokenizer()).joined()
        let all = try documents(without.train, ByteTokenizer()).joined()
        var rest = all
        for passage in try documents(held.tokens, ByteTokenizer()) {
            let found = try #require(rest.range(of: passage))
            rest.removeSubrange(found)
            #expect(!trained.contains(passage))
        }
        #expect(rest == trained)
        #expect(held.facts.sharedRecords == 0 && (held.facts.records ?? 0) > 0)
    }

    @Test("it is the same on another machine, and a tenth of a short text or 2.5 % of a long one")
    func fixedSizes() throws {
        let (here, there) = (try Workplace(), try Workplace())
        defer {
            here.remove()
            there.remove()
        }
        for (bytes, share) in [(20_000, 0.03...0.12), (1_500_000, 0.015...0.035)] {
            let texts = try [here, there].map { place in
                try test(try place.prepare(try place.write(prose(bytes: bytes), "prose.txt"), test: DataSpec.heldOutTest))
            }
            #expect(texts[0].identity == texts[1].identity)
            #expect(share.contains(Double(texts[0].facts.part.bytes) / Double(bytes)), "\(texts[0].facts.part.bytes) of \(bytes)")
        }
    }

    @Test("of records: none is on two sides, equal ones are on one", arguments: [60, 5000])
    func ofRecords(_ count: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<count).map { "number \($0): " + prose(bytes: 60, seed: UInt64($0)) }
        let path = try place.write(try records(texts + texts.prefix(20)), "r.jsonl")
        let (without, with) = (try place.prepare(path), try place.prepare(path, test: DataSpec.heldOutTest))
        let held = try test(with)
        #expect(ids(with.validation) == ids(without.validation))
        let parts = try [with.train, with.validation, held.tokens].map { Set(try documents($0, ByteTokenizer())) }
        #expect(parts.allSatisfy { !$0.isEmpty } && parts[0].isDisjoint(with: parts[1]))
        #expect(parts[2].isDisjoint(with: parts[0]) && parts[2].isDisjoint(with: parts[1]))
        #expect(parts.reduce(0) { $0 + $1.count } == count)
        #expect(held.facts.sharedRecords == 0)
    }

    @Test("beside validation text of its own a part of the corpus is held out for the test alone", arguments: [20_000, 600_000])
    func besideValidation(_ bytes: Int) throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: bytes), "prose.txt")
        let validation = try place.write(prose(bytes: 9000, seed: 5), "valid.txt")
        let (without, with) = (try place.prepare(path, validation: validation), try place.prepare(path, validation: validation, test: DataSpec.heldOutTest))
        #expect(ids(with.validation) == ids(without.validation))
        #expect(with.facts.training.bytes + (try test(with)).facts.part.bytes == without.facts.training.bytes)
    }

    @Test("of tokens: those before validation's")
    func ofTokens() throws {
        let place = try Workplace()
        defer { place.remove() }
        var stream = RandomStream(seed: 4, name: "test/tokens")
        let given = (0..<40_001).map { _ in stream.below(300) }
        let path = try place.write(given.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }, "train.bin")
        let data = try place.prepare(path, tokenizer: "none", vocabularySize: 300, test: DataSpec.heldOutTest)
        let held = try test(data)
        #expect(held.tokens.count == 4000 && data.validation.count == 4000 && data.train.count == 32_001)
        #expect(ids(data.train) + ids(held.tokens) + ids(data.validation) == given.map { Int32($0) })
        #expect(held.facts.records == nil && held.facts.sharedRecords == nil)
    }

    @Test("text of its own leaves the corpus alone; what of it stands there is counted")
    func textOfItsOwn() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = prose(bytes: 40_000)
        let path = try place.write(corpus, "corpus.txt")
        let own = try place.write(prose(bytes: 20_000, seed: 9) + corpus.prefix(9000), "test.txt")
        let (without, with) = (try place.prepare(path), try place.prepare(path, test: own))
        #expect(ids(with.train) == ids(without.train) && with.folder == without.folder)
        #expect(with.identity.corpusSHA256 == without.identity.corpusSHA256 && with.identity != without.identity)
        let held = try test(with)
        #expect(held.identity.name == "test.txt" && held.identity.sha256.count == 64)
        #expect((2...6).contains(held.facts.sharedRecords ?? 0) && (held.facts.records ?? 0) > 10, "\(held.facts)")
    }

    @Test("no tokenizer sees it")
    func tokenizer() throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: 700_000), "prose.txt")
        let identities = try [nil, DataSpec.heldOutTest].map { try place.prepare(path, tokenizer: "sentencepiece:400", test: $0).identity }
        #expect(identities[0].tokenizerSHA256 != identities[1].tokenizerSHA256)
    }

    @Test("text that is trained on, or validated on, is refused")
    func refusals() throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: 40_000), "corpus.txt")
        let packed = try place.write(gzip(Array(prose(bytes: 40_000).utf8)), "packed.txt.gz")
        let validation = try place.write(prose(bytes: 9000, seed: 5), "valid.txt")
        for same in [path, packed] {
            let error = try #require(dataError { _ = try place.prepare(path, test: same) })
            #expect(error.problem.contains("this test text is training text too") && error.fix?.contains("data.test") == true)
            let other = try #require(dataError { _ = try place.prepare(path, heldOut: [same]) })
            #expect(other.problem.contains("this held-out text is training text too") && other.fix?.contains("data.exclude") == true)
        }
        let seen = try #require(dataError { _ = try place.prepare(path, validation: validation, test: validation) })
        #expect(seen.problem.contains("this test text is validation text too"))
        #expect(dataError { _ = try place.prepare(try place.write("a b\n", "tiny.txt"), test: DataSpec.heldOutTest) }?.fix?.contains("data.test") == true)
    }

    @Test("a process that prepares nothing finds what was prepared, or says what is missing")
    func prepared() throws {
        let place = try Workplace()
        defer { place.remove() }
        let path = try place.write(prose(bytes: 40_000), "corpus.txt")
        func find(_ test: String?) throws -> PreparedData {
            try DataPreparation.prepare(
                DataSpec(corpus: path, tokenizer: "bytes", test: test), sequenceLength: 32, modelVocabularySize: 300, directory: place.directory,
                mayPrepare: false) { _ in }
        }
        let made = try place.prepare(path, test: DataSpec.heldOutTest)
        #expect(try find(DataSpec.heldOutTest).identity == made.identity)
        let error = try #require(dataError { _ = try find(nil) })
        #expect(error.problem.contains("is not prepared"))
    }
}
