import SLTestSupport
import Testing

/// Rules in a subspace keep the contract of optimizers as those of the registry do.
@Suite(.compute(threads: 2)) struct SubspaceContractTests {
    /// Every axis of the projected rule.
    @Test(arguments: OptimizerContract.Topic.allCases) func projectedRules(topic: OptimizerContract.Topic) {
        let violations = OptimizerContract.check(ProjectedOptimizer.underTest, topic)
        #expect(violations.isEmpty, "\(violations.count): \(violations.prefix(8))")
    }

    /// In short formats its bases, which come from the moments, are others.
    @Test(arguments: OptimizerContract.Topic.allCases.filter { $0 != .formats }) func movingSubspaces(topic: OptimizerContract.Topic) {
        let violations = OptimizerContract.check(LowDimensionalOptimizer.underTest(errorFeedback: false), topic)
        #expect(violations.isEmpty, "\(violations.count): \(violations.prefix(8))")
    }

    /// As the authors have it, the error is clipped with the gradient, which the contract of steps would take for a mistake.
    @Test(arguments: OptimizerContract.Topic.allCases.filter { $0 != .formats && $0 != .steps })
    func movingSubspacesWithErrorFeedback(topic: OptimizerContract.Topic) {
        let violations = OptimizerContract.check(LowDimensionalOptimizer.underTest(errorFeedback: true), topic)
        #expect(violations.isEmpty, "\(violations.count): \(violations.prefix(8))")
    }
}
