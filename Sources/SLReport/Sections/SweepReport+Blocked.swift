import SLSpec

extension SweepReport {
    /// Every row against the reference by an additive model of rows and seeds, which pools the noise of all rows.
    static func blocked(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let found = groups.compactMap { group in ReferenceComparison(group).flatMap { BlockedComparison($0) }.map { (group, $0) } }
        guard !found.isEmpty else { return [] }
        return [.section("Differences with the seeds taken out"), .paragraph(blockedGuide)] + found.flatMap { group, compared in blockedTable(group, compared) }
    }

    private static let blockedGuide = """
        The same differences by the additive model loss = row + seed + noise (a randomized block design), over the seeds that all rows have. The \
        noise of all rows is pooled, so that few seeds of many rows tell more than pairs of rows do, if it is normal and equally large in every \
        row. *sd* is a row's standard deviation over the seeds, *sd, seeds out* what is left of it without the seeds' part. The intervals hold for \
        all rows together and *p, Dunnett* for claims that do (Dunnett's test against one reference). *p, paired t* pools nothing and is of a row \
        alone; *Holm* is the same for claims that hold together. Claims are made at 5 % by Dunnett's, or, where the rows scatter unequally, by the paired \
        tests. All of them assume normal noise; the sign-flip test above does not.
        """

    private static func blockedTable(_ group: SizeGroup, _ compared: BlockedComparison) -> [ReportDocument.Block] {
        let analysis = compared.analysis
        let half = analysis.halfWidth95()
        guard let reference = group.baseline else { return [] }
        let cells = [reference] + compared.cells
        let rows: [BlockedAnalysis.Row?] = [nil] + analysis.rows
        let dunnett = rows.map { $0.map(analysis.pDunnett) }
        let intervals = rows.map { row in row.map { ($0.difference - half)...($0.difference + half) } }
        let spreads = cells.map { cell in SampleSummary(analysis.seeds.compactMap { cell.lossesBySeed[$0] })?.standardDeviation }
        func p(_ values: [Double?]) -> [String] { values.map { $0.map(NumberFormat.pValue) ?? NumberFormat.missing } }
        let columns = [
            ReportColumn(words: "method", cells.map { MarkdownText.inline($0.label) }, name: "cell"),
            ReportColumn("sd", spreads.map { NumberFormat.loss($0) }, figures: .real("\(cells.lossFigure)_sd", spreads)),
            ReportColumn("sd, seeds out", analysis.rowDeviations.map { NumberFormat.loss($0) }, figures: .real("residual_sd", analysis.rowDeviations)),
            ReportColumn(
                "difference", rows.map { $0.map { NumberFormat.lossDifference($0.difference) } ?? "reference" },
                figures: .real("\(cells.lossFigure)_difference", rows.map { $0?.difference })),
            ReportColumn(
                "95 % interval, together", intervals.map { span($0, NumberFormat.lossDifference) }, figures: .interval("\(cells.lossFigure)_difference", intervals)),
            ReportColumn("p, Dunnett", p(dunnett), figures: .real("p_dunnett", dunnett)),
            ReportColumn("p, paired t", p(rows.map { $0?.pPaired }), figures: .real("p_paired_t", rows.map { $0?.pPaired })),
            ReportColumn("p, paired t, Holm", p(rows.map { $0?.pPairedHolm }), figures: .real("p_paired_t_holm", rows.map { $0?.pPairedHolm })),
            ReportColumn(words: "claim", rows.map { $0.map(compared.claimWords) ?? NumberFormat.missing }),
        ]
        let title = "\(MarkdownText.inline(group.model.name)), against \(MarkdownText.inline(reference.label)), seeds taken out"
        return [
            .subsection(title, anchor: "blocked \(group.model.name)"),
            .table("blocked \(group.model.name)", "Differences by an additive model of rows and seeds: \(title).", columns, note: lossNote([group])),
            .paragraph(blockedWords(compared).map { SeedEvidence.sentence($0) }.joined(separator: " ")),
        ]
    }

    /// What the analysis rests on, and whether it may.
    static func blockedWords(_ compared: BlockedComparison) -> [String] {
        let analysis = compared.analysis
        var words = [
            "\(analysis.rows.count + 1) rows × \(analysis.seeds.count) common seeds (\(analysis.seeds.map(String.init).joined(separator: ", "))): the noise of a run is "
                + "\(NumberFormat.loss(analysis.residualDeviation)), with \(analysis.degreesOfFreedom) degree\(analysis.degreesOfFreedom == 1 ? "" : "s") of freedom"
        ]
        if !compared.leftOut.isEmpty {
            words.append("rows that lack these seeds are left out: \(MarkdownText.rows(compared.leftOut.map { MarkdownText.inline($0.label) }))")
        }
        if let even = analysis.evenness {
            let ratio = analysis.deviationRatio.map { "the largest sd without the seeds' part is \(NumberFormat.fixed($0, decimals: 1)) times the smallest, " } ?? ""
            words.append(
                ratio + "Brown and Forsythe's test of the residuals for equal spread has p = \(NumberFormat.pValue(even.pValue))"
                    + (analysis.isTrusted ? "" : " (below \(NumberFormat.general(BlockedAnalysis.poolingLevel))): **the pooled analysis is not to be trusted here**, and claims are those of the paired t-tests"))
        }
        if !compared.hasEnoughSeeds {
            words.append(
                "\(FamilyTest.seedsNeeded()) seeds or more are asked for a claim, and these rest on \(analysis.seeds.count): so few can't show whether the assumptions hold")
        }
        return words
    }
}
