import SLReport
import SLSpec
import Testing

@Suite struct RankAndMemoryPictureTests {
    private func lines(_ runs: [RunHistory]) -> [RankLine] {
        let groups = SizeGroup.groups(of: SweepHistory(name: "r", runs: runs))
        return zip(groups, CellStyle.styles(groups)).flatMap(RankLine.lines)
    }

    private func galore(_ rank: Int, lr: Double = 0.001, options: MemoryOptions = MemoryOptions()) -> RunHistory {
        Fixture.finished(Fixture.spec("galore", rank: rank, lr: lr, options: options), id: "\(rank) \(lr)", loss: 7)
    }

    @Test func ranksHoldTheirData() throws {
        let script = try #require(PlotScript.rankSweep(PictureFixture.ranks))
        #expect(script.contains("set logscale x 2") && script.contains("set xtics ('32' 32, '128' 128)"))
        #expect(script.contains("$rank_0_0 << EOD\n32 7.1875\n128 6.6875\nEOD\n"))
        // 6.1875 with the 95 % t-interval of two seeds, ± 12.7062 · 0.0625
        #expect(script.contains("$base_0 << EOD\n25.6 6.1875 5.393362 6.981638\n160 6.1875 5.393362 6.981638\nEOD\n"))
        #expect(script.contains("title 'full_rank'") && script.contains("title 'galore'"))
    }

    @Test func oneRankIsNoSweep() {
        #expect(PlotScript.rankSweep(Fixture.oneSeed) == nil)
        #expect(lines([galore(64), Fixture.diverged(Fixture.spec("galore", rank: 128), id: "d")]).isEmpty)
    }

    @Test func aLineHoldsItsRanksInOrder() {
        let one = lines([galore(128), galore(32, lr: 0.01), galore(64)])
        #expect(one.count == 1 && one[0].points.map(\.rank) == [32, 64, 128] && one[0].label == "galore")
        let swept = lines([galore(32, lr: 0.01), galore(32, lr: 0.001), galore(64, lr: 0.01), galore(64, lr: 0.001), galore(96, lr: 0.5)])
        #expect(swept.map(\.label) == ["galore (lr 0.01)", "galore (lr 0.001)"])
        let options = MemoryOptions(states: .eightBit)
        #expect(lines([galore(32), galore(64), galore(32, options: options), galore(64, options: options)]).map(\.label)
            == ["galore", "galore (8-bit states)"])
    }

    @Test func ranksTooCloseHaveOneNumber() {
        #expect(RankPanel.ticks([32, 64, 128]) == [32, 64, 128])
        #expect(RankPanel.ticks([8, 500, 510, 512]) == [8, 500])
        #expect(RankPanel.ticks([64]) == [64])
    }

    @Test func barsHoldTheSplit() throws {
        let script = try #require(PlotScript.memorySplit(SweepHistory(
            name: "m", runs: Fixture.oneSeed.runs, predictions: PictureFixture.predictions)))
        // Weights from 0 to 10 MB, then gradients of 20 MB; four bars in the first panel, the planned cell lowest.
        #expect(script.contains("$part_0_0 << EOD\n0 4 0 10 3.64 4.36\n0 3 0 10 2.64 3.36\n"))
        #expect(script.contains("$part_0_1 << EOD\n10 4 10 30 3.64 4.36\n"))
        #expect(script.contains("$part_0_2 << EOD\n30 4 30 60 3.64 4.36\n"))
        #expect(script.contains("'galore r=1024, predicted' 1)"))
        #expect(script.contains("$mark_0_0 << EOD\n54 4\n48 3\n45 2\n50 1\nEOD\n"), "the papers' figure")
        #expect(script.contains("$mark_0_1 << EOD\n150 4\n140 3\nEOD\n"), "no resident peak where none was measured")
        #expect(script.contains("set title '7b: tracked memory at the peak'") && !script.contains("$mark_1_1"))
        #expect(!script.contains("relora"), "it recorded no memory")
    }

    @Test func textsAvoidTheMark() {
        #expect(MemoryPanel.textPlace(width: 40, between: 0, 100, around: 300) == 50)
        #expect(MemoryPanel.textPlace(width: 40, between: 0, 100, around: 20) == 65.5)
        #expect(MemoryPanel.textPlace(width: 40, between: 0, 100, around: 50) == nil)
        #expect(MemoryPanel.textPlace(width: 40, between: 0, 30, around: 300) == nil)
    }

    @Test func wideIntervalsLeaveTheFrame() {
        #expect(IntervalFrame.values([6, 7], [0...100], logarithmic: false) == [6, 7, 5, 8])
        #expect(IntervalFrame.values([6, 7], [6.5...7.5], logarithmic: false) == [6, 7, 6.5, 7.5])
        #expect(IntervalFrame.values([10, 20], [1...1000], logarithmic: true).map { $0.rounded() } == [10, 20, 5, 40])
        #expect(IntervalFrame.values([], [], logarithmic: true).isEmpty)
    }
}
