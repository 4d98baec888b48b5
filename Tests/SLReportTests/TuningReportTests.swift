import SLReport
import SLSpec
import Testing

/// What the report says of the trials that chose its settings.
@Suite struct TuningReportTests {
    private func tuned(_ spec: RunSpec, losses: [Double?], chosen: Int?, steps: Int = 4) throws -> TunedCell {
        TunedCell(
            size: spec.model.name, method: spec.method, rank: spec.rank, steps: steps, groupKey: try chosen.map { _ in try spec.groupKey() },
            trials: losses.enumerated().map { place, loss in
                TunedCell.Trial(
                    values: ["lr": .real(0.001 * Double(1 << place))],
                    runs: [.init(runID: "t\(place)", seed: 1000, status: loss == nil ? .diverged : .finished, evalLoss: loss)], isChosen: place == chosen)
            })
    }

    private let specs = [Fixture.spec("full_rank"), Fixture.spec("galore", rank: 4)]

    private func history(_ tuning: [TunedCell]) -> SweepHistory {
        SweepHistory(name: "t", runs: specs.map { Fixture.finished($0, id: $0.method, loss: 7) }, tuning: tuning)
    }

    @Test func everyTrialStandsInTheReport() throws {
        let report = SweepReport.markdown(history([try tuned(specs[0], losses: [7.5, 7.25, nil], chosen: 1), try tuned(specs[1], losses: [8, 7.9, 7.8], chosen: 2)]))
        #expect(report.contains("## Tuning") && report.contains("3 trials of 4 updates were made for every cell, on seed 1000"))
        #expect(report.contains("| 9m | full_rank | lr 0.001 | 7.5000 | — | `t0` |"))
        #expect(report.contains("| 9m | full_rank | **lr 0.002** | **7.2500** | yes | `t1` |"))
        #expect(report.contains("| 9m | full_rank | lr 0.004 | diverged | — | `t2` |"))
        #expect(report.contains("9m galore r=4: the best `lr` lies on the edge"))
        #expect(!report.contains("full_rank: the best"))
    }

    @Test func unequalEffortIsAThreat() throws {
        func threats(_ tuning: [TunedCell]) -> [SweepValidity.Threat] { SweepValidity(history(tuning)).threats.filter { $0.words.contains("trials") } }
        let equal = [try tuned(specs[0], losses: [1, 0.5, 2], chosen: 1), try tuned(specs[1], losses: [1, 0.5, 2], chosen: 1)]
        #expect(threats(equal).isEmpty)
        #expect(threats([equal[0], try tuned(specs[1], losses: [1, 2], chosen: 0)]).map(\.words) == [
            "9m: the settings of the rows were chosen by unequal numbers of trials, 2 to 3."
        ])
        #expect(threats([equal[0]]).first?.words.contains("0 to 3") == true, "one that was not tuned beside one that was")
        let short = try specs.map { try tuned($0, losses: [1, 0.5, 2], chosen: 1, steps: 2) }
        #expect(threats(short).map(\.isUnequal) == [false])
    }

    @Test func cellsWithoutAChoiceAreNamedAndOthersRunsAreNot() throws {
        let elsewhere = try tuned(Fixture.spec("lora", rank: 2), losses: [1, 2], chosen: 0)
        let hopeless = try tuned(Fixture.spec("lost", rank: 2), losses: [nil, nil], chosen: nil)
        let report = SweepReport.markdown(history([elsewhere, hopeless]))
        #expect(report.contains("lost r=2: no trial finished on every tuning seed") && !report.contains("| lora"))
        #expect(!SweepReport.markdown(history([elsewhere])).contains("## Tuning"))
    }

    /// A method whose every trial diverged has no run, and is a result: it stands wherever the others do.
    @Test func aCellWithoutAChoiceDoesNotVanish() throws {
        let hopeless = try tuned(Fixture.spec("lost", rank: 2), losses: [nil, nil], chosen: nil)
        let history = history([try tuned(specs[0], losses: [1, 0.5], chosen: 1), hopeless])
        let line = try #require(ComparisonTable.terminal(history).split(separator: "\n").first { $0.contains("lost") })
        #expect(line.contains("9m") && line.contains("trials: 2 diverged"))
        let report = SweepReport.markdown(history)
        #expect(report.contains("## Runs that did not finish"))
        #expect(report.contains("9m lost r=2 has no run: of 2 trials of its settings none finished on every tuning seed (2 diverged)."))
        #expect(SweepValidity(history).threats.contains { $0.words.contains("9m lost r=2 is not compared") })
        // Where nothing at all could be chosen.
        let empty = SweepHistory(name: "t", runs: [], tuning: [hopeless])
        #expect(ComparisonTable.terminal(empty).contains("trials: 2 diverged") && SweepReport.markdown(empty).contains("lost r=2"))
    }
}
