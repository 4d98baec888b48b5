public import SLSpec

/// One place in which a claim's prediction was compared with what was measured.
package struct ClaimFinding: Sendable {
    package var test: ClaimTest
    package var sweep: String
    package var size: String
    /// Positions of the training, on a rung of a ladder the rung's tokens; `nil` of rows that were only planned.
    package var tokens: Int?
    package var row: String
    /// `nil` for a quantity that is compared with its own beginning.
    package var against: String?
    package var judgement: ClaimJudgement
    /// Those behind it, the row's first.
    package var runIDs: [String]
    /// Whether one of the figures is the planner's.
    package var isPredicted: Bool

    package var verdict: ClaimVerdict { judgement.verdict }

    /// Every comparison that a sweep allows: at each size and budget the best of the rows that are meant on either side.
    static func all(_ test: ClaimTest, in history: SweepHistory) -> [ClaimFinding] {
        let groups = SizeGroup.groups(of: history).map { (size: $0.shape.name, rung: $0.rung, candidates: ClaimCandidate.all($0)) }
        // What was run is not planned once more.
        let run = Set(groups.flatMap(\.candidates).map(\.spec))
        let planned = PredictedCell.groups(of: history.predictions).map { group in
            (size: group.model.name, rung: LadderRung?.none, candidates: group.cells.map { ClaimCandidate($0) }.filter { !run.contains($0.spec) })
        }
        return (groups + planned).filter { test.sizes.isEmpty || test.sizes.contains($0.size) }.flatMap { size, rung, candidates in
            // On a rung all rows had one budget, whatever tokens that gave them.
            let given = candidates.map { candidate in
                candidate.isPredicted ? nil : rung.map { Int($0.tokens.rounded()) } ?? candidate.spec.training.totalTokens
            }
            return MarkdownText.distinct(given).compactMap { budget in
                let own = zip(given, candidates).filter { $0.0 == budget }.map(\.1)
                return finding(test, own, history).map { finding in
                    var finding = finding
                    (finding.size, finding.tokens) = (size, budget)
                    return finding
                }
            }
        }
    }

    private static func finding(_ test: ClaimTest, _ candidates: [ClaimCandidate], _ history: SweepHistory) -> ClaimFinding? {
        func best(_ row: ClaimRow) -> ClaimCandidate? {
            let meant = candidates.filter { row.means($0.spec, methods: history.methods) }
            return meant.min { ($0.cell?.evalLoss?.mean ?? 0) < ($1.cell?.evalLoss?.mean ?? 0) }
        }
        guard let row = best(test.row) else { return nil }
        let against = test.against.flatMap(best)
        guard (against == nil) == (test.against == nil), against?.spec != row.spec,
            let judgement = judgement(test, row, against)
        else { return nil }
        let runs = [row, against].compactMap { $0?.cell }.flatMap(\.finished).map(\.runID)
        return ClaimFinding(
            test: test, sweep: history.name, size: "", tokens: nil, row: row.label, against: against?.label, judgement: judgement, runIDs: runs,
            isPredicted: row.isPredicted || against?.isPredicted == true)
    }

    private static func judgement(_ test: ClaimTest, _ row: ClaimCandidate, _ against: ClaimCandidate?) -> ClaimJudgement? {
        switch test.quantity {
        case .loss:
            guard let own = row.cell, let other = against?.cell else { return nil }
            return ClaimJudgement(PairedDifference(own, against: other).differences, test.relation, margin: test.margin)
        case .gradientRank: return ClaimJudgement(row.gradientRankChanges, test.relation, margin: test.margin)
        case .paperMemory, .trackedMemory, .flops:
            guard let own = row.value(test.quantity), let other = against?.value(test.quantity), other > 0 else { return nil }
            return ClaimJudgement(share: own / other - 1, test.relation, margin: test.margin)
        }
    }
}

/// A claim with everything that databases say of it.
public struct ClaimResult: Sendable {
    public let claim: Claim
    public let verdict: ClaimVerdict
    package let findings: [ClaimFinding]

    /// - Parameter sweeps: with what is known of their methods.
    public init(_ claim: Claim, in sweeps: [SweepHistory]) {
        self.claim = claim
        let found = claim.tests.map { test in sweeps.flatMap { ClaimFinding.all(test, in: $0) } }
        findings = found.flatMap(\.self)
        verdict = .everywhere(found.map { .anywhere($0.map(\.verdict)) })
    }
}
