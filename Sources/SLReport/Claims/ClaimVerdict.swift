import Foundation
package import SLSpec

/// What a database says of a claim.
public enum ClaimVerdict: String, Sendable, Hashable, CaseIterable {
    case holds
    case refuted
    /// Compared, and the seeds don't tell; or it holds in one place and not in another.
    case undecided
    /// The rows that it speaks of were not run.
    case notTested = "not tested"

    /// Of comparisons any of which may speak for or against one prediction: sizes, budgets, sweeps.
    static func anywhere(_ verdicts: [ClaimVerdict]) -> ClaimVerdict {
        let decided = Set(verdicts).intersection([.holds, .refuted])
        if let one = decided.first, decided.count == 1 { return one }
        return verdicts.contains { $0 != .notTested } ? .undecided : .notTested
    }

    /// Of predictions all of which must come true.
    static func everywhere(_ verdicts: [ClaimVerdict]) -> ClaimVerdict {
        guard !verdicts.isEmpty else { return .notTested }
        return [.refuted, .notTested, .undecided].first(where: verdicts.contains) ?? .holds
    }
}

/// What was measured of a difference and what that means for a prediction.
package struct ClaimJudgement: Sendable, Hashable {
    package var verdict: ClaimVerdict
    /// Seeds; 1 for what no seed changes.
    package var count: Int
    package var difference: Double
    /// 95 %, t; `nil` for one value.
    package var interval: ClosedRange<Double>?
    /// Sign-flip test, two-sided, against the bound that the prediction sets; `nil` with too few seeds.
    package var pValue: Double?

    /// Of differences by seed. A side is taken where the sign-flip test rejects the bound at ``FamilyTest/level`` and the t-interval lies
    /// wholly on that side; with fewer seeds than the test needs nothing is decided.
    package init?(_ differences: [UInt64: Double], _ relation: ClaimTest.Relation, margin: Double) {
        // In the order of seeds: sums must not depend on a dictionary's.
        guard let summary = SampleSummary(differences.sorted { $0.key < $1.key }.map(\.value)) else { return nil }
        count = summary.count
        difference = summary.mean
        interval = summary.interval95
        func beside(_ bound: Double) -> (side: Int, pValue: Double?) {
            guard SeedEvidence.isEnough(seeds: summary.count), let interval = summary.interval95,
                let row = FamilyTest([differences.mapValues { $0 - bound }])?.rows.first
            else { return (0, nil) }
            let side = row.pValue < FamilyTest.level ? (interval.upperBound < bound ? -1 : interval.lowerBound > bound ? 1 : 0) : 0
            return (side, row.pValue)
        }
        switch relation {
        case .lower: (verdict, pValue) = Self.read(beside(-margin), wanted: -1)
        case .higher: (verdict, pValue) = Self.read(beside(margin), wanted: 1)
        case .notHigher: (verdict, pValue) = Self.read(beside(margin), wanted: -1)
        case .alike:
            let (low, high) = (beside(-margin), beside(margin))
            verdict = low.side < 0 || high.side > 0 ? .refuted : low.side > 0 && high.side < 0 ? .holds : .undecided
            pValue = low.pValue.flatMap { low in high.pValue.map { high in max(low, high) } }
        }
    }

    private static func read(_ found: (side: Int, pValue: Double?), wanted: Int) -> (ClaimVerdict, Double?) {
        (found.side == 0 ? .undecided : found.side == wanted ? .holds : .refuted, found.pValue)
    }

    /// Of a quantity that seeds don't change: its difference from the other row's as a share of that.
    package init?(share: Double, _ relation: ClaimTest.Relation, margin: Double) {
        guard share.isFinite else { return nil }
        count = 1
        difference = share
        let isSo = switch relation {
        case .lower: share < -margin
        case .higher: share > margin
        case .notHigher: share <= margin
        case .alike: abs(share) <= margin
        }
        verdict = isSo ? .holds : .refuted
    }
}
