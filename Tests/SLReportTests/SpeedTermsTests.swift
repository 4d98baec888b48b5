import SLReport
import SLSpec
import Testing

/// Speeds compare between machines of one kind, and between no others.
@Suite struct SpeedTermsTests {
    private func run(
        _ method: String, seed: UInt64 = 1, speed: Double, host: String = "n1", core: String = "Haswell", exclusive: Bool? = nil
    ) -> RunHistory {
        var environment = Fixture.environment(host: host)
        environment.blasCore = core
        environment.exclusive = exclusive
        var run = Fixture.finished(Fixture.spec(method, seed: seed), id: "\(method)\(seed)", loss: 7, speed: speed, environment: environment)
        run.result?.companionRuns = 0
        run.result?.foreignProcessorShare = 0
        return run
    }

    private func attempt(_ number: Int, host: String, core: String, from first: Int, to last: Int, speed: Double) -> AttemptRecord {
        AttemptRecord(
            attempt: number, host: host, cpu: "Some CPU", blasCore: core, threads: 2, began: "2024-01-01T00:00:00.000Z", ended: "2024-01-01T01:00:00.000Z",
            tokensPerSecond: speed, firstStep: first, lastStep: last)
    }

    private func threats(_ runs: [RunHistory]) -> [SweepValidity.Threat] { SweepValidity(SweepHistory(name: "d", runs: runs)).threats }

    @Test func machinesOfOneKindAreEqualTerms() {
        let runs = [run("full_rank", speed: 1000), run("galore", speed: 500, host: "n2")]
        #expect(!ComparisonTable.terminal(SweepHistory(name: "d", runs: runs)).contains("†"))
        #expect(!threats(runs).contains { $0.isUnequal })
        #expect(threats(runs).contains { $0.words.contains("made on 2 machines (n1, n2): of one kind") })
    }

    @Test(arguments: [("Zen", nil), ("Haswell", true)] as [(String, Bool?)]) func othersAreMarkedAndSaid(core: String, exclusive: Bool?) {
        let runs = [
            run("full_rank", speed: 1000), run("full_rank", seed: 2, speed: 1000), run("galore", speed: 500, host: "n2", core: core, exclusive: exclusive),
        ]
        let terminal = ComparisonTable.terminal(SweepHistory(name: "d", runs: runs))
        #expect(terminal.contains("500.0 †") || terminal.contains("500 †"))
        #expect(!terminal.contains("1000 †") && terminal.contains("made on other terms than most of the rows (Some CPU, BLAS core \(core)"))
        let found = threats(runs)
        #expect(found.contains { $0.isUnequal && $0.words.contains(exclusive == nil ? "differing BLAS cores" : "differing use of the machine") })
        #expect(found.contains { $0.words.contains("the speed of galore does not compare") })
    }

    /// A run that moved has a speed on each machine and none of its own.
    @Test func aRunThatMovedSaysWhere() {
        var moved = run("galore", speed: 700)
        moved.attempts = [
            attempt(1, host: "n1", core: "Haswell", from: 0, to: 3, speed: 1000), attempt(2, host: "n9", core: "Haswell", from: 3, to: 3, speed: 1),
            attempt(3, host: "n2", core: "Zen", from: 3, to: 4, speed: 400),
        ]
        let runs = [run("full_rank", speed: 1000), moved]
        let words = "run galore1 moved between machines of several kinds: updates 1 to 3 on n1 at 1000 tokens/s; updates 4 to 4 on n2 at 400 tokens/s."
        #expect(threats(runs).contains { $0.isUnequal && $0.words.hasPrefix(words) })
        #expect(ComparisonTable.terminal(SweepHistory(name: "d", runs: runs)).contains("700 †"))
        moved.attempts[2].blasCore = "Haswell"
        #expect(!threats([runs[0], moved]).contains { $0.words.contains("moved") })
    }

    @Test func whatOnlyJobsSayIsInTheEnvironment() {
        let runs = [run("full_rank", speed: 1000, exclusive: true), run("galore", speed: 500, exclusive: false)]
        let report = SweepReport.markdown(SweepHistory(name: "d", runs: runs))
        #expect(report.contains("| machine | alone on it | beside others |") && !report.contains("| ranks |"))
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("| machine |"))
    }
}
