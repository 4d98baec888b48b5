import SLReport
import SLSpec
import Testing

/// Speeds measured while others had the processors.
@Suite struct DisturbanceTests {
    private func run(_ method: String, seed: UInt64 = 1, speed: Double, foreign: Double?, companions: Int? = 0) -> RunHistory {
        var run = Fixture.finished(Fixture.spec(method, seed: seed), id: "\(method)\(seed)", loss: 7, speed: speed)
        run.result?.foreignProcessorShare = foreign
        run.result?.companionRuns = companions
        return run
    }

    private func table(_ slug: String, _ runs: [RunHistory]) -> TextTable? {
        SweepReport.document(SweepHistory(name: "d", runs: runs)).tables.first { $0.slug == slug }?.table
    }

    /// Equal computation, 22 520 and 9 201 tokens/s.
    @Test func aSlowdownByOthersIsMarkedEverywhere() throws {
        let runs = [run("full_rank", speed: 22_520, foreign: 0.01), run("galore", speed: 9201, foreign: 0.47)]
        let terminal = ComparisonTable.terminal(SweepHistory(name: "d", runs: runs))
        #expect(terminal.contains("-59.1 % †") && terminal.contains("9201 †") && !terminal.contains("22520 †"))
        #expect(terminal.contains("† Other processes took 47.0 % of the processor time during the updates (above 5.0 % counts): the speed does not compare."))
        let report = SweepReport.markdown(SweepHistory(name: "d", runs: runs))
        #expect(report.contains("| 0.41× † |") && report.contains("| 9201 † |"))
        let speed = try #require(table("speed-9m", runs))
        #expect(speed.rows.map { $0[2] } == ["22520", "9201 †"], "one speed alone is not the best")
        #expect(speed.rows.map { $0[6] } == ["1.0 %", "47.0 %"])
        let threats = SweepValidity(SweepHistory(name: "d", runs: runs)).threats.map(\.words)
        #expect(threats.contains { $0.contains("the speed of galore does not compare. Other processes took 47.0 %") })
        #expect(RunComparison(runs[0], runs[1]).markdown().contains("Run galore1: Other processes took 47.0 %"))
    }

    /// A disturbed reference makes every quotient doubtful.
    @Test func theReferenceMarksItsQuotients() {
        let terminal = ComparisonTable.terminal(
            SweepHistory(name: "d", runs: [run("full_rank", speed: 1000, foreign: 0.3), run("galore", speed: 2000, foreign: 0)]))
        #expect(terminal.contains("+100.0 % †") && terminal.contains("1000 †") && !terminal.contains("2000 †"))
    }

    @Test func belowTheBoundNothingIsMarked() {
        for share in [0, 0.05, nil] as [Double?] {
            let history = SweepHistory(name: "d", runs: [run("full_rank", speed: 1000, foreign: share), run("galore", speed: 900, foreign: share)])
            #expect(!SweepReport.markdown(history).contains("†") && !ComparisonTable.terminal(history).contains("†"))
            #expect(SweepReport.markdown(history).contains("processor time others took is not known of these runs") == (share == nil))
        }
    }

    @Test func equalTimeLeavesDisturbedCellsOut() throws {
        func paced(_ method: String, _ seconds: Double, foreign: Double) -> RunHistory {
            var run = run(method, speed: 512 / seconds, foreign: foreign)
            run.steps = run.steps.map { StepSample(step: $0.step, loss: $0.loss, learningRate: 0.001, gradientNorm: 1, tokens: 512, seconds: seconds) }
            return run
        }
        let runs = [paced("full_rank", 1, foreign: 0), paced("lora", 0.8, foreign: 0), paced("galore", 0.5, foreign: 0.6)]
        let rows = try #require(table("equal-budgets-9m", runs)).rows
        #expect(rows[2][1] == "—" && rows[0][1] != "—" && rows[1][1] != "—")
        #expect(try #require(table("equal-budgets-9m", runs)).columns[1].title == "eval loss at 3.2 s", "the disturbed cell's 2 s are no budget")
        #expect(SweepReport.markdown(SweepHistory(name: "d", runs: runs)).contains("are in no column of equal time"))
        #expect(table("equal-budgets-9m", [runs[0], runs[2]]) == nil, "one cell has nothing to be beside")
    }

    @Test func theTerminalShowsSpreadsWhereThereAreSeeds() {
        let terminal = ComparisonTable.terminal(
            SweepHistory(name: "d", runs: [(1, 990.0), (2, 1010)].map { run("full_rank", seed: $0.0, speed: $0.1, foreign: 0) }))
        #expect(terminal.contains("1000 ± 14") && terminal.contains("7.0000 ± 0.0000"))
    }
}
