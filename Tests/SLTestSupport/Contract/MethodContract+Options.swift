import SLMethodKit
import SLNumerics
import SLOptimizers
import SLRandom
import SLSpec

extension MethodContract {
    /// An option that changes nothing observable is accepted and ignored.
    static func checkOptionEffects(_ method: MethodUnderTest, _ found: inout ViolationList) throws {
        let variants = method.variants(for: SmallShapes.small)
        guard let base = variants.first else { return }
        let plain = try behaviour(of: base)
        found.expect(try behaviour(of: base) == plain, .repeatable, "\(base)", "the same options behave differently")
        for (option, changed) in Dictionary(grouping: variants.dropFirst(), by: { $0.changed ?? "" }).sorted(by: { $0.key < $1.key }) {
            // What belongs to a group is compared with the group's switch alone.
            let main = MethodOptionGroup.all(of: method.descriptor.options).first { $0.options.dropFirst().contains { $0.name == option } }?.mainOption
            let other = try main.flatMap { main in variants.first { $0.changed == main.name } }.map(behaviour) ?? plain
            let idle = try changed.filter { try behaviour(of: $0) == other }
            // What is chosen automatically is one of the others, and not all of them.
            if base.options[option] == .text("automatic"), idle.count < changed.count { continue }
            for variant in idle { found.expect(false, .optionEffect, "\(variant)", "behaves as \(base) does") }
        }
    }

    /// Everything of a method that can be seen from outside, in one comparable list.
    private static func behaviour(of variant: MethodVariant) throws -> [String] {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        var seen = ["gate \(method.gateActivation)", "phases \(method.phaseStarts)", "rates \(method.learningRates(totalSteps: 100))"]
        for var lifecycle in method.lifecycles(totalSteps: 100) {
            seen += (1...100).map { step in
                "actions \(lifecycle.actions(after: RunView(step: step, totalSteps: 100, losses: (0..<step).map { 5 - 0.01 * Double($0) })))"
            }
        }
        for phase in 0..<method.phaseCount {
            for site in shape.sites(layer: 0) {
                seen.append("tensors \(method.tensors(at: site, phase: phase))")
                seen.append(
                    "kept \(method.saved(at: site, phase: phase, tokens: 7)), scratch \(method.scratchCount(at: site, phase: phase, tokens: 7, threads: 2))")
                seen.append("cost \(method.floatingPointOperations(at: site, phase: phase, tokens: 7))")
                seen += try trace(method, site, phase)
            }
        }
        return seen
    }

    /// First values, an output, and the weights after a dozen updates with made-up gradients.
    private static func trace(_ method: any PretrainingMethod, _ site: LinearSite, _ phase: Int) throws -> [String] {
        let form = try SiteHarness<Double>(method, at: site, phase: phase)
        var seen = form.bits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        form.randomizeParameters()
        let y = try Matrix<Double>.zeros(form.tokens, site.outFeatures)
        try form.forward(try .normal(form.tokens, site.inFeatures, "input"), into: y)
        seen.append("output \(y.elements)")
        for (name, parameter) in form.trainable {
            let (rows, columns) = (parameter.value.rows, parameter.value.columns)
            let rule = method.updateRule(for: TensorPlace(.linear(site), name: name, rows: rows, columns: columns), optimizer: try RunOptimizer())
            let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: rows, columns: columns, ledger: form.ledger)
            let space = try Matrix<Double>.zeros(1, max(1, rule.scratchCount(rows: rows, columns: columns)))
            for step in 1...12 {
                try updater.update(
                    weight: parameter.value, gradient: .normal(rows, columns, "gradient/\(step)"),
                    context: UpdateContext(
                        learningRate: 0.01, step: step, age: step, gradientScale: 1, scratch: Scratch(space), ledger: form.ledger, log: RefreshLog()))
            }
            seen.append(
                "\(name) trained \(parameter.value.elements.reduce(0, +)) state \(updater.state.map { $0.value.elements.reduce(0, +) })")
        }
        return seen
    }
}
