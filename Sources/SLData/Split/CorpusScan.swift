import Foundation
import SLRandom
import SLSpec

/// What one reading of a corpus finds out: how much there is, and from that how it is split.
struct CorpusScan: Sendable {
    var rule: SplitRule
    var passages: PassageRule
    var unitCount: Int
    /// UTF-8 bytes of text.
    var textBytes: Int
    /// Those on the training side.
    var trainBytes: Int

    /// Reads all of `corpus` once (a short text twice).
    ///
    /// - Throws: `DataError` for text that can't be read, and for too little of it to hold some out.
    init(_ corpus: Corpus, hasOwnValidation: Bool) throws {
        switch (corpus.layout, hasOwnValidation) {
        case (_, true): self = try Self.whole(corpus)
        case (.text, false): self = try Self.text(corpus)
        case (.records, false): self = try Self.records(corpus)
        case (.tokens, false): throw Self.noText(corpus)
        }
    }

    private init(rule: SplitRule, passages: PassageRule = .standard, unitCount: Int, textBytes: Int, trainBytes: Int) {
        self.rule = rule
        self.passages = passages
        self.unitCount = unitCount
        self.textBytes = textBytes
        self.trainBytes = trainBytes
    }

    private static func whole(_ corpus: Corpus) throws -> CorpusScan {
        var (count, bytes) = (0, 0)
        try corpus.forEachUnit(passages: .standard) { _, text in
            count += 1
            bytes += text.count
        }
        guard count > 0 else { throw noText(corpus) }
        return CorpusScan(rule: .separate, unitCount: count, textBytes: bytes, trainBytes: bytes)
    }

    private static func text(_ corpus: Corpus) throws -> CorpusScan {
        var (count, bytes, trainBytes) = (0, 0, 0)
        try corpus.forEachUnit(passages: .standard) { unit, text in
            count += 1
            bytes += text.count
            if SplitRule.runs.side(of: unit, text) == .train { trainBytes += text.count }
        }
        guard count > 0 else { throw noText(corpus) }
        if count >= SplitRule.leastPassagesForRuns {
            return CorpusScan(rule: .runs, unitCount: count, textBytes: bytes, trainBytes: trainBytes)
        }
        var lengths: [Int] = []
        try corpus.forEachUnit(passages: .fine) { _, text in lengths.append(text.count) }
        guard lengths.count > 1 else { throw tooShort(corpus, bytes: bytes) }
        var first = lengths.count - 1
        var held = lengths[first]
        while first > 1, held + lengths[first - 1] <= bytes / SplitRule.shortCorpusParts {
            first -= 1
            held += lengths[first]
        }
        return CorpusScan(
            rule: .tail(from: first), passages: .fine, unitCount: lengths.count, textBytes: bytes, trainBytes: bytes - held)
    }

    private static func records(_ corpus: Corpus) throws -> CorpusScan {
        var (count, bytes, trainBytes) = (0, 0, 0)
        var first: [(hash: UInt64, bytes: Int)] = []
        try corpus.forEachUnit(passages: .standard) { unit, text in
            let hash = FNV1a.hash(text)
            count += 1
            bytes += text.count
            if SplitRule.hashed.side(index: unit.index, hash: hash) == .train { trainBytes += text.count }
            if count <= SplitRule.leastRecordsForHashing { first.append((hash, text.count)) }
        }
        guard count > 0 else { throw noText(corpus) }
        if count >= SplitRule.leastRecordsForHashing {
            return CorpusScan(rule: .hashed, unitCount: count, textBytes: bytes, trainBytes: trainBytes)
        }
        let ordered = first.map(\.hash).sorted()
        let limit = ordered[(count - 1) / SplitRule.shortCorpusParts]
        let kept = first.filter { $0.hash > limit }
        guard !kept.isEmpty else { throw tooShort(corpus, bytes: bytes) }
        return CorpusScan(
            rule: .smallestHashes(upTo: limit), unitCount: count, textBytes: bytes, trainBytes: kept.reduce(0) { $0 + $1.bytes })
    }

    private static func noText(_ corpus: Corpus) -> DataError { DataError(file: corpus.place, problem: "holds no text") }

    private static func tooShort(_ corpus: Corpus, bytes: Int) -> DataError {
        DataError(
            file: corpus.place, problem: "\(bytes) bytes of text are too few to hold some out for validation",
            fix: "give more text, or validation text of its own (data.validation)")
    }
}
