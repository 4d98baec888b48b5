import SLMethodKit
import SLMethods
import SLTestSupport
import Testing

/// Every registered method keeps the contract: a method that is in the list is in this suite.
@Suite(.compute(threads: 2)) struct ContractTests {
    static let methods = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }

    private static let lifecycles: [MethodContract.Topic] = [.ages, .events, .lifecycle]

    @Test(arguments: methods, MethodContract.Topic.allCases.filter { !lifecycles.contains($0) && $0 != .distributed })
    func keepsTheContract(method: MethodUnderTest, topic: MethodContract.Topic) { check(method, topic) }

    /// Of what happens in the course of a run.
    @Test(arguments: methods, lifecycles)
    func keepsTheContractOfRuns(method: MethodUnderTest, topic: MethodContract.Topic) { check(method, topic) }

    /// Of what processes that share a run have alike.
    @Test(arguments: methods) func keepsItsBitsOverProcesses(method: MethodUnderTest) { check(method, .distributed) }

    private func check(_ method: MethodUnderTest, _ topic: MethodContract.Topic) {
        let violations = MethodContract.check(method, topic)
        #expect(
            violations.isEmpty,
            "\(violations.count) violations, the first: \(violations.prefix(12).map(\.description).joined(separator: "\n"))")
    }
}
