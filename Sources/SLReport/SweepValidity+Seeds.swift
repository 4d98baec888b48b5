import SLSpec

extension SweepValidity {
    /// Rows that did not finish the same seeds. Where only the reference has more, every difference is over the same seeds all the
    /// same, and nothing is unequal.
    static func unequalSeeds(_ group: SizeGroup) -> [Threat] {
        let seeds = group.cells.map { Set($0.finished.map(\.spec.seed)) }
        guard Set(seeds).count > 1 else { return [] }
        let (least, most) = (seeds.map(\.count).min() ?? 0, seeds.map(\.count).max() ?? 0)
        let counts = least == most ? "\(most) \(most == 1 ? "seed" : "seeds") a row" : "\(least) to \(most) seeds a row"
        let baseline = group.baseline
        let others = zip(group.cells, seeds).filter { $0.0.spec != baseline?.spec }.map(\.1)
        let own = baseline.map { Set($0.finished.map(\.spec.seed)) } ?? []
        let isOfReference = baseline != nil && Set(others).count == 1 && others.allSatisfy { !$0.isEmpty && $0.isSubset(of: own) }
        let words = "not every row finished the same seeds; \(counts)."
            + (baseline == nil ? "" : " Differences are taken over the seeds that a row shares with the reference.")
            + (isOfReference ? " Only the reference has more, and every row shares the same." : "")
        return [Threat(isUnequal: !isOfReference, words: "\(group.model.name): \(words)")]
    }

    /// What another seed changes, how well that is known, and which rows it does not tell from the best.
    static func noise(_ group: SizeGroup) -> [Threat] {
        let few = group.noise.filter { !$0.floor.isEnough }.map { noise in
            "\(NoiseWords.floor(noise.floor, of: MarkdownText.inline(noise.baseline.label))): \(NoiseWords.asked)."
        }
        return (few + SweepReport.nearTies(group)).map { Threat(isUnequal: false, words: "\(group.model.name): \($0)") }
    }

    /// What the analyses beside the sign-flip test rest on.
    static func analyses(_ group: SizeGroup, margin: Double?) -> [Threat] {
        guard let compared = ReferenceComparison(group) else { return [] }
        var words: [String] = []
        if let blocked = BlockedComparison(compared) {
            let analysis = blocked.analysis
            if let even = analysis.evenness, !analysis.isTrusted {
                words.append(
                    "the rows scatter unequally over the seeds (Brown and Forsythe's p = \(NumberFormat.pValue(even.pValue)), below \(NumberFormat.general(BlockedAnalysis.poolingLevel))): noise that is pooled over the rows is not to be "
                        + "trusted, and the claims with the seeds taken out are those of paired t-tests.")
            }
            if !blocked.hasEnoughSeeds, analysis.rows.contains(where: { blocked.claim($0) != .noDifferenceShown }) {
                words.append(
                    "claims with the seeds taken out rest on \(analysis.seeds.count) seeds; \(FamilyTest.seedsNeeded()) or more are asked, as so few can't show whether noise is normal.")
            }
        }
        if let margin, let alike = EquivalenceComparison(compared, margin: margin) {
            words += SweepReport.equivalenceWords(group, alike).map { $0 + "." }
            let open = alike.rows.filter { $0.verdict(margin).hasPrefix(EquivalenceComparison.Row.open) }.map { MarkdownText.inline($0.rival.cell.label) }
            if !open.isEmpty {
                words.append("undecided against \(MarkdownText.inline(alike.baseline.label)), neither better nor worse nor comparable within \(NumberFormat.general(margin)) nats: \(MarkdownText.rows(open)).")
            }
        }
        return words.map { Threat(isUnequal: false, words: "\(group.model.name): \($0)") }
    }
}
