import SLSpec

extension SweepReport {
    /// What each method's losses are worth in tokens of full-rank; nothing where no method was run at several budgets.
    static func effectiveData(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let sizes = SizeGroup.joined(groups).map { (group: $0, ladders: BudgetLadder.ladders($0)) }.filter { $0.ladders.contains { $0.rungs.count > 1 } }
        guard !sizes.isEmpty else { return [] }
        return [.section("Effective data"), .paragraph(effectiveGuide)] + sizes.flatMap { effectiveData($0.group, $0.ladders) }
    }

    private static let effectiveGuide = """
        How many tokens the reference would need for the loss that a method reached, over the tokens that the method used: 0.80× means that a fifth \
        of its tokens was lost against full-rank, 1.25× that it did what full-rank does with a quarter more. The reference's losses over its budgets, \
        every one a run of its own that decays to its end, are fitted by L(D) = E + A·(D/D₀)^−β with least squares, and the law is read backwards. \
        *One factor* is the ρ with which L(ρ·D) comes nearest to all losses of a method at once: E, A and β are the reference's (Volkova et al. \
        2026, arXiv:2602.07712: laws fitted for each method apart are ill-conditioned); *distance* is what it leaves, and where that is far above the \
        reference's own residual one factor does not describe the method. Beyond the budgets that were run the law is not asked: *<* and *>* give the \
        end of the ladder as a bound. Intervals hold 95 % on the logarithm and come from \(EffectiveData.draws) draws of seeds with replacement \
        (SplitMix64, seed \(EffectiveData.drawSeed)), widened by t(0.975, n − 1)·√(n/(n − 1)), n being the fewest seeds of a budget.
        """

    private static func effectiveData(_ group: SizeGroup, _ ladders: [BudgetLadder]) -> [ReportDocument.Block] {
        let name = MarkdownText.inline(group.model.name)
        let heading = ReportDocument.Block.subsection(name, anchor: "effective data \(group.model.name)")
        guard let place = ladders.firstIndex(where: { $0.rungs.contains { $0.cell.spec == group.baseline?.spec } }) else {
            return [heading, .paragraph("Nothing is inverted: " + (ReferenceWords([group]).lack(group) ?? "there is no reference."))]
        }
        let baseline = ladders[place]
        let others = ladders.indices.filter { $0 != place }.map { ladders[$0] }
        guard baseline.rungs.count >= DataLaw.fewestBudgets else { return [heading, .paragraph(lack(baseline))] }
        guard let found = EffectiveData(baseline: baseline.rungs.map(\.data), rivals: others.map { $0.rungs.map(\.data) }) else {
            return [heading, .paragraph("No law was fitted: the loss of \(MarkdownText.inline(baseline.label)) does not fall with its tokens.")]
        }
        let bound = LadderBound(found.range)
        var blocks = [heading, .paragraph(lawWords(baseline, found))]
        guard !others.isEmpty else { return blocks }
        blocks += [
            .table(
                "effective data \(group.model.name)", "What losses at \(name) are worth in tokens of \(MarkdownText.inline(baseline.label)).",
                rungColumns(others, found, bound), note: lossNote([group])),
            .table(
                "data factors \(group.model.name)", "One factor of tokens a method at \(name).", wholeColumns(others, found, bound), note: lossNote([group])),
        ]
        return blocks + seedLack(found)
    }

    private static func lack(_ baseline: BudgetLadder) -> String {
        let budgets = baseline.rungs.map { NumberFormat.tokens(Int($0.tokens.rounded())) }
        return "Nothing is inverted: \(MarkdownText.inline(baseline.label)) was run at \(budgets.count == 1 ? "one budget" : "\(budgets.count) budgets") "
            + "(\(budgets.joined(separator: ", ")) tokens), and a law of three numbers needs \(DataLaw.fewestBudgets) of them."
    }

    private static func lawWords(_ baseline: BudgetLadder, _ found: EffectiveData) -> String {
        let law = found.law
        let runs = baseline.rungs.reduce(0) { $0 + $1.cell.finished.count }
        func tokens(_ count: Double) -> String { NumberFormat.tokens(Int(count.rounded())) }
        let atEdge = law.exponent < DataLaw.exponents.lowerBound * 1.001 || law.exponent > DataLaw.exponents.upperBound / 1.001
        return "\(MarkdownText.inline(baseline.label)): L(D) = \(NumberFormat.loss(law.floor)) + \(NumberFormat.loss(law.excess))·(D/\(tokens(law.scale)))^−"
            + "\(NumberFormat.fixed(law.exponent, decimals: 3)), fitted to \(runs) runs of \(baseline.rungs.count) budgets from "
            + "\(tokens(found.range.lowerBound)) to \(tokens(found.range.upperBound)) tokens; root mean square residual of the means "
            + "\(NumberFormat.loss(law.residual)) nats."
            + (baseline.rungs.count == DataLaw.fewestBudgets ? " With three budgets the law goes through their means: the residual is no test of its form." : "")
            + (law.floor == 0 ? " Its floor is at the least that is allowed, 0: the ladder is too short to tell where the loss would end." : "")
            + (atEdge ? " **Its exponent lies at an end of the range that is searched: these losses do not follow the law.**" : "")
    }

    private static func rungColumns(_ ladders: [BudgetLadder], _ found: EffectiveData, _ bound: LadderBound) -> [ReportColumn] {
        let rows = zip(ladders, found.rivals).flatMap { ladder, rival in
            zip(ladder.rungs, rival.rungs).map { (label: ladder.label, rung: $0, estimate: $1) }
        }
        let tokens = rows.map { Int($0.rung.tokens.rounded()) }
        let cells = rows.map(\.rung.cell)
        let losses = cells.map(\.evalLoss)
        let within = rows.map { bound.side($0.estimate.factor, of: $0.rung.tokens) == .within ? $0.estimate.factor : nil }
        return [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.label) }, name: "cell"),
            ReportColumn("tokens", tokens.map { NumberFormat.tokens($0) }, figures: .whole("tokens", tokens)), seeds(cells),
            ReportColumn(cells.lossTitle, losses.map { plusMinus($0, NumberFormat.loss) }, figures: .summary(cells.lossFigure, losses)),
            ReportColumn(
                "worth in tokens", rows.map { bound.tokens($0.estimate.factor, of: $0.rung.tokens) },
                figures: .real("effective_tokens", zip(rows, within).map { row, factor in factor.map { $0 * row.rung.tokens } })),
            ReportColumn(
                "factor", rows.map { bound.factor($0.estimate.factor, of: $0.rung.tokens) },
                figures: .real("data_factor", within) + .words("data_factor_is", rows.map { bound.side($0.estimate.factor, of: $0.rung.tokens).rawValue })),
            ReportColumn(
                "95 % interval", rows.map { bound.interval($0.estimate, of: $0.rung.tokens) },
                figures: .interval("data_factor", rows.map { bound.clipped($0.estimate, of: $0.rung.tokens) })),
        ]
    }

    private static func wholeColumns(_ ladders: [BudgetLadder], _ found: EffectiveData, _ bound: LadderBound) -> [ReportColumn] {
        let rows = Array(zip(ladders, found.rivals))
        let outside = rows.map { ladder, rival in ladder.rungs.count { bound.side(rival.whole.factor, of: $0.tokens) != .within } }
        let factors = zip(rows, outside).map { row, outside in outside < row.0.rungs.count ? row.1.whole : nil }
        return [
            ReportColumn(words: "method", rows.map { MarkdownText.inline($0.0.label) }, name: "cell"),
            ReportColumn("budgets", rows.map { String($0.0.rungs.count) }, figures: .whole("budgets", rows.map { $0.0.rungs.count })),
            ReportColumn("one factor", factors.map { NumberFormat.ratio($0?.factor) }, figures: .real("data_factor", factors.map { $0?.factor })),
            ReportColumn(
                "95 % interval", factors.map(LadderBound.interval), figures: .interval("data_factor", factors.map(LadderBound.range))),
            ReportColumn("distance", rows.map { NumberFormat.loss($0.1.residual) }, figures: .real("distance_nats", rows.map(\.1.residual))),
            ReportColumn(
                "ρ·D beyond the ladder", zip(rows, outside).map { row, outside in outside == 0 ? "none" : "\(outside) of \(row.0.rungs.count) budgets" },
                figures: .whole("budgets_extrapolated", outside)),
        ]
    }

    private static func seedLack(_ found: EffectiveData) -> [ReportDocument.Block] {
        guard found.rivals.contains(where: { $0.seeds < 2 }) else { return [] }
        return [.paragraph("Without an interval: rows where some budget of theirs or of the reference has one seed.")]
    }
}
