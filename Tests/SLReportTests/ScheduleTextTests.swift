import SLReport
import SLSpec
import Testing

/// What the report says of the learning rate is what the updates had.
@Suite struct ScheduleTextTests {
    private func words(_ rates: [Double], steps: Int = 4) -> String {
        var run = Fixture.finished(Fixture.spec("full_rank"), id: "a", loss: 7)
        run.spec.training.steps = steps
        run.steps = rates.enumerated().map { index, rate in
            StepSample(step: index + 1, loss: 7, learningRate: rate, gradientNorm: 1, tokens: 512, seconds: 0.5)
        }
        let report = SweepReport.markdown(SweepHistory(name: "t", runs: [run]))
        return report.split(separator: "\n").first { $0.contains("Schedule:") }.map(String.init) ?? ""
    }

    @Test func theLastUpdatesOwnRateIsSaid() {
        #expect(words([0, 0.001, 0.0005, 0.000107]).hasSuffix("the first update was made with 0.0 % and the last with 10.7 % of the peak."))
        #expect(words([0, 0.001, 0.0005, 0.000325]).contains("the last with 32.5 %"))
        #expect(words([0.001, 0.001, 0.0005, 0.000107]).contains("with 100.0 % and"))
    }

    @Test func ofAnUnfinishedRunNothingIsSaid() {
        #expect(!words([0, 0.001]).contains("the last with"))
        #expect(!words([]).contains("update was made"))
    }
}
