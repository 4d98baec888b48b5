import SLSpec

/// The rows of a size in one blocked analysis: those whose common seeds give it the most to go by.
///
/// A row that lacks seeds would cost all others these seeds. So rows are taken from the one with the most pairs down, as far as the
/// residual degrees of freedom grow; what is left out is said.
struct BlockedComparison {
    /// Without the reference, in the order of the table.
    let cells: [ReportCell]
    let analysis: BlockedAnalysis
    /// Rows with two pairs or more that are in no analysis.
    let leftOut: [ReportCell]

    init?(_ compared: ReferenceComparison) {
        let rivals = compared.rivals
        let reference = compared.baseline.lossesBySeed
        func common(_ places: [Int]) -> Int {
            places.reduce(Set(reference.keys)) { $0.intersection(rivals[$1].pairs.differences.keys) }.count
        }
        let counts = Set(rivals.map(\.pairs.differences.count)).sorted()
        let choices = counts.map { least in rivals.indices.filter { rivals[$0].pairs.differences.count >= least } }
        // Of equal ones the first, which has the most rows.
        guard let chosen = choices.enumerated().max(by: { one, other in
            let (a, b) = (one.element.count * (common(one.element) - 1), other.element.count * (common(other.element) - 1))
            return (a, -one.offset) < (b, -other.offset)
        })?.element, let analysis = BlockedAnalysis(reference: reference, rivals: chosen.map { rivals[$0].cell.lossesBySeed })
        else { return nil }
        cells = chosen.map { rivals[$0].cell }
        leftOut = rivals.indices.filter { !chosen.contains($0) }.map { rivals[$0].cell }
        self.analysis = analysis
    }

    /// What may be said of a row at 5 % over all rows: by Dunnett's t, or, where the rows scatter unequally, by paired t-tests.
    func claim(_ row: BlockedAnalysis.Row) -> FamilyTest.Claim {
        let p = analysis.isTrusted ? analysis.pDunnett(row) : row.pPairedHolm ?? 1
        guard p < FamilyTest.level else { return .noDifferenceShown }
        return row.difference < 0 ? .lowerLoss : .higherLoss
    }

    /// The same with the number of seeds where it is small: `lower loss (3 seeds)`.
    func claimWords(_ row: BlockedAnalysis.Row) -> String {
        let claim = claim(row)
        return claim.rawValue + (claim == .noDifferenceShown || hasEnoughSeeds ? "" : " (\(analysis.seeds.count) seeds)")
    }

    var hasEnoughSeeds: Bool { SeedEvidence.isEnough(seeds: analysis.seeds.count) }
}
