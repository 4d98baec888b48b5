import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct LossCurveTests {
    private func curve(_ runs: [RunHistory], over axis: LossAxis = .tokens) -> LossCurve? {
        SizeGroup.groups(of: SweepHistory(name: "c", runs: runs)).first?.cells.first.flatMap {
            LossCurve($0, style: CellStyle(method: 0, variant: 0), over: axis)
        }
    }

    private func seeds(_ losses: [[Double]], seconds: [Double] = [0.5, 1, 1.5], operations: Double? = nil) -> [RunHistory] {
        losses.enumerated().map { index, losses in
            PictureFixture.run(
                Fixture.spec("galore", rank: 64, seed: UInt64(index)), id: "\(index)", losses: losses, seconds: seconds[index],
                operations: operations)
        }
    }

    @Test func bandsReachFromTheLowestSeedToTheHighest() throws {
        let curve = try #require(self.curve(seeds([[10, 9, 8, 7], [10, 8, 6, 5], [10, 7, 4, 3]])))
        #expect(curve.training.map(\.mean) == [10, 8, 6, 5])
        #expect(curve.training.map(\.losses) == [10...10, 7...9, 4...8, 3...7])
        #expect(curve.training.map(\.amount) == [512, 1024, 1536, 2048] && curve.seeds == 3)
        #expect(curve.evaluation.map(\.amount) == [0, 1024, 2048])
    }

    @Test func timeIsTheMeanOverTheSeeds() throws {
        let curve = try #require(self.curve(seeds([[10, 9, 8, 7], [10, 8, 6, 5]]), over: .seconds))
        #expect(curve.training.map(\.amount) == [0.75, 1.5, 2.25, 3])
        #expect(curve.training.last?.amounts == 2...4 && curve.training.last?.losses == 5...7)
        #expect(curve.evaluation.last?.amount == 3)
    }

    @Test func operationsAreSharedOutOverTheTokens() throws {
        // 2048 tokens in all by the fixture
        let curve = try #require(self.curve(seeds([[10, 9, 8, 7]], operations: 2048e9), over: .operations))
        #expect(curve.training.map(\.amount) == [512e9, 1024e9, 1536e9, 2048e9])
        #expect(self.curve(seeds([[10, 9, 8, 7]]), over: .operations) == nil, "an old record has no count")
        let old = SweepHistory(name: "old", runs: seeds([[10, 9, 8, 7]]))
        #expect(PlotScript.lossCurves(old, over: .operations) == nil && PlotScript.lossCurves(old) != nil)
    }

    @Test func stepsThatASeedLacksAreLeftOut() throws {
        let curve = try #require(self.curve(seeds([[10, .nan, 8, 7], [10, 9, .infinity, 7]])))
        #expect(curve.training.map(\.amount) == [512, 2048])
        #expect(LossCurve.joined([], points: 9).isEmpty)
    }

    @Test func smoothingKeepsALineAndItsEnds() {
        let smooth = RunCurve.smoothed((1...1000).map(Double.init))
        #expect(smooth.count == 1000 && smooth.first == 1 && smooth[500] == 501)
        #expect(RunCurve.smoothed([]).isEmpty)
        let alternating = RunCurve.smoothed((0..<400).map { $0 % 2 == 0 ? 1.0 : 3.0 })
        #expect(alternating[200] > 1.7 && alternating[200] < 2.3)
    }

    @Test func longRunsAreThinned() throws {
        let curve = try #require(self.curve(seeds([(0..<5000).map { 10 - Double($0) / 1000 }])))
        #expect(curve.training.count == 200 && curve.training.last?.amount == 5000 * 512)
    }

    @Test func aBandIsDrawnForSeedsOnly() throws {
        let one = try #require(PlotScript.lossCurves(SweepHistory(name: "1", runs: seeds([[10, 9, 8, 7]]))))
        #expect(!one.contains("filledcurves"))
        let two = SweepHistory(name: "2", runs: seeds([[10, 9, 8, 7], [10, 8, 6, 5]]))
        let script = try #require(PlotScript.lossCurves(two))
        #expect(script.contains("$train_0_0 << EOD\n512 10 10 10\n1024 8.5 8 9\n1536 7 6 8\n2048 6 5 7\nEOD\n"))
        #expect(script.contains("$train_0_0 using 1:3:4 with filledcurves"))
        #expect(ReportPicture.all(two)[0].caption.contains("from the lowest seed to the highest"))
        #expect(!ReportPicture.all(SweepHistory(name: "1", runs: [two.runs[0]]))[0].caption.contains("seed"))
        let time = try #require(PlotScript.lossCurves(two, over: .seconds))
        #expect(time.contains("$span_0_0 << EOD\n3 7 2 4\nEOD\n") && time.contains("set xlabel 'training time (s)'"))
    }

    /// A spike or a divergence must not press all other curves to the floor.
    @Test func framesFitWhatIsCompared() throws {
        func range(_ runs: [RunHistory]) throws -> [Double] {
            let script = try #require(PlotScript.lossCurves(SweepHistory(name: "f", runs: runs)))
            let text = try #require(script.firstMatch(of: /set yrange \[([\d.e+]+):([\d.e+]+)\]/))
            return [try #require(Double(text.1)), try #require(Double(text.2))]
        }
        let calm = (0..<100).map { 4 + 6 * exp(-Double($0) / 10) }
        var spiked = calm
        spiked[50] = 1e6
        var lost = calm
        lost[60...] = [1e30, .infinity, .nan]
        let plain = try range(seeds([calm]))
        #expect(plain[0] > 3.5 && plain[1] < 11)
        #expect(try range(seeds([spiked]))[1] < 11)
        var diverged = PictureFixture.run(Fixture.spec("lora", rank: 8), id: "d", losses: lost)
        (diverged.status, diverged.result) = (.diverged, nil)
        #expect(try range(seeds([calm]) + [diverged])[1] < 11)
        #expect(try range([diverged])[1] < 11)
        let script = try #require(PlotScript.lossCurves(SweepHistory(name: "f", runs: [diverged])))
        #expect(!script.contains("nan") && !script.contains("inf "))
    }

    @Test func unitsFollowTheAmounts() {
        #expect(LossAxis.tokens.unit(2048).title == "tokens trained on")
        #expect(LossAxis.tokens.unit(8.2e6).title == "tokens trained on (millions)")
        #expect(LossAxis.operations.unit(3e16).title == "training PFLOP (10¹⁵)")
        #expect(LossAxis.seconds.unit(100).title == "training time (s)" && LossAxis.seconds.unit(1e4).title == "training time (hours)")
        #expect(LossAxis.seconds.unit(3e6).scale == 86_400)
    }
}
