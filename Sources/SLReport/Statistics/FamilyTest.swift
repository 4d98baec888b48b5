/// Which of several rivals differ from one reference, by their differences of each seed: claims that hold together.
///
/// The max-T sign-flip test, stepped down (Westfall & Young 1993, Resampling-based multiple testing): if a rival is no
/// different, each seed's difference could as well have had the other sign, whatever its size. A seed's sign is turned for all
/// rivals at once, which keeps how they hang together through the shared reference. A rival's adjusted p is the share of
/// patterns in which the largest statistic of it and of all weaker rivals reaches its own; the chance of any false claim is
/// then at most the level, whichever rivals really differ. Where one pattern is as extreme as what was seen the p is 2/2ⁿ,
/// however many rivals there are: a correction by their number (Bonferroni, Holm) would multiply it.
///
/// The statistic is |Σd| / √(Σd² + n·s²), where s is the median over the rivals of the standard deviation of |d|, as far as they
/// have any. Below the root stands nothing that turning signs changes, so that the test stays exact; the first term lets no
/// unstable rival hide the others (as |Σd| alone would), the second lets no rival count whose differences are small and merely of
/// equal size (as the t statistic would, which is this with s = 0). Rivals may lack seeds: a sign is turned for those that have it.
public struct FamilyTest: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        /// Seeds that rival and reference share.
        public var count: Int
        public var meanDifference: Double
        /// Two-sided, of this rival alone.
        public var pValue: Double
        /// Two-sided, for claims that hold together over the family.
        public var adjusted: Double
        /// The least that `pValue` can be with so many seeds.
        public var smallest: Double

        /// What may be said at ``FamilyTest/level``.
        public var claim: Claim {
            guard smallest < FamilyTest.level else { return .tooFewSeeds }
            guard adjusted < FamilyTest.level else { return .noDifferenceShown }
            return meanDifference < 0 ? .lowerLoss : .higherLoss
        }
    }

    public enum Claim: String, Sendable, Hashable {
        case tooFewSeeds = "too few seeds"
        case noDifferenceShown = "no difference shown"
        case lowerLoss = "lower loss"
        case higherLoss = "higher loss"
    }

    /// The chance of any false claim in a table.
    public static let level = 0.05

    /// In the order given.
    public let rows: [Row]
    /// Seeds of the whole family.
    public let seeds: Int
    /// Whether all patterns of signs were gone through; else ``draws`` of them were drawn.
    public var isExact: Bool { SignFlips(seeds: seeds).isExact }
    public static var draws: Int { SignFlips.draws }
    public static var mostExactSeeds: Int { SignFlips.mostExact }
    public static var drawSeed: UInt64 { SignFlips.drawSeed }

    /// - Parameter differences: of each rival, by seed; seeds without a pair are left out.
    /// - Returns: `nil` without rivals, and when one has no difference or one that is not finite.
    public init?(_ differences: [[UInt64: Double]]) {
        guard !differences.isEmpty, differences.allSatisfy({ !$0.isEmpty && $0.values.allSatisfy(\.isFinite) }) else { return nil }
        let all = Set(differences.flatMap(\.keys)).sorted()
        let family = FlippedFamily(differences.map { own in all.map { own[$0] } })
        seeds = all.count
        rows = family.rows()
    }

    // MARK: Before a sweep

    /// The smallest p that so many seeds can give, whatever the number of rivals.
    public static func smallestPValue(seeds: Int) -> Double {
        guard SignFlips(seeds: seeds).isExact else { return 1 / Double(SignFlips.draws + 1) }
        var p = 2.0
        for _ in 0..<max(1, seeds) { p /= 2 }
        return min(1, p)
    }

    /// With fewer seeds nothing can be claimed at the level, however clear the difference.
    public static func seedsNeeded(level: Double = level) -> Int {
        (1...SignFlips.mostExact).first { smallestPValue(seeds: $0) < level } ?? SignFlips.mostExact + 1
    }
}
