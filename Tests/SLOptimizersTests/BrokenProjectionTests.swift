import SLTestSupport
import Testing

/// The contract of optimizers finds what is wrong with a projected rule, and only that.
@Suite(.compute(threads: 1)) struct BrokenProjectionTests {
    private func check(_ defect: ProjectionDefect, isSound: Bool) -> [ContractViolation] {
        let optimizer = BrokenProjection.underTest(defect, isSound: isSound)
        // Short formats take matrices of thousands of elements, and are the matter of one defect.
        let topics: [OptimizerContract.Topic] = [.state, .steps, .repeats, .refreshes] + (defect == .fullStorage ? [.formats] : [])
        return topics.flatMap { OptimizerContract.check(optimizer, $0) }
    }

    /// What a defect needs besides itself is no defect.
    @Test(arguments: ProjectionDefect.allCases) func theSoundRulePasses(defect: ProjectionDefect) {
        let violations = check(defect, isSound: true)
        #expect(violations.isEmpty, "\(violations.prefix(8))")
    }

    @Test(arguments: ProjectionDefect.allCases) func eachDefectIsNamed(defect: ProjectionDefect) {
        let violations = check(defect, isSound: false)
        let rules = Set(violations.map(\.rule))
        #expect(rules.contains(defect.rule), "\(defect.rawValue) gave \(rules.map(\.rawValue).sorted())")
        let loud = violations.filter { $0.rule != defect.rule && !defect.consequences.contains($0.rule) }
        #expect(loud.isEmpty, "\(loud.prefix(4))")
    }
}
