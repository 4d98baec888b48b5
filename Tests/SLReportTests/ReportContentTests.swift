import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct ReportContentTests {
    private func table(_ slug: String, of history: SweepHistory) -> TextTable? {
        SweepReport.document(history, catalog: Fixture.catalog).tables.first { $0.slug == slug }?.table
    }

    private func finished(_ method: String, rank: Int? = nil, seed: UInt64 = 1, lr: Double = 0.001, loss: Double, extra: [String: OptionValue] = [:]) -> RunHistory {
        Fixture.finished(
            Fixture.spec(method, rank: rank, seed: seed, lr: lr, extra: extra), id: "\(method)-\(rank ?? 0)-\(seed)-\(lr)-\(extra.count)", loss: loss)
    }

    @Test func ranksStandTogether() throws {
        let runs = [finished("full_rank", loss: 7)] + [128, 16, 64].map { finished("galore", rank: $0, loss: 7.5) } + [finished("lora", rank: 8, loss: 8)]
        let rows = try #require(table("ranks-9m", of: SweepHistory(name: "r", runs: runs))).rows
        #expect(rows.map { $0[0] } == ["full_rank", "galore", "galore", "galore"] && rows.map { $0[1] } == ["—", "16", "64", "128"])
        #expect(table("ranks-9m", of: Fixture.oneSeed) == nil, "no method has two ranks")
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("## Ranks"))
    }

    /// A learning rate chosen for each rank is allowed, several for a rank make families of their own, other options part them.
    @Test func ranksThatDifferInMoreDoNotMix() {
        func families(_ runs: [RunHistory]) -> [[String]] {
            RankFamily.all(SizeGroup.groups(of: SweepHistory(name: "r", runs: runs)).flatMap(\.cells)).map { $0.cells.map { "\($0.rankText) \($0.spec.training.learningRate)" } }
        }
        #expect(families([finished("galore", rank: 8, lr: 0.01, loss: 7), finished("galore", rank: 4, lr: 0.001, loss: 7)]) == [["4 0.001", "8 0.01"]])
        let grid = [4, 8].flatMap { rank in [0.01, 0.001].map { finished("galore", rank: rank, lr: $0, loss: 7) } }
        #expect(families(grid) == [["4 0.01", "8 0.01"], ["4 0.001", "8 0.001"]])
        #expect(families(Array(grid.prefix(3))) == [["4 0.01", "8 0.01"]])
        let scaled = [finished("galore", rank: 4, loss: 7), finished("galore", rank: 8, loss: 7, extra: ["scale": .real(2)])]
        #expect(families(scaled).isEmpty)
        #expect(families([finished("galore", rank: 4, loss: 7), finished("lora", rank: 8, loss: 7)]).isEmpty)
        #expect(families([4, 8].flatMap { rank in (1...3).map { finished("galore", rank: rank, seed: $0, loss: 7) } }) == [["4 0.001", "8 0.001"]])
    }

    @Test func speedSaysWhatItCostAndWhatDisturbedIt() throws {
        var quiet = Fixture.finished(Fixture.spec("full_rank"), id: "q", loss: 7, speed: 800)
        quiet.result?.trainingFloatingPointOperations = 2048e9
        quiet.result?.companionRuns = 0
        quiet.result?.foreignProcessorShare = 0
        var disturbed = Fixture.finished(Fixture.spec("lora", rank: 4), id: "d", loss: 7, speed: 1000, refresh: 0.5, train: 2)
        disturbed.result?.companionRuns = 2
        disturbed.result?.foreignProcessorShare = 0
        let history = SweepHistory(name: "s", runs: [quiet, disturbed])
        let rows = try #require(table("speed-9m", of: history)).rows
        // 1e9 operations a token at 800 tokens a second.
        #expect(rows[0] == ["full_rank", "1", "800", "2.5 s", "2.05e12", "800.0", "0.0 %", "—"])
        #expect(rows[1] == ["lora r=4", "1", "1000 †", "2.5 s", "—", "—", "0.0 %", "25.0 %"], "a speed that does not compare is not the best")
        let report = SweepReport.markdown(history)
        #expect(report.components(separatedBy: "- † Other runs were in training").count == 3)
        #expect(report.contains("| 1.25× † |") && report.contains("| 1.00× |"))
        #expect(!report.contains("is not known of"))
        #expect(SweepReport.markdown(SweepHistory(name: "s", runs: [quiet, Fixture.finished(Fixture.spec("lora"), id: "u", loss: 7)])).contains("not known of 1 of 2 runs."))
    }

    /// Not even where it reads like the best one.
    @Test func aDisturbedSpeedIsNeverTheBest() throws {
        let runs = [("full_rank", 800.0, 0), ("galore", 900.0, 0), ("lora", 900.0, 1)].flatMap { method, speed, companions in
            [-10.0, 10].enumerated().map { index, offset in
                var run = Fixture.finished(Fixture.spec(method, seed: UInt64(index)), id: "\(method)\(index)", loss: 7, speed: speed + offset)
                run.result?.companionRuns = companions
                return run
            }
        }
        let rows = try #require(table("speed-9m", of: SweepHistory(name: "s", runs: runs))).rows
        #expect(rows.map { $0[2] } == ["800 ± 14", "**900 ± 14**", "900 ± 14 †"])
    }

    @Test func theAverageIsNamedInEveryTableOfLosses() {
        var runs = (1...2).flatMap { seed in [finished("full_rank", seed: seed, loss: 7), finished("galore", rank: 4, seed: seed, loss: 7), finished("galore", rank: 8, seed: seed, loss: 7)] }
        let plain = SweepReport.document(SweepHistory(name: "c", runs: runs))
        #expect(plain.tables.allSatisfy { $0.note == nil })
        for index in runs.indices { runs[index].spec.evaluation.mode = .galoreCompat }
        let document = SweepReport.document(SweepHistory(name: "c", runs: runs))
        let named = document.tables.filter { $0.note?.contains("N + 1") == true }.map(\.slug)
        #expect(named == ["results", "results-9m", "ranks-9m", "differences-9m", "comparable-9m", "evaluations-9m"])
        #expect(ComparisonTable.terminal(SweepHistory(name: "c", runs: runs)).hasSuffix("\ngalore-compat: losses are averaged as in GaLore's loop, batch means divided by N + 1, which is below the true loss.\n"))
        for text in [document.markdown(), document.html(), document.latex()] {
            #expect(text.components(separatedBy: "divided by N + 1, which is below the true loss").count == named.count + 1)
        }
    }

    @Test func theMainTableHasIntervalsOfBoth() throws {
        let rows = try #require(table("results", of: Fixture.twoSeeds)).rows
        #expect(rows[0] == ["9m", "full_rank", "—", "0.001", "2", "2048", "**7.1000**", "5.8294 … 8.3706", "**1211.97**", "340.15 … 4318.31", "2.5000", "9.00M"])
        #expect(rows[2][4...7] == ["1 of 2", "2048", "7.3000", "—"])
        #expect(try #require(table("results", of: Fixture.oneSeed)).rows[3][4...7] == ["0 of 1", "—", "diverged", "—"])
    }

    @Test func theAppendixNamesResumptionsAndQueries() throws {
        var run = finished("full_rank", loss: 7)
        run.resumptions = [200, 400]
        let document = SweepReport.document(SweepHistory(name: "it's; DROP", runs: [run]))
        #expect(try #require(document.tables.first { $0.slug == "runs" }).table.rows[0][5] == "200, 400")
        #expect(document.markdown().contains("FROM summary WHERE sweep = 'it''s; DROP';"))
    }
}
