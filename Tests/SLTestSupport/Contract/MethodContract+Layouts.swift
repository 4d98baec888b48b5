import SLMethodKit
import SLModel
import SLNumerics
import SLOptimizers
import SLSpec

extension MethodContract {
    /// What a layout says of a linear holds for that linear, and for no other: in what is declared, allocated, planned and computed.
    static func checkLayouts(_ method: MethodUnderTest, _ found: inout ViolationList) {
        guard !method.descriptor.layoutOptions.isEmpty else { return }
        for layout in layouts(of: method) {
            let variant = MethodVariant(method: method, changed: nil, options: method.baseOptions(for: SmallShapes.tiny)).with(layout)
            found.attempting("\(method) \(layout)") { found in
                try checkModules(variant, layout, &found)
                try checkActivations(variant, &found)
                try checkAccounting(variant, &found)
                try checkModelGradients(variant, &found)
                try checkUpdates(variant, &found)
                try checkEvents(variant, &found)
            }
        }
    }

    /// One with a dense first layer, which speaks for no other, and one whose last layer differs from the first.
    private static func layouts(of method: MethodUnderTest) -> [[String: OptionValue]] {
        let descriptor = method.descriptor
        let option = descriptor.option(named: "rank") ?? descriptor.layoutOptions.last
        guard let option, let other = option.otherValues(than: method.baseOptions(for: SmallShapes.tiny)[option.name] ?? .null).first else { return [] }
        return [
            ["layers.0.parameterization": "dense", "roles.down_proj.\(option.name)": other],
            ["layers.1.\(option.name)": other, "roles.q_proj.parameterization": "dense"],
        ]
    }

    /// Every linear is as the method with that linear's options would have it.
    private static func checkModules(_ variant: MethodVariant, _ layout: [String: OptionValue], _ found: inout ViolationList) throws {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        for module in shape.modules {
            let places = ["roles.\(module.role.moduleName).", "layers.\(module.layer)."]
            var own = variant.options.filter { !LayoutKeys.isLayoutKey($0.key) }
            for place in places {
                for (key, value) in layout where key.hasPrefix(place) { own[String(key.dropFirst(place.count))] = value }
            }
            let isDense = own.removeValue(forKey: "parameterization") == "dense"
            let alone: any PretrainingMethod = try isDense ? PlainMethod() : variant.method.make(own, for: shape)
            found.expect(method.isParameterized(at: module) != isDense, .layout, "\(variant), \(module.name)", "dense: \(isDense)")
            for phase in 0..<method.phaseCount {
                let (mine, expected) = (try declared(method, module, phase), try declared(alone, module, min(phase, alone.phaseCount - 1)))
                found.expect(mine == expected, .layout, "\(variant), \(module.name), phase \(phase)", "\(mine) where \(expected) is asked for")
            }
        }
    }

    /// All that is declared of a module.
    private static func declared(_ method: any PretrainingMethod, _ module: LinearModule, _ phase: Int) throws -> [String] {
        let optimizer = try RunOptimizer()
        let tensors = method.tensors(at: module, phase: phase)
        let states = tensors.filter(\.isTrainable).flatMap { tensor in
            let place = TensorPlace(.linear(module), name: tensor.name, rows: tensor.rows, columns: tensor.columns)
            let rule = method.updateRule(for: place, optimizer: optimizer)
            return rule.state(rows: tensor.rows, columns: tensor.columns).map { "\(tensor.name) \($0)" }
        }
        let scratch = method.scratchCount(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2))
        let saved = method.savedActivations(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2))
        let linear = try ModuleHarness<Float>(method, at: module, phase: phase)
        return tensors.map { "\($0)" } + states + ["scratch \(scratch)", "saved \(saved)"]
            + ["cost \(method.floatingPointOperations(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2)))", "parameterization \(type(of: linear.parameterization))"]
    }

    /// The plan's activations are those allocated, to the byte.
    private static func checkActivations(_ variant: MethodVariant, _ found: inout ViolationList) throws {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        guard method.phaseCount == 1 else { return }
        let run = try MiniRun<Float>(method, shape: shape, sequences: 2, sequenceLength: 8)
        try run.update()
        let training = TrainingSpec(steps: 4, batchSize: 2, sequenceLength: 8, learningRate: 1e-2, warmupSteps: 1)
        let plan = try MemoryPlan(shape: shape, method: method, training: training, threads: Compute.threads)
        found.expect(
            plan.breakdown.activations == run.ledger.current[.activations], .memoryPlan, "\(variant)",
            "planned \(plan.breakdown.activations) bytes of activations, allocated \(run.ledger.current[.activations])")
    }
}
