import Foundation
import SLSpec
import Testing

@testable import SLReport

@Suite struct PlotScriptTests {
    @Test func lossCurvesHoldTheirData() throws {
        let script = try #require(PlotScript.lossCurves(Fixture.oneSeed))
        #expect(script.hasPrefix("set terminal svg size 900,560 noenhanced background \"#ffffff\""))
        #expect(script.contains("$train_0_0 << EOD\n512 10\n1024 9\n1536 8\n2048 7\nEOD\n"))
        #expect(script.contains("$eval_0_1 << EOD\n0 10.5\n1024 9.5\n2048 7.25\nEOD\n"))
        #expect(script.contains("title 'relora r=64, diverged'"))
        #expect(script.contains("title 'full_rank'"))
        #expect(script.contains("set xlabel 'tokens trained on'"))
        #expect(script.contains("set logscale y"))
        #expect(!script.contains("set output"))
    }

    @Test func tradeOffHoldsItsData() throws {
        let script = try #require(PlotScript.tradeOff(Fixture.twoSeeds))
        // exp(7.1) and exp(7.1 ± 0.1414214) over 54 MB and 90 MB
        #expect(script.contains("$paper_0_0 << EOD\n54 1211.967 1052.137 1396.077\nEOD\n"))
        #expect(script.contains("$tracked_0_0 << EOD\n90 1211.967 1052.137 1396.077\nEOD\n"))
        #expect(script.contains("$paper_0_0 using 1:2:3:4 with yerrorbars"))
        #expect(!script.contains("$paper_0_2 using 1:2:3:4"), "one seed has no error bar")
        #expect(script.contains("set xlabel 'paper memory (MB)'") && script.contains("set xlabel 'tracked peak (MB)'"))
    }

    @Test func namesCannotLeaveTheirQuotes() throws {
        #expect(PlotScript.quoted("it's `rm` \\n\n\"x\"") == "'it''s `rm` \\n \"x\"'")
        var model = Fixture.model
        model.name = "9m'; system(\"x\") '"
        let run = Fixture.finished(Fixture.spec("full_rank", model: model), id: "a", loss: 7)
        let script = try #require(PlotScript.tradeOff(SweepHistory(name: "q", runs: [run])))
        #expect(script.contains("set title '9m''; system(\"x\") ''"))
    }

    @Test func nothingToDrawIsNoPicture() {
        #expect(PlotScript.lossCurves(SweepHistory(name: "n", runs: [])) == nil)
        #expect(PlotScript.tradeOff(SweepHistory(name: "n", runs: [])) == nil)
    }

    @Test func colourAndShapeBelongToTheMethod() {
        let runs = [("full_rank", nil), ("galore", 64), ("galore", 128), ("sltrain", 64)].map {
            Fixture.finished(Fixture.spec($0.0, rank: $0.1), id: "\($0)", loss: 7)
        }
        let styles = CellStyle.styles(SizeGroup.groups(of: SweepHistory(name: "s", runs: runs)))[0]
        #expect(styles[1].color == styles[2].color && styles[1].point != styles[2].point)
        #expect(Set(styles.map(\.color)).count == 3)
    }

    @Test func smoothingKeepsALineAndItsEnds() {
        let line = (1...1000).map { (step: $0, loss: Double($0)) }
        let smooth = LossCurve.smoothed(line)
        #expect(smooth.count == 300 && smooth.first?.loss == 1 && smooth.last?.step == 1000)
        #expect(smooth[150].loss == Double(smooth[150].step))
        #expect(LossCurve.smoothed([]).isEmpty)
        let alternating = (0..<400).map { (step: $0, loss: $0 % 2 == 0 ? 1.0 : 3.0) }
        #expect(LossCurve.smoothed(alternating)[200].loss > 1.7 && LossCurve.smoothed(alternating)[200].loss < 2.3)
    }

    @Test func axesHaveTicks() throws {
        let loss = try #require(Axis(logarithmic: [4.1, 10.4], wantedTicks: 9))
        #expect(loss.ticks == [4, 5, 6, 7, 8, 9, 10])
        let wide = try #require(Axis(logarithmic: [12, 3000], wantedTicks: 8))
        #expect(wide.ticks == [10, 20, 50, 100, 200, 500, 1000, 2000].filter(wide.range.contains))
        let flat = try #require(Axis(linear: [5, 5], wantedTicks: 4))
        #expect(flat.range.contains(5) && !flat.ticks.isEmpty && flat.range.lowerBound < 5)
        #expect(try #require(Axis(logarithmic: [5], wantedTicks: 4)).range.lowerBound < 5)
        #expect(Axis(linear: [.nan], wantedTicks: 4) == nil)
        #expect(Axis(logarithmic: [0, -1], wantedTicks: 4) == nil)
    }
}
