import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct FamilyTests {
    private static let families: [(String, MethodFamily)] = [
        ("galore", .projected), ("badam", .partial), ("full_rank", .dense), ("sltrain", .sparse), ("lora", .frozen), ("low_rank", .factored), ("fira", .projected),
        ("bone", .frozen), ("apollo", .projected),
    ]

    /// A history with the first methods of the list, one run each in the order of the list.
    private static func history(_ count: Int, without unknown: Set<String> = []) -> SweepHistory {
        let runs = families.prefix(count).enumerated().map { place, method in
            Fixture.finished(Fixture.spec(method.0), id: method.0, loss: 7 + Double(place) / 8)
        }
        let catalog = families.filter { !unknown.contains($0.0) }.map { name, family in
            MethodDescriptor(
                name: name, title: name, summary: "", paper: "–", family: family, options: [],
                recipe: { _ in MethodDescriptor.Recipe(learningRate: 0.001, source: "none") })
        }
        return SweepHistory(name: "f", runs: runs, methods: catalog)
    }

    private func methods(_ history: SweepHistory) -> [String] { SizeGroup.groups(of: history)[0].cells.map(\.spec.method) }

    @Test func fewMethodsKeepTheOrderOfTheirPlan() {
        let few = Self.history(SizeGroup.mostUngrouped)
        #expect(methods(few) == Self.families.prefix(SizeGroup.mostUngrouped).map(\.0))
        #expect(!SweepReport.markdown(few).contains("| family |") && PicturePart.all(few).map(\.title) == ["9m"])
        #expect(PlotScript.finalLosses(few) == nil)
    }

    @Test func manyMethodsStandByFamily() {
        let all = Self.history(9)
        #expect(methods(all) == ["full_rank", "low_rank", "sltrain", "lora", "bone", "galore", "fira", "apollo", "badam"])
        // Each family is named once a table.
        let results = SweepReport.markdown(all).split(separator: "\n").filter { $0.hasPrefix("| 9m | ") && $0.contains("| 0.001 |") }
        #expect(results.map { $0.split(separator: "|", omittingEmptySubsequences: false)[2].trimmingCharacters(in: .whitespaces) }
            == ["dense weights", "low-rank weights", "sparse weights", "frozen start", "", "projected steps", "", "", "parts in turn"])
        #expect(SweepReport.markdown(all).contains("Rows stand by family: *dense weights* (every linear a trained dense matrix)"))
    }

    /// A column for each of thirty methods would be wider than any page.
    @Test func evaluationsOnTheWayAreRows() {
        let lines = SweepReport.markdown(Self.history(9)).split(separator: "\n")
        #expect(lines.contains("| family | 9m, after step | 0 | 2 | 4 |") && lines.contains("| projected steps | galore | 10.5000 | 9.5000 | 7.0000 |"))
        #expect(SweepReport.markdown(Self.history(7)).contains("| 9m, after step | galore | badam |"))
    }

    /// What no catalog knows stands at the end, and none is lost.
    @Test func strangersStandAtTheEnd() {
        let strange = Self.history(9, without: ["full_rank", "fira"])
        #expect(methods(strange) == ["low_rank", "sltrain", "lora", "bone", "galore", "apollo", "badam", "full_rank", "fira"])
        #expect(methods(SweepHistory(name: "f", runs: strange.runs)) == Self.families.map(\.0), "without a catalog there are no families")
    }

    /// One panel a family, each with the reference in black as the first, and every cell in one panel.
    @Test func everyFamilyHasAPanelWithTheReference() {
        let parts = PicturePart.all(Self.history(9))
        #expect(parts.map(\.title) == ["9m, low-rank weights", "9m, sparse weights", "9m, frozen start", "9m, projected steps", "9m, parts in turn"])
        for part in parts {
            #expect(part.group.cells[0].spec.method == "full_rank" && part.styles[0].color == PictureColor.cells[0])
            #expect(Set(part.styles).count == part.group.cells.count && part.styles.count == part.group.cells.count)
            #expect(part.group.cells.count + part.others.count == 9)
        }
        #expect(Set(parts.flatMap { $0.group.cells.map(\.spec.method) }).count == 9)
    }

    @Test func picturesAreDrawnFamilyByFamily() throws {
        let history = Self.history(9)
        let curves = try #require(PlotScript.lossCurves(history))
        #expect(curves.matches(of: /set title '9m, [a-z -]+: training loss/).count == 5)
        let tradeOff = try #require(PlotScript.tradeOff(history))
        #expect(tradeOff.matches(of: /title 'methods of other families'/).count == 5)
        // All panels of a size have one vertical axis.
        #expect(Set(tradeOff.matches(of: /set yrange \[[^\]]+\]/).map { String($0.0) }).count == 1)
        let final = try #require(PlotScript.finalLosses(history))
        for (name, family) in Self.families { #expect(final.contains("'\(name)'") && final.contains("'\(family.rawValue.uppercased())'")) }
        #expect(ReportPicture.all(history).map(\.suffix).contains("final"))
    }

    /// A loss far above what counting reaches stays out of the frame and stands at its edge.
    @Test func whatLearntNothingDoesNotPressTheRestTogether() throws {
        var history = Self.history(9)
        history.runs[4] = Fixture.finished(Fixture.spec("lora"), id: "lora", loss: 30)
        for place in history.runs.indices {
            history.runs[place].data = DataRecord(training: .init(tokens: 1, bytes: 1), validation: .init(tokens: 1, bytes: 1), unigramLoss: 8, bigramLoss: 6.9)
        }
        let script = try #require(PlotScript.finalLosses(history))
        let range = try #require(script.firstMatch(of: /set xrange \[([\d.]+):([\d.]+)\]/))
        let (low, high) = (try #require(Double(range.1)), try #require(Double(range.2)))
        #expect(low > 6.5 && high < 8.5 && script.contains("title 'unigram (counted)'"))
        #expect(script.contains("\n\(range.2) "), "it stands at the edge")
    }
}
