import SLSpec

/// Every cell of a size against the reference, seed by seed: what `report`, `check` and the plan's words rest on.
struct ReferenceComparison {
    struct Rival {
        var cell: ReportCell
        var pairs: PairedDifference
        /// `nil` with too few seeds for any claim.
        var test: FamilyTest.Row?

        var claim: FamilyTest.Claim { test?.claim ?? .tooFewSeeds }
    }

    let baseline: ReportCell
    /// Cells with two pairs or more.
    let rivals: [Rival]
    /// Over the rivals with enough seeds for a claim; the others could take part in none, and so disturb none.
    let test: FamilyTest?

    /// `nil` without a reference.
    init?(_ group: SizeGroup) {
        guard let baseline = group.baseline else { return nil }
        self.baseline = baseline
        let others = group.cells.filter { $0.spec != baseline.spec }.compactMap { cell -> Rival? in
            let pairs = PairedDifference(cell, against: baseline)
            guard pairs.loss != nil, pairs.differences.count > 1 else { return nil }
            return Rival(cell: cell, pairs: pairs)
        }
        let able = others.indices.filter { SeedEvidence.isEnough(seeds: others[$0].pairs.differences.count) }
        test = FamilyTest(able.map { others[$0].pairs.differences })
        var rivals = others
        for (place, row) in zip(able, test?.rows ?? []) { rivals[place].test = row }
        self.rivals = rivals
    }
}
