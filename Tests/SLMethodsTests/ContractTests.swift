import SLMethodKit
import SLMethods
import SLTestSupport
import Testing

/// Every registered method keeps the contract: a method that is in the list is in this suite.
@Suite(.compute(threads: 2)) struct ContractTests {
    static let methods = BuiltinMethods.registry.methods.map { MethodUnderTest($0) }

    @Test(arguments: methods, MethodContract.Topic.allCases)
    func keepsTheContract(method: MethodUnderTest, topic: MethodContract.Topic) {
        let violations = MethodContract.check(method, topic)
        #expect(
            violations.isEmpty,
            "\(violations.count) violations, the first: \(violations.prefix(12).map(\.description).joined(separator: "\n"))")
    }
}
