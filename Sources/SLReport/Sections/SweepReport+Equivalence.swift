import SLSpec

extension SweepReport {
    /// Which rows are as good as the reference, and within what margin.
    static func equivalence(_ groups: [SizeGroup], margin: Double?) -> [ReportDocument.Block] {
        let found = groups.compactMap { group in
            ReferenceComparison(group).flatMap { EquivalenceComparison($0, margin: margin) }.map { (group, $0) }
        }
        guard !found.isEmpty else { return [] }
        return [.section("Comparable to the reference"), .paragraph(equivalenceGuide(margin))] + found.flatMap { equivalenceTable($0, $1) }
    }

    private static func equivalenceGuide(_ margin: Double?) -> String {
        let bounds = """
            That no difference was shown is no evidence that there is none. By the paired differences, *not worse by more than* is the smallest margin \
            that can be ruled out at 95 %, the upper end of a one-sided t-interval (below 0 the row is better at 95 %), and *within* the smallest that \
            both sides can be ruled out with (two one-sided tests); both are of a row alone, *all rows together* shares the 5 % among the rows.
            """
        guard let margin else {
            return bounds + " No margin was stated (`evidence.equivalence_margin` in the config), so nothing is called comparable."
        }
        return bounds + """
             The stated margin is \(NumberFormat.general(margin)) nats. *p, not worse* and *p, within* are for claims that hold together over the rows \
            (Holm), each column a family of its own, over rows with \(FamilyTest.seedsNeeded()) seeds or more; *p, within, signs* is of a row alone and assumes nothing \
            but that differences lie evenly about their middle. *Comparable* is claimed at 5 % by *p, within*; *better* and *worse* are the claims of the sign-flip \
            test above. What no test decides is undecided.
            """
    }

    private static func equivalenceTable(_ group: SizeGroup, _ compared: EquivalenceComparison) -> [ReportDocument.Block] {
        let rows = compared.rows
        let counts = rows.map(\.test.count)
        func bound(_ name: String, _ title: String, _ value: (EquivalenceTest) -> Double?) -> ReportColumn {
            let values = rows.map { value($0.test) }
            return ReportColumn(title, values.map { NumberFormat.lossDifference($0) }, figures: .real(name, values))
        }
        func p(_ name: String, _ title: String, _ value: (EquivalenceComparison.Row) -> Double?) -> ReportColumn {
            let values = rows.map(value)
            return ReportColumn(title, values.map { $0.map(NumberFormat.pValue) ?? NumberFormat.missing }, figures: .real(name, values))
        }
        let tests = compared.margin == nil ? [] : [
            p("p_not_worse", "p, not worse", \.notWorse), p("p_within", "p, within", \.within), p("p_within_signs", "p, within, signs", \.exactWithin),
        ]
        let columns = [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.rival.cell.label) }, name: "cell"),
            ReportColumn("pairs", counts.map(String.init), figures: .whole("pairs", counts)),
            bound("\(group.cells.lossFigure)_difference_mean", "difference", \.mean),
            bound("smallest_not_worse", "not worse by more than") { $0.smallestNotWorse() },
            bound("smallest_not_worse_together", "all rows together") { $0.smallestNotWorse(rows: rows.count) },
            bound("smallest_within", "within") { $0.smallestWithin() },
        ] + tests + [ReportColumn(words: "verdict", rows.map { $0.verdict(compared.margin) })]
        let title = "\(MarkdownText.inline(group.model.name)), against \(MarkdownText.inline(compared.baseline.label)): as good?"
        return [
            .subsection(title, anchor: "comparable \(group.model.name)"),
            .table("comparable \(group.model.name)", "Margins within which rows equal the reference: \(title)", columns, note: lossNote([group])),
        ] + equivalenceWords(group, compared).map { .paragraph(SeedEvidence.sentence($0)) }
    }

    /// Whether the stated margin is one that the seeds can decide.
    static func equivalenceWords(_ group: SizeGroup, _ compared: EquivalenceComparison) -> [String] {
        guard let margin = compared.margin else { return [] }
        var words: [String] = []
        let short = compared.rows.filter { !SeedEvidence.isEnough(seeds: $0.test.count) }
        if !short.isEmpty {
            words.append(
                "too few seeds to be called comparable, \(FamilyTest.seedsNeeded()) are asked: \(MarkdownText.rows(short.map { MarkdownText.inline($0.rival.cell.label) }))")
        }
        if let noise = group.referenceNoise, margin < noise.floor.deviation {
            words.append(
                "the margin of \(NumberFormat.general(margin)) nats is smaller than what another seed changes "
                    + "(\(NoiseWords.floor(noise.floor, of: MarkdownText.inline(noise.baseline.label)))): only many seeds that pair well can decide it")
        }
        return words
    }
}
