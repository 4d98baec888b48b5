import Foundation
import SLData
import SLSpec
import Testing

/// Corpora of other sources that models are measured on, and how a corpus of several sources is taken apart.
@Suite("Corpora of other sources")
struct OtherSourceTests {
    /// A data folder with a corpus like the fetched one.
    private func place() throws -> Workplace {
        let place = try Workplace()
        for (number, name) in ["austen/emma", "austen/persuasion", "moby-dick/moby-dick", "sotu/1790"].enumerated() {
            try place.write(prose(bytes: 12_000, seed: UInt64(number + 1)), "data/corpora/core/\(name).txt")
        }
        try place.write("{}", "data/corpora/core/MANIFEST.json")
        try place.write("", "data/corpora/core/SHA256SUMS")
        return place
    }

    private func folder(_ place: Workplace) -> String { place.folder.path + "/data/corpora/core" }

    @Test("core is read source by source, its manifest is no text, and a source has a name")
    func core() throws {
        let place = try place()
        defer { place.remove() }
        let all = try place.prepare("core")
        #expect(all.identity.name == "core" && all.notes.isEmpty && all.train.documentCount == 4)
        let part = try place.prepare("core:moby-dick")
        #expect(part.identity.name == "core:moby-dick")
        #expect(part.identity.corpusSHA256 == (try place.prepare(folder(place) + "/moby-dick/moby-dick.txt")).identity.corpusSHA256)
        let unknown = try #require(dataError { _ = try place.prepare("core:shakespeare") })
        #expect(unknown.fix == "its sources: austen, moby-dick, sotu")
    }

    @Test("what is missing says the command that fetches it", arguments: [("core", "scripts/fetch-corpus core"), ("core:sotu", "scripts/fetch-corpus core"), ("sotu", "scripts/fetch-corpus,")])
    func missing(_ corpus: String, _ command: String) throws {
        let place = try Workplace()
        defer { place.remove() }
        let error = try #require(dataError { _ = try place.prepare(corpus) })
        #expect(error.isMissingFile && error.fix?.contains(command) == true, "\(error)")
    }

    @Test("sources that are left out make the corpus without them, by content")
    func exclusion() throws {
        let place = try place()
        defer { place.remove() }
        try place.write(prose(bytes: 12_000, seed: 3), "alone/m.txt")
        try place.write(prose(bytes: 12_000, seed: 4), "alone/s.txt")
        let without = try place.prepare("core", exclude: ["austen"])
        #expect(without.identity.name == "core without austen")
        #expect(without.identity.corpusSHA256 == (try place.prepare(place.folder.path + "/alone")).identity.corpusSHA256)
        for name in ["austen/emma", "austen/emma.txt"] {
            #expect(try place.prepare("core", exclude: [name]).train.documentCount == 3)
        }
        let slip = try #require(dataError { _ = try place.prepare("core", exclude: ["austin"]) })
        #expect(slip.problem.contains("'austin'") && slip.fix?.contains("austen, moby-dick, sotu") == true)
        #expect(dataError { _ = try place.prepare("core", exclude: ["austen", "moby-dick", "sotu"]) }?.problem.contains("nothing is left") == true)
        let file = folder(place) + "/sotu/1790.txt"
        #expect(dataError { _ = try place.prepare(file, exclude: ["x"]) }?.problem.contains("is no folder") == true)
        #expect(dataError { _ = try place.prepare("synthetic", exclude: ["x"]) } != nil)
    }

    @Test("a source that is left out can be measured on; one that is trained on can't")
    func heldOut() throws {
        let place = try place()
        defer { place.remove() }
        let data = try place.prepare("core", test: DataSpec.heldOutTest, exclude: ["moby-dick", "sotu"], heldOut: ["core:sotu", "core:moby-dick"])
        #expect(data.texts.map(\.kind) == [.test, .heldOut, .heldOut])
        #expect(data.texts.map(\.identity.name) == ["core without moby-dick, sotu", "core:sotu", "core:moby-dick"])
        #expect(data.identity.heldOut == data.texts.dropFirst().map(\.identity) && data.identity.test == data.texts[0].identity)
        #expect(data.texts.allSatisfy { $0.facts.sharedRecords == 0 })
        let read = try documents(data.texts[2].tokens, ByteTokenizer()).joined()
        #expect(read == prose(bytes: 12_000, seed: 3))
        let error = try #require(dataError { _ = try place.prepare("core", heldOut: ["core:sotu"]) })
        #expect(error.problem.contains("holds the same file") && error.fix?.contains("data.exclude") == true)
    }

    @Test("two texts of one name are told apart, and their order decides no identity")
    func names() throws {
        let place = try place()
        defer { place.remove() }
        let paths = try ["a", "b"].map { try place.write(prose(bytes: 9000, seed: $0 == "a" ? 7 : 8), "\($0)/held.txt") }
        let one = try place.prepare("core", heldOut: paths)
        let other = try place.prepare("core", heldOut: paths.reversed())
        #expect(one.texts.map(\.identity.name) == ["held.txt", "held.txt (2)"])
        func key(_ data: PreparedData) throws -> String {
            let shape = ModelShape(name: "t", vocabularySize: 32_000, hiddenSize: 8, intermediateSize: 16, layerCount: 1, headCount: 2)
            let training = TrainingSpec(steps: 2, batchSize: 2, sequenceLength: 32, learningRate: 0.1, warmupSteps: 1)
            return try RunSpec(
                model: shape, method: "full_rank", options: MethodOptions(), training: training, data: data.identity, evaluation: EvaluationSpec(), seed: 1
            ).runKey()
        }
        #expect(try key(one) == key(other))
        #expect(try key(one) != key(try place.prepare("core", heldOut: [paths[0]])))
        #expect(try key(one) != key(try place.prepare("core")))
    }

    @Test("the record of a run says what the texts are like and what counted models lose on them")
    func record() throws {
        let place = try place()
        defer { place.remove() }
        let data = try place.prepare("core", test: DataSpec.heldOutTest, exclude: ["sotu"], heldOut: ["core:sotu"])
        let texts = try #require(try data.record(evaluationTokens: 256).texts)
        #expect(texts.map(\.kind) == [.test, .heldOut] && texts.map(\.corpus) == ["core without sotu", "core:sotu"])
        for text in texts {
            #expect(text.part.bytes > 0 && text.sharedTargets == 0)
            #expect((text.bigramLoss ?? .infinity) < (text.unigramLoss ?? 0) && (text.unigramLoss ?? .infinity) < 4)
        }
        #expect(try place.prepare("core").record(evaluationTokens: 256).texts == nil)
    }

    @Test("rows that are spread are as many as the first ones and reach from end to end")
    func spreadRows() throws {
        let place = try Workplace()
        defer { place.remove() }
        let data = try place.prepare(try place.write(prose(bytes: 900_000), "prose.txt"))
        let first = try data.evaluationSet(sequenceLength: 32, targetTokens: 640)
        let spread = try data.evaluationSet(sequenceLength: 32, targetTokens: 640, rows: .spread)
        #expect(first.rowCount == 20 && spread.rowCount == 20 && spread.targetCount == first.targetCount && spread.sha256 != first.sha256)
        // Rows are 32 apart in one stream of ids: row i begins with id 32 · i.
        let count = (data.validation.count - 1 + 31) / 32
        for place in 0..<20 {
            let start = 32 * (place * count / 20)
            #expect(spread.batch(from: place, rows: 1).inputs == Array(data.validation[start..<start + 32]))
        }
        let batch = spread.batch(from: 18, rows: 5)
        #expect(batch.rows == 2 && Array(batch.inputs.prefix(32)) == spread.batch(from: 18, rows: 1).inputs)
        let everything = [EvaluationSpec.Rows.first, .spread].map { try? data.evaluationSet(sequenceLength: 32, targetTokens: .max, rows: $0).sha256 }
        #expect(everything[0] != nil && everything[0] == everything[1])
        // Bytes are those of the rows that were taken.
        #expect((spread.byteCount ?? 0) > 600 && (spread.byteCount ?? .max) <= 640)
    }
}
