import SLReport
import SLSpec
import Testing

/// What runs noted of themselves reaches the reader of report, check and compare.
@Suite struct RunNoteTests {
    private let silent = RunNote(step: 0, kind: .silentEvent, message: "no merge in 4 updates")
    private let changed = RunNote(step: 2, kind: .changedConditions, message: "went on after update 2 under other conditions (threads 2 → 1)")

    private func history(_ notes: [[RunNote]]) -> SweepHistory {
        let runs = notes.enumerated().map { index, notes in
            var run = Fixture.finished(Fixture.spec("relora", rank: 4, seed: UInt64(index + 1)), id: "r\(index)", loss: 7)
            run.notes = notes
            return run
        }
        return SweepHistory(name: "t", runs: [Fixture.finished(Fixture.spec("full_rank"), id: "f", loss: 7)] + runs)
    }

    private func threats(_ notes: [[RunNote]]) -> [SweepValidity.Threat] {
        SweepValidity(history(notes)).threats.filter { $0.words.contains("no merge") || $0.words.contains("went on") }
    }

    @Test func aSilentEventIsSaidOnceForAllSeeds() {
        #expect(threats([[silent], [silent]]).map(\.words) == ["9m: relora r=4: no merge in 4 updates."])
        #expect(threats([[silent], []]).map(\.words) == ["9m: relora r=4 (seed 1): no merge in 4 updates."])
        #expect(threats([[], []]).isEmpty)
    }

    @Test func changedConditionsMakeRowsUnequal() {
        let found = threats([[], [changed]])
        #expect(found.map(\.isUnequal) == [true] && found.first?.words.contains("(seed 2): went on after update 2") == true)
        #expect(threats([[silent], [silent]]).map(\.isUnequal) == [false])
    }

    @Test func theReportHasThemUnderItsTable() throws {
        let report = SweepReport.markdown(history([[silent], [silent, changed]]))
        #expect(report.contains("no merge in 4 updates.") && report.contains("threads 2 → 1"))
        #expect(!SweepReport.markdown(history([[], []])).contains("no merge"))
    }

    @Test func aComparisonOfTwoRunsHasThem() throws {
        let runs = history([[silent], [changed]]).runs
        let words = RunComparison(runs[1], runs[2]).markdown()
        #expect(words.contains("## Notes") && words.contains("- r0: no merge in 4 updates") && words.contains("- r1: went on after"))
        #expect(!RunComparison(runs[0], runs[0]).markdown().contains("## Notes"))
    }

    @Test func differingVectorUnitsAreAThreat() {
        func unequal(_ units: [String?]) -> Bool {
            var history = history(units.map { _ in [] })
            for (index, value) in units.enumerated() { history.runs[index + 1].environment?.vectorUnits = value }
            history.runs.removeFirst()
            return SweepValidity(history).threats.contains { $0.isUnequal && $0.words.contains("vector units") }
        }
        #expect(unequal(["avx2", "avx512"]) && unequal(["avx2", nil]) && !unequal(["avx2", "avx2"]) && !unequal([nil, nil]))
    }
}
