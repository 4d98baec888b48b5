import SLSpec

extension SweepReport {
    /// How far runs of one configuration lie apart from seed to seed, by size and budget.
    static func noise(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let rows = groups.flatMap { group in group.noise.map { (model: group.model.name, noise: $0) } }
        guard !rows.isEmpty else { return [] }
        let floors = rows.map(\.noise.floor)
        let seeds = rows.map(\.noise.fewestSeeds)
        let differences = zip(floors, seeds).map { floor, seeds in seeds.map { floor.smallestDifference($0, $0) } }
        let elsewhere = rows.map(\.noise.elsewhere)
        let columns = [
            ReportColumn(words: "model", rows.map { MarkdownText.inline($0.model) }),
            ReportColumn(words: "baseline", rows.map { MarkdownText.inline($0.noise.baseline.label) }),
            ReportColumn(
                "steps", rows.map { String($0.noise.baseline.spec.training.steps) }, figures: .whole("steps", rows.map { $0.noise.baseline.spec.training.steps })),
            ReportColumn("seeds", floors.map { String($0.count) }, figures: .whole("seeds", floors.map(\.count))),
            ReportColumn("of other sweeps", elsewhere.map(String.init), figures: .whole("seeds_of_other_sweeps", elsewhere)),
            ReportColumn("σ", floors.map { NumberFormat.loss($0.deviation) }, figures: .real("\(groups.lossFigure)_sd", floors.map(\.deviation))),
            ReportColumn(
                "95 % interval of σ", floors.map { span($0.interval95, NumberFormat.loss) }, figures: .interval("\(groups.lossFigure)_sd", floors.map(\.interval95))),
            ReportColumn("differences below are noise", differences.map { NumberFormat.loss($0) }, figures: .real("noise_difference", differences)),
        ]
        return [
            .section("Noise of seeds"), .paragraph(noiseGuide(groups.lossTitle)),
            .table("noise", "Spread of the baseline's \(groups.lossTitle) over its seeds.", columns, note: lossNote(groups)),
        ] + (rows.contains { !$0.noise.floor.isEnough } ? [.paragraph(SeedEvidence.sentence(NoiseWords.asked + "; with fewer σ itself is hardly known"))] : [])
    }

    private static func noiseGuide(_ loss: String) -> String {
        """
        σ is the sample standard deviation (n − 1) of the \(loss) over all finished runs in the database that are the baseline's but for the \
        seed, those of other sweeps included; its interval is χ²'s and assumes normal losses. Two rows of as many seeds as the row with the \
        fewest has must differ by t(0.975, n − 1)·σ·√(2/seeds) for their means to be told apart by it: less is noise of seeds. The rows' own \
        pairs may tell more.
        """
    }

    /// Rows that the noise of seeds does not tell from the best of their budget, in a sentence for each budget.
    static func nearTies(_ group: SizeGroup) -> [String] {
        group.noise.compactMap { noise in
            noise.nearBest.map { near in
                "differences below \(NumberFormat.loss(near.difference)) nats are noise of seeds "
                    + "(\(NoiseWords.floor(noise.floor, of: MarkdownText.inline(noise.baseline.label)))): the best, \(MarkdownText.inline(near.best.label)), "
                    + "is not told from \(MarkdownText.rows(near.others.map { MarkdownText.inline($0.label) })) by the means."
            }
        }
    }

    /// The same for the main table.
    static func nearTies(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let notes = groups.flatMap { group in nearTies(group).map { "\(MarkdownText.inline(group.model.name)): \($0)" } }
        return notes.isEmpty ? [] : [.list(notes)]
    }
}
