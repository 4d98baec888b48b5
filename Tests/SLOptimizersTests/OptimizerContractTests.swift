import Foundation
import SLOptimizers
import SLSpec
import SLTestSupport
import Testing

/// Every optimizer of the registry keeps to the contract; a new one is checked without a line here.
@Suite(.compute(threads: 2)) struct OptimizerContractTests {
    @Test(arguments: BuiltinOptimizers.registry.descriptors.map(\.name), OptimizerContract.Topic.allCases)
    func keepsTheContract(name: String, topic: OptimizerContract.Topic) throws {
        let type = try #require(BuiltinOptimizers.registry.optimizers.first { $0.descriptor.name == name })
        let violations = OptimizerContract.check(OptimizerUnderTest(type), topic)
        #expect(violations.isEmpty, "\(violations.count): \(violations.prefix(8))")
    }

    /// What a recipe leaves to another rule is a rule of the registry, with options that it takes.
    @Test(arguments: BuiltinOptimizers.registry.descriptors.map(\.name)) func recipesNameKnownRules(name: String) throws {
        let descriptor = try #require(BuiltinOptimizers.registry.descriptors.first { $0.name == name })
        let options = OptimizerSpec(name).options.filled(from: descriptor.options)
        for group in descriptor.groups + descriptor.optionGroups(options) {
            guard let spec = group.optimizer else { continue }
            let known = try #require(BuiltinOptimizers.registry.descriptors.first { $0.name == spec.name }, "\(name) names \(spec.name)")
            let given = try JSONDecoder().decode([String: OptionValue].self, from: JSONEncoder().encode(spec.options))
            for option in given.keys { #expect(known.option(named: option) != nil, "\(spec.name) takes no \(option)") }
            _ = try BuiltinOptimizers.registry.make(spec)
        }
    }
}
