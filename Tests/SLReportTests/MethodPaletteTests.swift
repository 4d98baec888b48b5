import SLReport
import SLSpec
import Testing

@Suite struct MethodPaletteTests {
    private func styles(_ methods: [String]) -> [String: CellStyle] {
        let runs = methods.map { Fixture.finished(Fixture.spec($0), id: $0, loss: 7) }
        let styles = CellStyle.styles(SizeGroup.groups(of: SweepHistory(name: "s", runs: runs)))[0]
        return Dictionary(uniqueKeysWithValues: zip(methods, styles))
    }

    /// Colour, shape and dash: whatever else is compared, and in which order.
    @Test func aMethodLooksTheSameInEveryReport() {
        let all = styles(MethodPalette.known + ["mine"])
        for methods in [["galore", "full_rank"], ["lost"], ["mine", "sltrain", "galore"], ["relora", "mine"]] {
            for (method, style) in styles(methods) { #expect(style == all[method], "\(method) among \(methods)") }
        }
        #expect(Set(all.values.map(\.color)).count == 8)
    }

    @Test func unknownMethodsDoNotShare() {
        let names = (0..<30).map { "method\($0)" }
        let places = MethodPalette.places(names)
        #expect(Set(names.compactMap { places[$0] }).count == 30 && MethodPalette.places(names.reversed()) == places)
        let few = styles(Array(names.prefix(5)))
        #expect(Set(few.values.map(\.color)).count == 5, "as long as there are colours")
        #expect(names.allSatisfy { !PictureColor.cells.prefix(MethodPalette.known.count).contains(MethodPalette.color(places[$0] ?? 0)) })
        let many = styles(names)
        #expect(Set(many.values).count == 30)
    }

    @Test func theFinalEvaluationsStandSideBySide() throws {
        let runs = [("full_rank", 7.0), ("galore", 7.001), ("lost", 7.0)].map { PictureFixture.run(Fixture.spec($0.0), id: $0.0, losses: [10, 9, 8, 7], evaluation: $0.1) }
        let script = try #require(PlotScript.lossCurves(SweepHistory(name: "e", runs: runs)))
        let places = script.matches(of: /\$final_0_\d << EOD\n([\d.]+) ([\d.]+)\n/).compactMap { Double($0.1) }
        #expect(places.count == 3 && Set(places).count == 3 && places.allSatisfy { $0 > 2048 })
        let range = try #require(script.firstMatch(of: /set xrange \[0:([\d.]+)\]/).flatMap { Double($0.1) })
        #expect(places.allSatisfy { $0 < range })
        #expect(ReportPicture.all(SweepHistory(name: "e", runs: runs))[0].caption.contains("side by side in the order of the legend"))
        #expect(try !#require(PlotScript.lossCurves(SweepHistory(name: "1", runs: [runs[0]]))).contains("$final"))
    }

    /// Seeds that take 0.5 and 1.5 s an update: the bar ends at 6 s, and so does the frame at the least.
    @Test func timeBarsAreWhole() throws {
        let runs = [0.5, 1.5].enumerated().map { seed, seconds in
            PictureFixture.run(Fixture.spec("galore", seed: UInt64(seed)), id: "\(seed)", losses: [10, 9, 8, 7], seconds: seconds)
        }
        let script = try #require(PlotScript.lossCurves(SweepHistory(name: "t", runs: runs), over: .seconds))
        #expect(script.contains("$span_0_0 << EOD\n4 7 2 6\nEOD\n"))
        #expect(try #require(script.firstMatch(of: /set xrange \[0:([\d.]+)\]/).flatMap { Double($0.1) }) >= 6)
    }

    @Test func pointsThatWouldCoverEachOtherStandApart() {
        let places = PointSpread.apart([(100, 50), (100, 50), (103, 55), (400, 50), (101, 300)], distance: 13, width: 500)
        #expect(places[3] == 400 && places[4] == 101)
        let close = places.prefix(3).sorted()
        #expect(zip(close, close.dropFirst()).allSatisfy { $1 - $0 > 12.9 })
        #expect(PointSpread.apart([(0, 0), (0, 0)], distance: 13, width: 500).allSatisfy { (0...500).contains($0) })
        #expect(PointSpread.apart([], distance: 13, width: 500).isEmpty)
    }

    /// The margin grows with the longest number of a vertical axis.
    @Test func numbersOfAnyLengthFit() {
        func left(_ numbers: [String]) -> Double { PictureLayout(innerHeights: [450], labels: ["a"], numbers: numbers).left * 900 }
        #expect(left(["5", "10"]) == 83)
        for length in 5...12 { #expect(left([String(repeating: "9", count: length)]) >= Double(length) * 7.7 + 44) }
        #expect(PictureLayout(innerHeights: [450], labels: [], numbers: ["1234567890"]).gap * 900 >= 90)
    }
}
