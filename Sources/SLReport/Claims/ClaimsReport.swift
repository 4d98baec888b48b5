import Foundation
import SLSpec

/// Published claims beside what a database says of them. It depends on its arguments alone: the same results give the same bytes.
public enum ClaimsReport {
    /// What every such report begins with.
    public static let heading = "# Published claims, and what was found"

    /// - Parameters:
    ///   - sweeps: names of the sweeps that were asked.
    ///   - pictures: that of ``PlotScript/baselines(_:)``; `nil` for none.
    public static func document(_ results: [ClaimResult], sweeps: [String], pictures: ReportPictures? = nil) -> ReportDocument {
        let blocks: [ReportDocument.Block] = [
            .heading(level: 1, text: String(heading.dropFirst(2)), anchor: "top"), .paragraph(counts(results, sweeps)), .paragraph(guide),
        ]
        let papers = MarkdownText.distinct(results.map(\.claim.paper))
        let tables = papers.flatMap { paper in claims(paper, results.filter { $0.claim.paper == paper }) }
        return ReportDocument(
            title: String(heading.dropFirst(2)),
            blocks: blocks + [.section("Claims")] + tables + comparisons(results) + sources(results) + baselines(pictures))
    }

    private static func counts(_ results: [ClaimResult], _ sweeps: [String]) -> String {
        let counts = ClaimVerdict.allCases.compactMap { verdict in
            let count = results.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        let names = sweeps.map(MarkdownText.code).joined(separator: ", ")
        let asked = sweeps.isEmpty ? "No sweep was asked: nothing is tested." : "Asked: \(sweeps.count == 1 ? "sweep" : "sweeps") \(names)."
        return "\(results.count) claims: \(counts.joined(separator: ", ")). \(asked) Verdicts are made from runs of a results database alone, never from what is "
            + "written elsewhere; a claim that fails stands here like one that holds."
    }

    private static let guide = """
        Every claim is paraphrased from its source and comes with what would be seen in a sweep if it holds. At each size and budget the row with the lowest \
        mean loss of those that the claim means (of several learning rates the best) is set against that of the other side. Losses are compared seed by \
        seed: *holds* and *refuted* need the sign-flip test of the differences, shifted by the margin, to reject at \(SeedEvidence.level), which \
        takes \(FamilyTest.seedsNeeded()) seeds, and the 95 % t-interval to lie wholly on one side; all else is *undecided*, and so is a claim that holds in \
        one place and is refuted in another. Memory by convention, planned peaks and FLOPs do not depend on seeds. Each verdict is for itself: of \
        twenty claims about equal methods one would come out at this level by chance. A verdict is about the sizes, budgets and text of the sweeps \
        that are named, which are not the publication's: *refuted* means that it is not so here.
        """

    private static func claims(_ paper: String, _ results: [ClaimResult]) -> [ReportDocument.Block] {
        let columns = [
            ReportColumn(words: "claim", results.map { MarkdownText.code($0.claim.id) }, name: "claim"),
            ReportColumn(words: "published", results.map { text($0.claim) }),
            ReportColumn(words: "would be seen here", results.map { ClaimWords.expected($0.claim) }),
            ReportColumn(words: "verdict", results.map { $0.verdict == .refuted ? "**\($0.verdict.rawValue)**" : $0.verdict.rawValue }),
            ReportColumn(words: "what was found", results.map(ClaimWords.found)),
        ]
        return [
            .subsection(MarkdownText.inline(paper), anchor: "claims \(paper)"),
            .table("claims \(paper)", "What \(MarkdownText.inline(paper)) says, and what was found.", columns),
        ]
    }

    private static func text(_ claim: Claim) -> String {
        MarkdownText.inline(claim.words) + (claim.note.map { " (\(MarkdownText.inline($0)))" } ?? "")
    }

    /// Every comparison with the runs behind it.
    private static func comparisons(_ results: [ClaimResult]) -> [ReportDocument.Block] {
        let rows = results.flatMap { result in result.findings.map { (claim: result.claim, finding: $0) } }
        guard !rows.isEmpty else { return [] }
        let findings = rows.map(\.finding)
        let judged = findings.map(\.judgement)
        let columns = [
            ReportColumn(words: "claim", rows.map { MarkdownText.code($0.claim.id) }, name: "claim"),
            ReportColumn(words: "sweep", findings.map { MarkdownText.inline($0.sweep) }), ReportColumn(words: "model", findings.map { MarkdownText.inline($0.size) }),
            ReportColumn("tokens", findings.map { NumberFormat.tokens($0.tokens) }, figures: .whole("tokens", findings.map(\.tokens))),
            ReportColumn(words: "quantity", findings.map { ClaimWords.quantity($0.test.quantity) }),
            ReportColumn(words: "row", findings.map { MarkdownText.inline($0.row) }),
            ReportColumn(words: "against", findings.map { $0.against.map(MarkdownText.inline) ?? NumberFormat.missing }),
            ReportColumn("n", judged.map { String($0.count) }, figures: .whole("n", judged.map(\.count))),
            ReportColumn(
                "difference", findings.map { ClaimWords.figure($0.judgement.difference, $0.test.quantity) + ($0.isPredicted ? " (by plan)" : "") },
                figures: .real("difference", judged.map(\.difference))),
            ReportColumn(
                "95 % interval",
                findings.map { finding in finding.judgement.interval.map { ClaimWords.interval($0, finding.test.quantity) } ?? NumberFormat.missing }, figures: .interval("difference", judged.map(\.interval))),
            ReportColumn(
                "p", judged.map { $0.pValue.map(NumberFormat.pValue) ?? NumberFormat.missing }, figures: .real("p", judged.map(\.pValue))),
            ReportColumn(words: "verdict", findings.map(\.verdict.rawValue)),
            ReportColumn(words: "runs", findings.map { $0.runIDs.isEmpty ? NumberFormat.missing : $0.runIDs.map(MarkdownText.code).joined(separator: " ") }),
        ]
        return [.section("Comparisons"), .table("comparisons", "Every comparison that the sweeps allow, with the runs behind it.", columns)]
    }

    private static func sources(_ results: [ClaimResult]) -> [ReportDocument.Block] {
        let claims = results.map(\.claim)
        let columns = [
            ReportColumn(words: "claim", claims.map { MarkdownText.code($0.id) }, name: "claim"),
            ReportColumn(words: "source", claims.map { MarkdownText.inline($0.source) }), ReportColumn(words: "place", claims.map { MarkdownText.inline($0.place) }),
            ReportColumn(words: "what was read", claims.map { words($0.evidence) }),
        ]
        return [.section("Sources"), .table("sources", "Where each claim stands.", columns)]
    }

    private static func words(_ evidence: Claim.Evidence) -> String {
        switch evidence {
        case .paper: "the publication"
        case .authors: "a page of its authors"
        case .digest: "what others wrote of it"
        }
    }

    // MARK: One baseline

    /// The same baseline in several publications.
    private static func baselines(_ pictures: ReportPictures?) -> [ReportDocument.Block] {
        let rows = PublishedBaseline.all
        let printed = rows.filter(\.isPublication).map(\.perplexity)
        guard let low = printed.min(), let high = printed.max() else { return [] }
        let columns = [
            ReportColumn(words: "publication", rows.map { MarkdownText.inline($0.name) }),
            ReportColumn("perplexity", rows.map { NumberFormat.perplexity($0.perplexity) }, figures: .real("published_perplexity", rows.map(\.perplexity))),
            ReportColumn("loss", rows.map { NumberFormat.loss(log($0.perplexity)) }, figures: .real("published_loss", rows.map { log($0.perplexity) })),
            ReportColumn("tokens", rows.map { NumberFormat.tokens($0.tokens) }, figures: .whole("published_tokens", rows.map(\.tokens))),
            ReportColumn(words: "source", rows.map { MarkdownText.inline($0.source) }), ReportColumn(words: "what was read", rows.map(\.evidence)),
        ]
        let words = """
            Claims are made against a baseline, and the baseline moves: full-rank Adam or AdamW on LLaMA-60M and C4 stands in \(printed.count) publications \
            between \(NumberFormat.perplexity(low)) and \(NumberFormat.perplexity(high)), \(NumberFormat.fixed(log(high / low), decimals: 2)) nats apart, \
            more than most methods are said to gain or to lose at that size. Learning rate, token budget, padding and the average over the \
            validation set differ; none of these figures was measured here.
            """
        return [.section("One baseline in many publications"), .paragraph(words)] + (pictures.map { $0.drawn.map { .picture($0) } } ?? [])
            + (pictures?.absence.map { [.paragraph($0)] } ?? []) + [.table("baselines", "Full-rank Adam at 60m on C4, as printed.", columns)]
    }

    /// The picture of the baselines, for a reader and for gnuplot.
    public static func picture() -> ReportPicture? {
        PlotScript.baselines().map { script in
            ReportPicture(
                suffix: "baselines", alternative: "Perplexity of full-rank Adam on LLaMA-60M and C4 in several publications",
                caption: "Full-rank Adam or AdamW on LLaMA-60M and C4 as publications print it, sources in the table below; the open mark is a rerun that somebody "
                    + "reported.", script: script)
        }
    }
}
