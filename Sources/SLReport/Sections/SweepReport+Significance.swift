import SLSpec

extension SweepReport {
    /// Every cell against the reference of its size, seed by seed, and what may be claimed.
    static func significance(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let compared = groups.compactMap { group in ReferenceComparison(group).map { (group, $0) } }.filter { !$0.1.rivals.isEmpty }
        guard !compared.isEmpty else { return [] }
        return [.section("Differences seed by seed"), .paragraph(significanceGuide(compared.compactMap(\.1.test), groups.flatMap(\.cells).lossWords))]
            + compared.flatMap(significanceTable)
    }

    private static func significanceGuide(_ tests: [FamilyTest], _ loss: String) -> String {
        var words = """
            \(loss) minus that of the reference with the same seed. ± is the standard deviation of the differences (n − 1); the interval is the \
            95 % t-interval of their mean and assumes that they are normal.
            """
        guard !tests.isEmpty else { return words }
        words += """
             *p* is the two-sided sign-flip test of a row alone, which assumes nothing but pairing: were the method no different, each difference \
            could as well have had the other sign. *p, max-T* is for claims that hold together over the rows of a table: the signs of a seed are \
            turned for all rows at once, and a row's statistic, |Σd| / √(Σd² + n·s²) with s the rows' median standard deviation of |d|, is held \
            against the largest of it and of all weaker rows (Westfall and Young's step-down). The chance of any false claim is at most \
            \(SeedEvidence.level), at which claims are made.
            """
        if tests.contains(where: \.isExact) { words += " All patterns of signs are gone through." }
        if let drawn = tests.first(where: { !$0.isExact }) {
            words += " With \(drawn.seeds) seeds and other numbers above \(FamilyTest.mostExactSeeds), \(FamilyTest.draws) patterns of signs are drawn "
                + "(SplitMix64, seed \(FamilyTest.drawSeed))."
        }
        return words
    }

    private static func significanceTable(_ group: SizeGroup, _ compared: ReferenceComparison) -> [ReportDocument.Block] {
        let rows = compared.rivals
        let losses = rows.map(\.pairs.loss)
        let counts = rows.map(\.pairs.differences.count)
        let columns = [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.cell.label) }, name: "cell"),
            ReportColumn("pairs", counts.map(String.init), figures: .whole("pairs", counts)),
            ReportColumn(
                "difference", losses.map { NumberFormat.lossDifference($0?.mean) }, figures: .real("\(group.cells.lossFigure)_difference_mean", losses.map { $0?.mean })),
            ReportColumn(
                "±", losses.map { $0?.standardDeviation.map(NumberFormat.loss) ?? NumberFormat.missing },
                figures: .real("\(group.cells.lossFigure)_difference_sd", losses.map { $0?.standardDeviation })),
            ReportColumn("95 % interval", losses.map(interval), figures: .interval("\(group.cells.lossFigure)_difference", losses.map { $0?.interval95 })),
            ReportColumn(
                "p", rows.map { $0.test.map { NumberFormat.pValue($0.pValue) } ?? NumberFormat.missing }, figures: .real("p", rows.map { $0.test?.pValue })),
            ReportColumn(
                "p, max-T", rows.map { $0.test.map { NumberFormat.pValue($0.adjusted) } ?? NumberFormat.missing },
                figures: .real("p_max_t", rows.map { $0.test?.adjusted })),
            ReportColumn(words: "claim", rows.map(\.claim.rawValue)),
        ]
        let title = "\(MarkdownText.inline(group.model.name)), against \(MarkdownText.inline(compared.baseline.label))"
        return [
            .subsection(title, anchor: "differences \(group.model.name)"),
            .table("differences \(group.model.name)", "\(group.cells.lossWords) minus that of the reference, seed by seed: \(title).", columns, note: lossNote([group])),
        ] + notes(compared).map { .paragraph($0) }
    }

    private static func interval(_ difference: SampleSummary?) -> String {
        guard let interval = difference?.interval95 else { return NumberFormat.missing }
        return "\(NumberFormat.lossDifference(interval.lowerBound)) to \(NumberFormat.lossDifference(interval.upperBound))"
    }

    private static func notes(_ compared: ReferenceComparison) -> [String] {
        var notes: [String] = []
        let counts = compared.rivals.map(\.pairs.differences.count)
        if let fewest = counts.filter({ !SeedEvidence.isEnough(seeds: $0) }).min() {
            notes.append(
                SeedEvidence.sentence(SeedEvidence.words(seeds: fewest))
                    + " The intervals rest on the assumption that differences are normal, which so few can't support.")
        }
        if Set(compared.rivals.filter { $0.test != nil }.map { Set($0.pairs.differences.keys) }).count > 1 {
            notes.append("The rows do not share all seeds: a sign is turned for those rows that have its seed.")
        }
        return notes
    }
}
