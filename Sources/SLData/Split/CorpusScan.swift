import Foundation
import SLRandom
import SLSpec

/// What one reading of a corpus finds out: how much there is, and from that how it is split.
struct CorpusScan: Sendable {
    var split: CorpusSplit
    var passages: PassageRule
    var unitCount: Int
    /// UTF-8 bytes of text.
    var textBytes: Int
    /// Those on the training side.
    var trainBytes: Int

    /// What of a corpus is not for training.
    struct HeldOut: Sendable, Hashable {
        var validation: Bool
        var test: Bool

        var parts: Int { (validation ? 1 : 0) + (test ? 1 : 0) }
    }

    /// Reads all of `corpus` once (a short text twice).
    ///
    /// - Throws: `DataError` for text that can't be read, and for too little of it to hold some out.
    init(_ corpus: Corpus, holding held: HeldOut) throws {
        switch (corpus.layout, held.parts) {
        case (_, 0): self = try Self.whole(corpus)
        case (.text, _): self = try Self.text(corpus, held)
        case (.records, _): self = try Self.records(corpus, held)
        case (.tokens, _): throw Self.noText(corpus)
        }
    }

    private init(split: CorpusSplit, passages: PassageRule = .standard, unitCount: Int, textBytes: Int, trainBytes: Int) {
        self.split = split
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
        return CorpusScan(split: CorpusSplit(rule: .separate), unitCount: count, textBytes: bytes, trainBytes: bytes)
    }

    private static func text(_ corpus: Corpus, _ held: HeldOut) throws -> CorpusScan {
        var (count, bytes, trainBytes) = (0, 0, 0)
        let split = CorpusSplit(rule: held.validation ? .runs : .separate, test: held.test ? .runs : .none)
        try corpus.forEachUnit(passages: .standard) { unit, text in
            count += 1
            bytes += text.count
            if split.side(of: unit, text) == .train { trainBytes += text.count }
        }
        guard count > 0 else { throw noText(corpus) }
        if count >= SplitRule.leastPassagesForRuns {
            return CorpusScan(split: split, unitCount: count, textBytes: bytes, trainBytes: trainBytes)
        }
        var lengths: [Int] = []
        try corpus.forEachUnit(passages: .fine) { _, text in lengths.append(text.count) }
        // The last tenth for validation, the tenth before it for the test.
        var (firstHeld, heldBytes) = (lengths.count, 0)
        func tenth() throws -> Range<Int> {
            let end = firstHeld
            guard end > 1 else { throw tooShort(corpus, bytes: bytes, held) }
            firstHeld -= 1
            var own = lengths[firstHeld]
            while firstHeld > 1, own + lengths[firstHeld - 1] <= bytes / SplitRule.shortCorpusParts {
                firstHeld -= 1
                own += lengths[firstHeld]
            }
            heldBytes += own
            return firstHeld..<end
        }
        let rule = held.validation ? SplitRule.tail(from: try tenth().lowerBound) : .separate
        let test = held.test ? TestRule.span(try tenth()) : .none
        return CorpusScan(
            split: CorpusSplit(rule: rule, test: test), passages: .fine, unitCount: lengths.count, textBytes: bytes,
            trainBytes: bytes - heldBytes)
    }

    private static func records(_ corpus: Corpus, _ held: HeldOut) throws -> CorpusScan {
        var (count, bytes, trainBytes) = (0, 0, 0)
        var first: [(hash: UInt64, bytes: Int)] = []
        let split = CorpusSplit(rule: held.validation ? .hashed : .separate, test: held.test ? .hashed : .none)
        try corpus.forEachUnit(passages: .standard) { unit, text in
            let hash = FNV1a.hash(text)
            count += 1
            bytes += text.count
            if split.side(index: unit.index, hash: hash) == .train { trainBytes += text.count }
            if count <= SplitRule.leastRecordsForHashing { first.append((hash, text.count)) }
        }
        guard count > 0 else { throw noText(corpus) }
        if count >= SplitRule.leastRecordsForHashing {
            return CorpusScan(split: split, unitCount: count, textBytes: bytes, trainBytes: trainBytes)
        }
        // Equal records are on one side: their hashes are one.
        var ordered = first.map(\.hash).sorted()[...]
        func tenth() throws -> ClosedRange<UInt64> {
            guard let low = ordered.first else { throw tooShort(corpus, bytes: bytes, held) }
            let high = ordered[min(ordered.startIndex + (count - 1) / SplitRule.shortCorpusParts, ordered.endIndex - 1)]
            ordered = ordered.drop { $0 <= high }
            return low...high
        }
        let rule = held.validation ? SplitRule.smallestHashes(upTo: try tenth().upperBound) : .separate
        let test = held.test ? TestRule.hashes(try tenth()) : .none
        guard let least = ordered.first else { throw tooShort(corpus, bytes: bytes, held) }
        return CorpusScan(
            split: CorpusSplit(rule: rule, test: test), unitCount: count, textBytes: bytes,
            trainBytes: first.filter { $0.hash >= least }.reduce(0) { $0 + $1.bytes })
    }

    private static func noText(_ corpus: Corpus) -> DataError { DataError(file: corpus.place, problem: "holds no text") }

    private static func tooShort(_ corpus: Corpus, bytes: Int, _ held: HeldOut) -> DataError {
        let (parts, key) = held.test ? (held.validation ? "validation and the test" : "the test", "data.test") : ("validation", "data.validation")
        return DataError(
            file: corpus.place, problem: "\(bytes) bytes of text are too few to hold some out for \(parts)",
            fix: "give more text, or \(held.test ? "test" : "validation") text of its own (\(key))")
    }
}
