import SLTestSupport
import Testing

/// The contract of optimizers finds what is wrong, and only that.
@Suite(.compute(threads: 1)) struct BrokenOptimizerTests {
    @Test func theSoundOptimizerPasses() {
        let violations = OptimizerContract.check(BrokenOptimizer.underTest(nil))
        #expect(violations.isEmpty, "\(violations.prefix(8))")
    }

    @Test(arguments: OptimizerDefect.allCases) func eachDefectIsNamed(defect: OptimizerDefect) {
        let violations = OptimizerContract.check(BrokenOptimizer.underTest(defect))
        let rules = Set(violations.map(\.rule))
        #expect(rules.contains(defect.rule), "\(defect.rawValue) gave \(rules.map(\.rawValue).sorted())")
        let loud = violations.filter { unrelated(to: defect).contains($0.rule) }
        #expect(loud.isEmpty, "\(loud.prefix(4))")
    }

    /// A mistake in the descriptor is not one in the arithmetic, and a wrong decay not a wrong step.
    private func unrelated(to defect: OptimizerDefect) -> Set<ContractViolation.Rule> {
        let all = Set(ContractViolation.Rule.allCases)
        switch defect {
        case .ignoredOption, .impossibleDefault, .anyChoice, .camelCaseOption, .rateWithoutSource, .forgottenDecay, .decayInTheGradient,
            .ignoredClipping, .stepAtRateZero, .correctionByRunStep, .lostStorage, .fullStorage, .hiddenState:
            return all.subtracting([defect.rule])
        default: return []
        }
    }
}
