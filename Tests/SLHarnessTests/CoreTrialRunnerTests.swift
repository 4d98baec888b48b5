import Foundation
import SLHarness
import Testing

/// A trial is a process of its own, with the variable that its library reads, and is never waited for longer than was said.
@Suite struct CoreTrialRunnerTests {
    private func run(_ script: String, core: String?, seconds: Double = 60, secondsOfOne: Double = 60) -> CoreTrial.Outcome {
        CoreTrialRunner(executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], seconds: seconds, secondsOfOne: secondsOfOne).run(core: core)
    }

    private static let figures = #"echo "{\"core\":\"${OPENBLAS_CORETYPE-none} $OPENBLAS_NUM_THREADS\",\"rate\":2e9,\"products\":1,\"worst\":0.5,\"worst_product\":\"\"}""#

    @Test func theVariableIsTheTrials() {
        #expect(run(Self.figures, core: "Zen").trial?.core == "Zen 1")
        #expect(run(Self.figures, core: nil).trial?.core == "none 1")
        #expect(run(Self.figures, core: nil).trial?.rate == 2e9)
    }

    @Test func itsEndIsTold() {
        #expect(run("kill -ILL $$", core: nil) == .signal(SIGILL))
        #expect(run("exit 3", core: nil) == .failed("the trial ended with 3"))
        #expect(run("echo many", core: nil) == .failed("no figures came"))
        let missing = CoreTrialRunner(executable: URL(filePath: "/nonexistent/program")).run(core: nil)
        guard case .failed(let reason) = missing else {
            Issue.record("\(missing)")
            return
        }
        #expect(reason.contains("No such file"))
    }

    /// A grandchild that goes on does not keep anybody waiting.
    @Test func itsTimeIsLimited() {
        #expect(run("sleep 1000 & sleep 1000", core: nil, secondsOfOne: 0.05) == .late(0.05))
        #expect(run(Self.figures, core: nil, seconds: 0) == .late(0))
    }
}
