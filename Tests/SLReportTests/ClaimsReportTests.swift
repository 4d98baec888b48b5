import Foundation
import SLReport
import SLSpec
import Testing

/// What people and programs get of claims.
@Suite struct ClaimsReportTests {
    private static let tests = [ClaimTest(.loss, ClaimRow(["galore"]), .lower, ClaimRow(["full_rank"]), margin: 0.1)]

    private static func claim(_ id: String, paper: String = "P | <1>", tests: [ClaimTest] = tests) -> Claim {
        Claim(
            id: id, paper: paper, source: "A 2024, arXiv:1", place: "Table 2", evidence: .digest, words: "*It* is | so.", tests: tests, note: "At 60M.")
    }

    private static func sweep(_ gap: Double) -> SweepHistory {
        SweepHistory(
            name: "s", runs: (1...6).flatMap { (seed: UInt64) in
                [
                    Fixture.finished(Fixture.spec("full_rank", seed: seed), id: "f\(seed)", loss: 5),
                    Fixture.finished(Fixture.spec("galore", rank: 64, seed: seed), id: "g\(seed)", loss: 5 + gap + 0.001 * Double(seed)),
                ]
            })
    }

    @Test func theReportSetsClaimsBesideFindings() {
        let results = [ClaimResult(Self.claim("one"), in: [Self.sweep(0.2)]), ClaimResult(Self.claim("two", paper: "Q", tests: []), in: [Self.sweep(0.2)])]
        let text = ClaimsReport.document(results, sweeps: ["s"]).markdown()
        #expect(text.hasPrefix(ClaimsReport.heading + "\n"))
        #expect(text.contains("2 claims: 1 refuted, 1 not tested. Asked: sweep `s`."))
        #expect(text.contains("### P | &lt;1>\n"))
        #expect(text.contains(
            "| `one` | \\*It\\* is \\| so. (At 60M.) | loss of galore below that of full_rank by more than 0.1 nats | **refuted** | refuted at 9m, 2048 tokens: loss, galore r=64 against full_rank +0.2035 nats (+0.2015 to +0.2055, 6 seeds) |"), "\(text)")
        #expect(text.contains("| `two` | \\*It\\* is \\| so. (At 60M.) | no comparison of rows can show it | not tested | nothing was compared |"))
        #expect(text.contains("`f1` `f2`") && text.contains("`g6`"), "run ids")
        #expect(text.contains("| `one` | A 2024, arXiv:1 | Table 2 | what others wrote of it |"))
        #expect(ClaimsReport.document([], sweeps: []).markdown().contains("No sweep was asked: nothing is tested."))
    }

    @Test func recordsHaveEveryNumberBare() throws {
        let results = [ClaimResult(Self.claim("one"), in: [Self.sweep(-0.2)]), ClaimResult(Self.claim("two"), in: [])]
        let table = ClaimsReport.records(results)
        #expect(table.rows.count == 2 && table.rows.allSatisfy { $0.count == table.columns.count })
        func cell(_ row: Int, _ column: String) throws -> ValueTable.Cell { table.rows[row][try #require(table.columns.firstIndex(of: column))] }
        #expect(try cell(0, "verdict") == .text("holds") && cell(0, "n") == .integer(6) && cell(0, "relation") == .text("lower") && cell(0, "margin") == .real(0.1))
        guard case .real(let low) = try cell(0, "difference_low"), case .real(let high) = try cell(0, "difference_high") else { return #expect(Bool(false)) }
        #expect(low < -0.1965 && -0.1965 < high)
        #expect(try cell(0, "run_ids") == .text("g1 g2 g3 g4 g5 g6 f1 f2 f3 f4 f5 f6"))
        #expect(try cell(1, "verdict") == .text("not tested") && cell(1, "n") == .null && cell(1, "run_ids") == .null)
        let listing = ClaimsReport.listing(results)
        #expect(listing.columns == ["claim", "paper", "verdict", "n", "found"] && listing.rows.map { $0[2] } == [.text("holds"), .text("not tested")])
        #expect(listing.rows[1][4] == .text("no sweep holds the rows"))
    }

    // MARK: One baseline

    @Test func eightPublicationsDisagree() throws {
        let printed = PublishedBaseline.all.filter(\.isPublication)
        #expect(printed.count == 8 && printed.map(\.perplexity).min() == 26.68 && printed.map(\.perplexity).max() == 34.09)
        #expect(PublishedBaseline.all.map(\.perplexity) == PublishedBaseline.all.map(\.perplexity).sorted())
        #expect(PublishedBaseline.all.allSatisfy { $0.source.contains("arXiv:") || $0.source.contains("OpenReview") || $0.source.contains("github.com") })
        // What stands in GaLore's table already is the same figure.
        #expect(printed.first { $0.name == "GaLore" }?.perplexity == PublishedFigures.perplexity(method: "full_rank", size: "60m")?.perplexity)
        let text = ClaimsReport.document([], sweeps: []).markdown()
        #expect(text.contains("stands in 8 publications between 26.68 and 34.09, 0.25 nats apart"))
        for one in PublishedBaseline.all { #expect(text.contains("| \(one.name) | \(String(format: "%.2f", one.perplexity)) |"), "\(one.name)") }
    }

    @Test func theBaselinesAreAPicture() throws {
        let script = try #require(PlotScript.baselines())
        for one in PublishedBaseline.all { #expect(script.contains(PlotScript.quoted(one.name))) }
        #expect(script.contains("26.68 9\n") && script.contains("34.09 1\n") && script.contains("title 'a rerun'"))
        #expect(PlotScript.baselines([]) == nil && ClaimsReport.picture()?.suffix == "baselines")
    }
}
