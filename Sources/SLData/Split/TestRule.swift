import SLRandom

/// Which units of a corpus are held out for the final test, besides those for validation; as fixed as ``SplitRule``.
enum TestRule: Sendable, Hashable {
    case none
    /// Of passages in runs of 8, run r when r mod 40 is 10 (2.5 %).
    case runs
    /// Of a short text a span of its passages: a tenth of it, before validation's.
    case span(Range<Int>)
    /// Records whose FNV-1a hash mod 1000 is from 5 to 9 (0.5 %).
    case hashed
    /// Of few records those with hashes in this range: the next tenth after validation's.
    case hashes(ClosedRange<UInt64>)

    /// Changes with every change of any rule.
    static let version = "1"
    /// Ten runs away from the next one for validation; below ``SplitRule/heldOutRun``, so that it is there wherever that one is.
    static let heldOutRun = 10

    var needsHash: Bool {
        switch self {
        case .hashed, .hashes: true
        case .none, .runs, .span: false
        }
    }

    func holds(index: Int, hash: UInt64) -> Bool {
        switch self {
        case .none: false
        case .runs: (index / SplitRule.runLength) % SplitRule.runPeriod == Self.heldOutRun
        case .span(let range): range.contains(index)
        case .hashed: (5..<10).contains(hash % 1000)
        case .hashes(let range): range.contains(hash)
        }
    }

    /// For the manifest, behind the words of the split rule; `nil` where nothing is held out.
    var description: String? {
        switch self {
        case .none: nil
        case .runs: "for the test, of passages of at least 2048 bytes in runs of 8, run r when r % 40 == 10"
        case .span(let range): "for the test, passages \(range.lowerBound) to \(range.upperBound - 1) of at least 256 bytes"
        case .hashed: "for the test, records with FNV-1a64(text) % 1000 from 5 to 9"
        case .hashes(let range): "for the test, records with FNV-1a64(text) from \(range.lowerBound) to \(range.upperBound)"
        }
    }
}

/// Both rules together: the sides share no unit.
struct CorpusSplit: Sendable, Hashable {
    var rule: SplitRule
    var test = TestRule.none

    func side(of unit: TextUnit, _ text: Span<UInt8>) -> SplitSide {
        side(index: unit.index, hash: rule.needsHash || test.needsHash ? FNV1a.hash(text) : 0)
    }

    func side(index: Int, hash: UInt64) -> SplitSide {
        let side = rule.side(index: index, hash: hash)
        return side == .train && test.holds(index: index, hash: hash) ? .test : side
    }

    var description: String { ([rule.description, test.description].compactMap(\.self)).joined(separator: "; ") }
}
