import Foundation
import SLData
import SLSpec
import Testing

@Suite("Validation text inside training text")
struct OverlapTests {
    private func refusal(_ place: Workplace, _ corpus: String, _ validation: String) -> DataError? {
        dataError { _ = try place.prepare(corpus, validation: validation) }
    }

    @Test("the same file is refused: by name, through links, as a copy, compressed, and in a folder that holds it")
    func sameFile() throws {
        let place = try Workplace()
        defer { place.remove() }
        let manager = FileManager.default
        let text = prose(bytes: 40_000)
        let corpus = try place.write(text, "corpus.txt")
        try place.write(prose(bytes: 20_000, seed: 2), "folder/a.txt")
        let inFolder = try place.write(prose(bytes: 20_000, seed: 3), "folder/deeper/held.txt")
        let (soft, hard) = (place.folder.path + "/soft.txt", place.folder.path + "/hard.txt")
        try manager.createSymbolicLink(atPath: soft, withDestinationPath: corpus)
        try manager.linkItem(atPath: corpus, toPath: hard)
        let copy = try place.write(text, "copy.txt")
        let packed = try place.write(gzip(Array(text.utf8)), "packed.txt.gz")
        for validation in [corpus, soft, hard, copy, packed] {
            let error = try #require(refusal(place, corpus, validation))
            #expect(error.problem.contains("training text too"))
            #expect(error.fix?.contains("data.validation") == true)
        }
        #expect(refusal(place, packed, corpus) != nil)
        #expect(refusal(place, place.folder.path + "/folder", inFolder)?.file.contains("held.txt") == true)
        #expect(refusal(place, inFolder, place.folder.path + "/folder") != nil)
        #expect(refusal(place, "synthetic", "synthetic") != nil)
        #expect(refusal(place, corpus, inFolder) == nil)
    }

    @Test("records that stand in both parts are counted, and only those")
    func records_() throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<60).map { "number \($0): " + prose(bytes: 300, seed: UInt64($0)) }
        let short = ["no", "yes", "a short one"]
        let corpus = try place.write(try records(texts + short), "corpus.jsonl")
        let held = Array(texts[10..<17]) + ["yes"] + (100..<112).map { prose(bytes: 300, seed: $0) } + ["never seen", "a short"]
        let facts = try place.prepare(corpus, validation: try place.write(try records(held), "held.jsonl")).facts
        #expect(facts.validationRecords == held.count)
        #expect(facts.sharedRecords == 8)
    }

    @Test("passages of a text are found wherever they stand and however it is cut")
    func passages() throws {
        let place = try Workplace()
        defer { place.remove() }
        let held = prose(bytes: 24_000, seed: 7)
        // Nothing is cut where it was, and line ends are other.
        let around = prose(bytes: 20_000) + "an odd beginning of 37 bytes or more " + held.replacing("\n", with: "\r\n") + prose(bytes: 9_000, seed: 2)
        let validation = try place.write(held, "held.txt")
        let inside = try place.prepare(try place.write(around, "around.txt"), validation: validation).facts
        #expect(inside.sharedRecords == inside.validationRecords && (inside.validationRecords ?? 0) > 5)
        let half = prose(bytes: 20_000) + held.prefix(12_000) + prose(bytes: 20_000, seed: 3)
        let part = try place.prepare(try place.write(half, "half.txt"), validation: validation).facts
        #expect((part.sharedRecords ?? 0) >= 4 && (part.sharedRecords ?? 0) < (part.validationRecords ?? 0))
        let apart = try place.prepare(try place.write(prose(bytes: 40_000, seed: 11), "apart.txt"), validation: validation).facts
        #expect(apart.sharedRecords == 0)
    }

    @Test("how much of what is evaluated is shared, which the whole part may hide", arguments: DataSpec.Packing.allCases)
    func evaluated(_ packing: DataSpec.Packing) throws {
        let place = try Workplace()
        defer { place.remove() }
        let texts = (0..<60).map { "number \($0): " + prose(bytes: 300, seed: UInt64($0)) }
        let held = Array(texts[..<2]) + (100..<160).map { prose(bytes: 300, seed: $0) }
        let data = try place.prepare(
            try place.write(try records(texts), "corpus.jsonl"), packing: packing, validation: try place.write(try records(held), "held.jsonl"))
        let few = try data.record(evaluationTokens: 64)
        #expect(few.sharedRecords == 2 && few.sharedTargets == 64)
        let all = try data.record(evaluationTokens: .max)
        let (first, second) = (held[0].utf8.count, held[1].utf8.count)
        #expect(all.sharedTargets == (packing == .truncate ? 64 : first + 1 + second))
    }

    @Test("held out of a corpus that repeats itself, too")
    func heldOut() throws {
        let place = try Workplace()
        defer { place.remove() }
        let text = prose(bytes: 60_000)
        let twice = try place.prepare(try place.write(text + text, "twice.txt")).facts
        #expect(twice.sharedRecords == twice.validationRecords && (twice.sharedRecords ?? 0) > 0)
        #expect(try place.prepare(try place.write(text, "once.txt")).facts.sharedRecords == 0)
    }

    @Test("passes over the text count targets, padding or not")
    func passes() throws {
        let place = try Workplace()
        defer { place.remove() }
        let corpus = try place.write(try records((0..<80).map { prose(bytes: 20 + $0, seed: UInt64($0)) }), "r.jsonl")
        let padded = try place.prepare(corpus, packing: .truncate, sequenceLength: 64)
        let record = try padded.record(sequenceLength: 64, steps: 30, batchSize: 4, evaluationTokens: 64)
        #expect(abs(try #require(record.trainingPasses) - 120 / Double(padded.train.documentCount)) < 1e-12)
        let stream = try place.prepare(corpus)
        let passes = try #require(try stream.record(sequenceLength: 64, steps: 30, batchSize: 4, evaluationTokens: 64).trainingPasses)
        #expect(abs(passes - 30 * 4 * 64 / Double(stream.train.count)) < 1e-12)
    }
}
