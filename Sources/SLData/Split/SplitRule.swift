/// Which units of a corpus are held out for validation. No randomness: the same text gives the same split.
enum SplitRule: Sendable, Hashable {
    /// All of it is for training: validation has text of its own.
    case separate
    /// Passages in runs of 8; run r is held out when r mod 40 is 20 (2.5 %). Runs keep what leaks across an edge small,
    /// their spacing takes some of every part of the corpus.
    case runs
    /// A short text: passages from this one on, its last tenth, are held out.
    case tail(from: Int)
    /// Records whose FNV-1a hash mod 1000 is below 5 (0.5 %): does not depend on their order.
    case hashed
    /// Few records: those whose hash is at most this, the tenth with the smallest hashes.
    case smallestHashes(upTo: UInt64)

    /// Changes with every change of any rule, so that what was split otherwise isn't taken for the same.
    static let version = "1"

    static let runLength = 8
    static let runPeriod = 40
    static let heldOutRun = 20
    /// From this many passages on the first run that is held out is whole.
    static let leastPassagesForRuns = (heldOutRun + 1) * runLength
    /// From this many records on, none held out has a chance below e⁻²⁰.
    static let leastRecordsForHashing = 4000
    /// Of a corpus too short for the rules above, one part in this many is held out.
    static let shortCorpusParts = 10

    var needsHash: Bool {
        switch self {
        case .hashed, .smallestHashes: true
        case .separate, .runs, .tail: false
        }
    }

    func side(index: Int, hash: UInt64) -> SplitSide {
        let isHeldOut =
            switch self {
            case .separate: false
            case .runs: (index / Self.runLength) % Self.runPeriod == Self.heldOutRun
            case .tail(let first): index >= first
            case .hashed: hash % 1000 < 5
            case .smallestHashes(let limit): hash <= limit
            }
        return isHeldOut ? .validation : .train
    }

    /// For the manifest.
    var description: String {
        switch self {
        case .separate: "validation text of its own"
        case .runs: "passages of at least 2048 bytes in runs of 8; run r is held out when r % 40 == 20"
        case .tail(let first): "passages of at least 256 bytes; those from number \(first) on, the last tenth, are held out"
        case .hashed: "records with FNV-1a64(text) % 1000 < 5 are held out"
        case .smallestHashes(let limit): "records with FNV-1a64(text) <= \(limit), the smallest tenth, are held out"
        }
    }
}

enum SplitSide: String, Sendable, CaseIterable {
    case train
    case validation
    case test
}
