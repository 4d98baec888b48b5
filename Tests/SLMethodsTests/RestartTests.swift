import SLMethodKit
import SLMethods
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec
import SLTestSupport
import Testing

/// Restarts of low_rank, sltrain and lost: each part alone and all together.
@Suite(.compute(threads: 2)) struct RestartTests {
    private func make(_ name: String, _ given: [String: OptionValue]) throws -> any PretrainingMethod {
        let (registry, shape) = (BuiltinMethods.registry, SmallShapes.small)
        var options = given
        options["rank"] = 4
        return try registry.make(
            name, options: MethodOptions(descriptor: registry.descriptor(named: name), model: shape, given: options), model: shape)
    }

    private func actions(_ method: any PretrainingMethod, after step: Int, of steps: Int) -> [LifecycleAction] {
        method.lifecycles(totalSteps: steps).flatMap { lifecycle in
            var lifecycle = lifecycle
            return lifecycle.actions(after: RunView(step: step, totalSteps: steps))
        }
    }

    private static let all = ["low_rank", "sltrain", "lost"]
    private static let refactor: [LifecycleAction] = [.rewrite(.refactor, preservesFunction: true)]
    private static let reset: [LifecycleAction] = [.editState(of: .all, .prune(.zero)), .setAge(of: .all, 0)]

    @Test(arguments: all) func withoutAnIntervalThereAreNone(name: String) throws {
        #expect(try make(name, [:]).lifecycles(totalSteps: 1000).isEmpty)
        let descriptor = try BuiltinMethods.registry.descriptor(named: name)
        let options = MethodOptions(descriptor: descriptor, model: SmallShapes.small)
        #expect(!"\(options)".contains("restarts"), "nothing of it stands in a run's identity")
    }

    @Test(arguments: all) func everyPartIsThereAlone(name: String) throws {
        let base: [String: OptionValue] = [
            "restarts.every": 5, "restarts.refactor": .bool(false), "restarts.reset_optimizer": .bool(false), "restarts.recovery_steps": 0,
        ]
        func method(_ own: [String: OptionValue]) throws -> any PretrainingMethod {
            var options = base.merging(own) { $1 }
            if name == "lost" { options["activation"] = "identity" }
            return try make(name, options)
        }
        let refactoring = try method(["restarts.refactor": .bool(true)])
        #expect(actions(refactoring, after: 5, of: 20) == Self.refactor && refactoring.learningRates(totalSteps: 20) == LearningRatePlan())
        let resetting = try method(["restarts.reset_optimizer": .bool(true)])
        #expect(actions(resetting, after: 10, of: 20) == Self.reset && resetting.learningRates(totalSteps: 20).dips.isEmpty)
        let recovering = try method(["restarts.recovery_steps": 3])
        #expect(actions(recovering, after: 5, of: 20).isEmpty)
        #expect(recovering.learningRates(totalSteps: 20).dips.map(\.updates) == [6..<9, 11..<14, 16..<19])
        let everything = try method(["restarts.refactor": .bool(true), "restarts.reset_optimizer": .bool(true), "restarts.recovery_steps": 3])
        #expect(actions(everything, after: 5, of: 20) == Self.refactor + Self.reset)
        #expect((1...20).filter { !actions(everything, after: $0, of: 20).isEmpty } == [5, 10, 15], "none after the last update")
        #expect(everything.eventSteps(totalSteps: 20) == ["refactor": [5, 10, 15], "reset": [5, 10, 15], "age": [5, 10, 15]])
        #expect(throws: MethodOptionError.self, "a restart that does nothing") { try method([:]) }
    }

    @Test func theAuthorsScheduleRunsAhead() throws {
        let rates = try make("sltrain", ["restarts.every": 10, "restarts.schedule_offset": 1]).learningRates(totalSteps: 30)
        #expect(rates.readsAheadFrom == 11 && rates.dips.map(\.first) == [11, 21, 31])
        #expect(throws: MethodOptionError.self) { try make("sltrain", ["restarts.every": 9]) }
    }

    /// φ between the factors: what is balanced is not the function.
    @Test func factorsWithAnActivationAreNotBalanced() throws {
        do {
            _ = try make("lost", ["restarts.every": 20, "restarts.refactor": .bool(true)])
            Issue.record("accepted")
        } catch let error as MethodOptionError {
            #expect(error.option == "restarts.refactor" && error.description.contains("activation silu stands between the factors"))
        }
        #expect(actions(try make("lost", ["restarts.every": 20]), after: 20, of: 100) == Self.reset)
        var stream = RandomStream(seed: 1, name: "refactor")
        let linear = try ModuleHarness<Double>(make("lost", [:]), at: SmallShapes.modules[0])
        #expect(throws: ContractError.self) { try linear.perform(.refactor, random: &stream) }
    }

    @Test(arguments: all) func balancingKeepsTheFunction(name: String) throws {
        let options: [String: OptionValue] = name == "lost" ? ["activation": "identity"] : [:]
        let method = try make(name, options.merging(["restarts.every": 20, "restarts.refactor": .bool(true)]) { $1 })
        for module in SmallShapes.small.modules(layer: 0) {
            let linear = try ModuleHarness<Double>(method, at: module)
            linear.randomizeParameters()
            let x = try Matrix<Double>.normal(linear.tokens, module.inFeatures, "x")
            let (before, after) = (try Matrix<Double>.zeros(linear.tokens, module.outFeatures), try Matrix<Double>.zeros(linear.tokens, module.outFeatures))
            try linear.forward(x, into: before)
            let old = linear.bits
            var stream = RandomStream(seed: 1, name: "refactor")
            _ = try linear.perform(.refactor, random: &stream)
            try linear.forward(x, into: after)
            #expect(Deviation(after.elements, from: before.elements).relative < 1e-12)
            for (tensor, values) in linear.bits { #expect((values == old[tensor]) == !tensor.hasPrefix("lora_"), "\(tensor)") }
        }
    }

    /// Before its first movement B is 0: balanced, A would be 0 as well and nothing would ever move.
    @Test func aProductOfZeroIsLeftAsItIs() throws {
        let linear = try ModuleHarness<Float>(make("sltrain", ["restarts.every": 20]), at: SmallShapes.small.modules(layer: 0)[0])
        let old = linear.bits
        var stream = RandomStream(seed: 1, name: "refactor")
        let context = try linear.perform(.refactor, random: &stream)
        #expect(linear.bits == old && context.measurements == ["products_of_zero": 1])
    }
}
