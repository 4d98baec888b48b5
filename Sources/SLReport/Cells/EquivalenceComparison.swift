import SLSpec

/// Which rows of a size are as good as the reference.
struct EquivalenceComparison {
    struct Row {
        var rival: ReferenceComparison.Rival
        var test: EquivalenceTest
        /// Of a stated margin, for claims that hold together over the rows (Holm); `nil` without one, and with too few seeds.
        var notWorse: Double?
        var within: Double?
        /// Of this row alone, by turned signs.
        var exactWithin: Double?

        /// `better`, `worse, comparable (within 0.02)`, `undecided`: what the seeds decide.
        func verdict(_ margin: Double?) -> String {
            let difference: String? = switch rival.claim {
            case .lowerLoss: "better"
            case .higherLoss: "worse"
            case .tooFewSeeds, .noDifferenceShown: nil
            }
            let alike = isComparable ? margin.map { "comparable (within \(NumberFormat.general($0)))" } : nil
            let words = [difference, alike].compactMap(\.self).joined(separator: ", ")
            guard words.isEmpty else { return words }
            return SeedEvidence.isEnough(seeds: test.count) ? Self.open : Self.open + " (too few seeds)"
        }

        static let open = "undecided"
        var isComparable: Bool { (within ?? 1) < FamilyTest.level }
    }

    /// In nats; `nil` where none was stated.
    let margin: Double?
    let baseline: ReportCell
    /// Those with two pairs or more.
    let rows: [Row]
    /// Rows with enough seeds for a claim: the family.
    var able: Int { rows.count { SeedEvidence.isEnough(seeds: $0.test.count) } }

    init?(_ compared: ReferenceComparison, margin: Double?) {
        var rows = compared.rivals.compactMap { rival -> Row? in
            let differences = rival.pairs.differences.sorted { $0.key < $1.key }.map(\.value)
            return EquivalenceTest(differences).map { Row(rival: rival, test: $0) }
        }
        guard !rows.isEmpty else { return nil }
        if let margin {
            let able = rows.indices.filter { SeedEvidence.isEnough(seeds: rows[$0].test.count) }
            let notWorse = Holm.adjusted(able.map { rows[$0].test.notWorse(than: margin) })
            let within = Holm.adjusted(able.map { rows[$0].test.within(margin) })
            for (place, index) in able.enumerated() {
                rows[index].notWorse = notWorse[place]
                rows[index].within = within[place]
                rows[index].exactWithin = rows[index].test.exactWithin(margin)
            }
        }
        self.margin = margin
        self.rows = rows
        baseline = compared.baseline
    }
}
