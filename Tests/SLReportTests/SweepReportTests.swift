import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct SweepReportTests {
    private let pictures = ReportPictures(drawn: ReportPicture.all(Fixture.oneSeed).map { .init(picture: $0, file: "x-\($0.suffix).svg", svg: "") })

    private func section(_ title: String, of report: String) -> String {
        guard let start = report.range(of: "## \(title)\n") else { return "" }
        let rest = report[start.lowerBound...]
        guard let next = rest.dropFirst(3).range(of: "\n## ") else { return String(rest) }
        return String(rest[..<next.lowerBound]) + "\n"
    }

    @Test func goldenOfOneSeed() throws {
        let report = SweepReport.markdown(Fixture.oneSeed, catalog: Fixture.catalog, pictures: pictures)
        var expected = Golden.oneSeed
        for (letter, run) in zip("abcd", Fixture.oneSeed.runs) {
            expected = expected.replacingOccurrences(of: "KEY-\(letter)", with: try run.spec.runKey())
        }
        let body = try #require(report.range(of: "<details>"))
        #expect(String(report[..<body.lowerBound]) == expected + "\n")
        for run in Fixture.oneSeed.runs { #expect(report[body.lowerBound...].contains("\n\(try run.spec.identityJSON())\n")) }
    }

    @Test func goldenOfTwoSeeds() throws {
        let report = SweepReport.markdown(Fixture.twoSeeds)
        #expect(report.contains(Golden.twoSeeds))
    }

    @Test func sameInputSameBytes() {
        for history in [Fixture.oneSeed, Fixture.twoSeeds] {
            let first = SweepReport.markdown(history, catalog: Fixture.catalog, pictures: pictures)
            for _ in 0..<5 { #expect(SweepReport.markdown(history, catalog: Fixture.catalog, pictures: pictures) == first) }
            #expect(PlotScript.lossCurves(history) == PlotScript.lossCurves(history))
        }
    }

    @Test func noRuns() {
        #expect(
            SweepReport.markdown(SweepHistory(name: "none", runs: []))
                == "# Sweep none: pretraining methods compared\n\nThis sweep has no runs yet: there is nothing to compare.\n")
        #expect(ComparisonTable.terminal(SweepHistory(name: "none", runs: [])) == "no runs\n")
    }

    @Test func noFinishedRun() {
        let history = SweepHistory(name: "d", runs: [Fixture.diverged(Fixture.spec("lora", rank: 4), id: "x")])
        let report = SweepReport.markdown(history)
        #expect(report.contains("1 run: 1 diverged."))
        #expect(report.contains("| lora | 4 | 0.001 | 0 of 1 | diverged | — |"))
        #expect(!report.contains("**—**"))
        #expect(PlotScript.tradeOff(history) == nil)
    }

    @Test func oneMethodWithoutBaseline() {
        let history = SweepHistory(name: "g", runs: [Fixture.finished(Fixture.spec("galore", rank: 64), id: "x", loss: 7)])
        let report = SweepReport.markdown(history)
        #expect(report.contains("9m has no full_rank cell, so there is nothing to be relative to."))
        #expect(report.contains("| galore | 64 | 0.001 | 1 | 7.0000 | 1096.63 |"), "one value is not a best")
        #expect(report.contains("| 9m | galore | 64 | 0.001 | 1 | 2048 | 7.0000 | 1096.63 |"))
        #expect(!report.contains("Differences in hyper-parameters"))
    }

    @Test func spreadOnlyWithSeeds() {
        let one = SweepReport.markdown(Fixture.oneSeed)
        for title in ["Results", "Results by size"] {
            #expect(section(title, of: one).contains("7.2500"))
            #expect(!section(title, of: one).contains("±") && !section(title, of: one).contains("95 %"))
        }
        #expect(section("Results by size", of: SweepReport.markdown(Fixture.twoSeeds)).contains("| relora | 64 | 0.001 | 1 of 2 | 7.3000 |"))
    }

    @Test func sweptOptionsAreToldApart() {
        let runs = [0.001, 0.003].map { Fixture.finished(Fixture.spec("galore", rank: 64, lr: $0), id: "\($0)", loss: 7 + $0) }
        let baselines = [0.001, 0.003].map { Fixture.finished(Fixture.spec("full_rank", lr: $0), id: "f\($0)", loss: 7.5 - 100 * $0) }
        let report = SweepReport.markdown(SweepHistory(name: "lr", runs: runs + baselines))
        #expect(report.contains("| galore (lr 0.001) | 64 |"))
        #expect(report.contains("| `training.lr` | 0.001 | 0.003 | 0.001 | 0.003 |"))
        #expect(report.contains("The reference is full_rank (lr 0.001): of the full-rank cells"), "by what it is, not by its loss")
    }

    /// Memory options are what is compared: the reference has none, however low the loss of another.
    @Test func theReferenceHasNoMemoryOptions() {
        let short = MemoryOptions(states: .eightBit)
        let runs = [
            Fixture.finished(Fixture.spec("full_rank"), id: "plain", loss: 7.5),
            Fixture.finished(Fixture.spec("full_rank", options: short), id: "short", loss: 7.25),
        ]
        let report = SweepReport.markdown(SweepHistory(name: "formats", runs: runs))
        #expect(report.contains("The reference is full_rank: of the full-rank cells those by AdamW with one rate for all tensors, of these those with the plainest memory options"))
    }

    @Test func differingHostsAreWarnedOf() {
        let runs = [("full_rank", 2), ("galore", 4)].map {
            Fixture.finished(Fixture.spec($0.0), id: $0.0, loss: 7, environment: Fixture.environment(threads: $0.1, dirty: true))
        }
        let report = SweepReport.markdown(SweepHistory(name: "h", runs: runs))
        #expect(report.contains("**The runs were not all made in one environment:** they differ in threads."))
        #expect(report.contains("**Tokens/s and resident memory do not compare here:**"))
        #expect(report.contains("uncommitted changes"))
        #expect(report.contains("| threads | 2 | 4 |"))
        #expect(!SweepReport.markdown(Fixture.oneSeed).contains("not all made"))
    }

    @Test func publishedFiguresStandApart() throws {
        let model = try #require(ModelShape.preset(named: "60m"))
        let history = SweepHistory(name: "p", runs: [Fixture.finished(Fixture.spec("sltrain", rank: 128, model: model), id: "x", loss: 7)])
        #expect(
            SweepReport.markdown(history).contains("| 60m | sltrain | 128 | 1096.63 | 2048 | 128 | 34.15 (unchecked) | 1.10B | SLTrain"),
            "measured and published in columns of their own")
        let published = section("Published figures", of: SweepReport.markdown(history))
        #expect(published.contains("Published, not measured here"))
        #expect(published.contains("| 60m | sltrain | 128 | — | 0.26 | 1.10B | yes | SLTrain"))
        #expect(published.contains("| 34.15 | — | 1.10B | **no** |"))
        #expect(!published.contains("galore |"))
        #expect(section("Published figures", of: SweepReport.markdown(Fixture.oneSeed)).isEmpty, "nothing was published at 9m")
    }

    @Test func lifecycleChecksAreShown() {
        let events = [
            LifecycleRecord(step: 1, kind: "merge", measurements: ["function_change": 1e-7, "seconds": 0.5]),
            LifecycleRecord(step: 3, kind: "merge", measurements: ["function_change": 2.5e-7, "seconds": 0.5]),
            LifecycleRecord(step: 3, kind: "reset", measurements: ["zeroed_fraction": 0.999]),
            LifecycleRecord(step: 4, kind: "reset", measurements: ["zeroed_fraction": 0.9]),
            LifecycleRecord(step: 4, kind: "probe", measurements: ["function_change": .nan]),
        ]
        let run = Fixture.finished(Fixture.spec("relora", rank: 8), id: "x", loss: 7, events: events)
        let report = SweepReport.markdown(SweepHistory(name: "l", runs: [run]))
        #expect(report.contains("| merge | 2 | 1 … 3 | 2.5e-07 | — | 1.0 s | 50.0 % | — |"))
        #expect(report.contains("| reset | 2 | 3 … 4 | — | 90.0 % … 99.9 % | — | — | — |"))
        #expect(report.contains("| probe | 1 | 4 | NaN |"))
    }

    @Test func foreignTextIsTamed() {
        let message = "see /home/someone/logs/run.log,\n**now** <b>| `x`"
        let run = Fixture.diverged(Fixture.spec("lora", rank: 4), id: "id", message: message)
        let report = SweepReport.markdown(SweepHistory(name: "a\nb", runs: [run]))
        #expect(report.hasPrefix("# Sweep a b: "))
        #expect(report.contains("| see run.log, \\*\\*now\\*\\* &lt;b>\\| \\`x\\` |"))
        #expect(!report.contains("/home"))
        let paths = MarkdownText.withoutPaths("https://a.org/b/c 3/4 a/b /x /data/c4/en.json.gz: bad")
        #expect(paths == "https://a.org/b/c 3/4 a/b /x en.json.gz: bad")
    }

    @Test func longRunsAreThinned() {
        #expect(SweepReport.thinned(Array(0..<100), to: 3) == [0, 50, 99])
        #expect(SweepReport.thinned([1, 2], to: 12) == [1, 2])
        let many = SweepReport.thinned(Array(0..<1000), to: 12)
        #expect(many.count == 12 && many.first == 0 && many.last == 999)
    }

    @Test func comparisonOnATerminal() {
        #expect(
            ComparisonTable.terminal(Fixture.oneSeed) == """
                size  method     rank     lr  seed  eval loss      ppl  params  paper MB  tracked MB  resident MB  tok/s  loss vs full  mem vs full  speed vs full
                ----  ---------  ----  -----  ----  ---------  -------  ------  --------  ----------  -----------  -----  ------------  -----------  -------------
                9m    full_rank     —  0.001     1     7.0000  1096.63   9.00M      54.0        90.0        150.0   1000     reference       +0.0 %         +0.0 %
                9m    galore       64   0.01     1     7.2500  1408.10   9.00M      48.0        85.0        140.0    800       +0.2500       -5.6 %        -20.0 %
                9m    low_rank     64  0.001     1     7.5000  1808.04   8.50M      45.0        80.0            —   1250       +0.5000      -11.1 %        +25.0 %
                9m    relora       64  0.001     1   diverged        —       —         —           —            —      —             —            —              —

                """)
    }
}
