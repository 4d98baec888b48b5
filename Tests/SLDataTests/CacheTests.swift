import Foundation
import SLData
import SLSpec
import Synchronization
import Testing

@Suite("Prepared tokens on disk")
struct CacheTests {
    private func prepared(_ place: Workplace) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.directory.prepared.appendingPathComponent("tokens").path)
            .filter { !$0.hasSuffix(".lock") }.sorted()
    }

    @Test("a second time nothing is done, and the tokens are the same")
    func reuse() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 40_000), "prose.txt")
        var said: [String] = []
        let first = try place.prepare(corpus, tokenizer: "sentencepiece:320") { said.append($0) }
        #expect(said.contains { $0.contains("training") } && said.contains { $0.contains("tokenizing") })
        let written = try FileManager.default.attributesOfItem(atPath: first.train.url.path)[.modificationDate] as? Date
        said = []
        let second = try place.prepare(corpus, tokenizer: "sentencepiece:320") { said.append($0) }
        #expect(said.isEmpty)
        #expect(second.identity == first.identity)
        #expect(second.facts == first.facts)
        #expect(try FileManager.default.attributesOfItem(atPath: second.train.url.path)[.modificationDate] as? Date == written)
        #expect(try prepared(place).count == 1)
    }

    @Test("a changed source is noticed, even with its old size and date; the old one changed back is found again")
    func invalidation() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 20_000)
        let corpus = try place.write(text, "prose.txt")
        let first = try place.prepare(corpus)
        let attributes = try FileManager.default.attributesOfItem(atPath: corpus)
        try place.write(text.replacingOccurrences(of: "river", with: "RIVER"), "prose.txt")
        try FileManager.default.setAttributes([.modificationDate: attributes[.modificationDate] as Any], ofItemAtPath: corpus)
        let second = try place.prepare(corpus)
        #expect(second.identity.corpusSHA256 != first.identity.corpusSHA256)
        #expect(try documents(second.train, ByteTokenizer()).joined().contains("RIVER"))
        var said: [String] = []
        try place.write(text, "prose.txt")
        #expect(try place.prepare(corpus, progress: { said.append($0) }).identity == first.identity)
        #expect(said.isEmpty)
        #expect(try prepared(place).count == 2)
    }

    @Test("a file that joins a folder changes the corpus")
    func folderGrows() throws {
        let place = try Workplace()
        defer { place.remove() }
        try place.write(prose(bytes: 9000), "texts/a.txt")
        let folder = place.folder.appendingPathComponent("texts").path
        let first = try place.prepare(folder)
        try place.write(prose(bytes: 900, seed: 7), "texts/b.txt")
        #expect(try place.prepare(folder).identity.corpusSHA256 != first.identity.corpusSHA256)
    }

    enum Damage: CaseIterable {
        case cutOff, emptied, removed, bitFlipped, wrongID, manifestBroken, manifestRemoved
    }

    @Test("damaged files are noticed and made again", arguments: Damage.allCases)
    func damage(_ damage: Damage) throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 20_000), "prose.txt")
        var data: PreparedData? = try place.prepare(corpus)
        let file = try #require(data).train.url
        let manifest = try #require(data).folder.appendingPathComponent("prepare.json")
        data = nil
        let good = try Data(contentsOf: file)
        var bytes = good
        switch damage {
        case .cutOff: try bytes.dropLast(500).write(to: file)
        case .emptied: try Data().write(to: file)
        case .removed: try FileManager.default.removeItem(at: file)
        case .bitFlipped:
            bytes[bytes.count / 4 * 2] ^= 1
            try bytes.write(to: file)
        case .wrongID:
            bytes.replaceSubrange(2000..<2002, with: [0xFF, 0xFF])
            try bytes.write(to: file)
        case .manifestBroken: try Data("{".utf8).write(to: manifest)
        case .manifestRemoved: try FileManager.default.removeItem(at: manifest)
        }
        let again = try place.prepare(corpus)
        #expect(try Data(contentsOf: again.train.url) == good)
        #expect(try prepared(place).count == 1, "nothing is left lying about")
    }

    @Test("a damaged tokenizer is trained again")
    func damagedTokenizer() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 40_000), "prose.txt")
        let first = try place.prepare(corpus, tokenizer: "sentencepiece:320")
        let file = try #require(first.tokenizerFile)
        var model = try Data(contentsOf: file)
        let position = model.count / 2
        model[position] ^= 1
        try model.write(to: file)
        #expect(try place.prepare(corpus, tokenizer: "sentencepiece:320").identity == first.identity)
    }

    @Test("tokens in use survive being made again")
    func mappedFilesStay() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 20_000), "prose.txt")
        let data = try place.prepare(corpus)
        let before = data.train[0..<data.train.count]
        try FileManager.default.removeItem(at: data.folder.appendingPathComponent("prepare.json"))
        _ = try place.prepare(corpus)
        #expect(data.train[0..<data.train.count] == before)
    }

    @Test("several at once: one works, all get the same")
    func concurrent() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 200_000), "prose.txt")
        let results = Mutex<[Result<DataIdentity, any Error>]>([])
        let worked = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let result = Result {
                try place.prepare(corpus, tokenizer: "sentencepiece:320") { text in
                    if text.hasPrefix("tokenizing") { worked.withLock { $0 += 1 } }
                }.identity
            }
            results.withLock { $0.append(result) }
        }
        let identities = try results.withLock { try $0.map { try $0.get() } }
        #expect(identities.count == 6)
        #expect(Set(identities).count == 1)
        #expect(worked.withLock { $0 } == 1)
        #expect(try prepared(place).count == 1)
    }

    @Test("a data directory that can't be written is a storage error that says what to do")
    func unwritable() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(prose(bytes: 20_000), "prose.txt")
        // A file where the folder should be stops everybody, the administrator too.
        let blocked = DataDirectory(root: URL(fileURLWithPath: try place.write("x", "blocked")))
        #expect {
            try DataPreparation.prepare(
                DataSpec(corpus: corpus, tokenizer: "bytes"), sequenceLength: 32, modelVocabularySize: 300, directory: blocked,
                progress: { _ in })
        } throws: { error in
            (error as? FileError)?.fix?.contains("SLBENCH_DATA_DIR") == true
        }
    }

    @Test("the manifest tells people what the tokens were made from")
    func manifest() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 20_000)
        let corpus = try place.write(text, "prose.txt")
        let data = try place.prepare(corpus, packing: .truncate, sequenceLength: 64)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: data.folder.appendingPathComponent("prepare.json"))) as? [String: Any])
        let source = try #require((object["sources"] as? [[String: Any]])?.first)
        #expect(source["file"] as? String == corpus)
        #expect(source["bytes"] as? Int == text.utf8.count)
        #expect(source["sha256"] as? String == data.identity.corpusSHA256)
        #expect((object["tokenizer"] as? [String: Any])?["sha256"] as? String == data.identity.tokenizerSHA256)
        #expect(object["packing"] as? String == "truncate")
        #expect(object["sequence_length"] as? Int == 64)
        #expect((object["train"] as? [String: Any])?["tokens"] as? Int == data.train.count)
        #expect((object["split_rule"] as? String)?.isEmpty == false)
    }

    @Test("where data lies: the environment, else .slbench here, else the cache in the home folder")
    func standardDirectory() throws {
        let place = try Workplace()
        defer { place.remove() }
        let here = place.folder.path
        #expect(DataDirectory.standard(environment: ["SLBENCH_DATA_DIR": "/some/where"], workingFolder: here).root.path == "/some/where")
        #expect(DataDirectory.standard(environment: [:], workingFolder: here).root.path == here + "/.slbench")
        #expect(
            DataDirectory.standard(environment: ["SLBENCH_DATA_DIR": ""], workingFolder: "/nowhere").root.path.hasSuffix("/.cache/slbench"))
    }
}
