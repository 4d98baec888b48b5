import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct PlotScriptTests {
    @Test func lossCurvesHoldTheirData() throws {
        let script = try #require(PlotScript.lossCurves(Fixture.oneSeed))
        #expect(script.hasPrefix("set terminal svg size 900,574 noenhanced background \"#ffffff\""))
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
        // exp(7.1) and the ends of its 95 % t-interval, 5.829380 and 8.370620, over 54 MB and 90 MB
        #expect(script.contains("$paper_0_0 << EOD\n54 1211.967 340.1476 4318.315\nEOD\n"))
        #expect(script.contains("$tracked_0_0 << EOD\n90 1211.967 340.1476 4318.315\nEOD\n"))
        #expect(script.contains("$paper_0_0 using 1:2:3:4 with yerrorbars"))
        #expect(!script.contains("$paper_0_2 using 1:2:3:4"), "one seed has no error bar")
        #expect(script.contains("title 'relora r=64, 1 of 2 seeds'"))
        #expect(script.contains("set xlabel 'paper memory (MB)'") && script.contains("set xlabel 'tracked peak (MB)'"))
    }

    @Test func parametersHoldTheirData() throws {
        let script = try #require(PlotScript.parameters(Fixture.oneSeed))
        #expect(script.contains("$total_0_2 << EOD\n8.5 1808.042\nEOD\n"))
        #expect(script.contains("set xlabel 'parameters stored (millions)'") && script.contains("set xlabel 'parameters trained (millions)'"))
        #expect(!script.contains("front"), "one seed a cell shows no front")
    }

    /// Two seeds whose differences from the cheaper cell agree: down to the cheapest cell, a step to the better one, and on to the
    /// frame. Where they don't agree the difference may be noise.
    @Test func aFrontIsDrawnWhereSeedsShowIt() throws {
        func script(_ second: Double) throws -> String {
            let cells: [(String, Int, [Double])] = [("low_rank", 8_000_000, [7.5, 7.7]), ("full_rank", 9_000_000, [7, second])]
            let runs = cells.flatMap { method, parameters, losses in
                losses.enumerated().map { seed, loss in
                    Fixture.finished(Fixture.spec(method, seed: UInt64(seed)), id: "\(method)\(seed)", loss: loss, parameters: parameters)
                }
            }
            return try #require(PlotScript.parameters(SweepHistory(name: "f", runs: runs)))
        }
        let drawn = try script(7.21)
        let start = try #require(drawn.range(of: "$total_0_front << EOD\n8 "))
        let front = drawn[start.lowerBound...].split(separator: "\n").dropFirst().prefix(5)
        #expect(front.map { $0.split(separator: " ").first } == ["8", "8", "9", "9", "9.12"])
        #expect(drawn.contains("title 'Pareto front'"))
        #expect(try !script(7.6).contains("front"))
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
        #expect(ReportPicture.all(SweepHistory(name: "n", runs: [])).isEmpty)
        let diverged = SweepHistory(name: "n", runs: [Fixture.diverged(Fixture.spec("lora", rank: 64), id: "x")])
        #expect(ReportPicture.all(diverged).map(\.suffix) == ["loss", "loss-time"])
    }

    @Test func everyPictureThatHasData() {
        #expect(ReportPicture.all(Fixture.oneSeed).map(\.suffix) == ["loss", "loss-time", "tradeoff", "parameters", "memory"])
        #expect(ReportPicture.all(PictureFixture.ranks).map(\.suffix) == [
            "loss", "loss-flops", "loss-time", "tradeoff", "parameters", "rank", "memory",
        ])
        #expect(ReportPicture.all(PictureFixture.ranks) == ReportPicture.all(PictureFixture.ranks))
    }

    @Test func colourAndShapeBelongToTheMethod() {
        let runs = [("full_rank", nil), ("galore", 64), ("galore", 128), ("sltrain", 64)].map {
            Fixture.finished(Fixture.spec($0.0, rank: $0.1), id: "\($0)", loss: 7)
        }
        let styles = CellStyle.styles(SizeGroup.groups(of: SweepHistory(name: "s", runs: runs)))[0]
        #expect(styles[1].color == styles[2].color && styles[1].point != styles[2].point)
        #expect(Set(styles.map(\.color)).count == 3)
    }

    @Test func noTwoCellsLookAlike() {
        let styles = (0..<12).flatMap { method in (0..<12).map { CellStyle(method: method, variant: $0) } }
        #expect(Set(styles).count == styles.count)
        let plain = (0..<8).map { CellStyle(method: $0, variant: 0) }
        #expect(Set(plain.map { "\($0.point) \($0.dash)" }).count == 8, "told apart without their colours")
    }

    @Test func longLabelsAreCutAndStayDifferent() {
        let long = (0..<30).map { "galore r=\($0) (8-bit states, per_layer, bf16, stochastic rounding, lr 0.003)" } + ["short"]
        let cut = PlotScript.shortened(long)
        #expect(cut.allSatisfy { $0.count <= 44 } && Set(cut).count == long.count && cut.last == "short")
        let hidden = (0..<12).map { String(repeating: "a", count: 60) + "\($0)" + String(repeating: "b", count: 60) }
        #expect(Set(PlotScript.shortened(hidden)).count == 12)
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
