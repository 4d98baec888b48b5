import SLMethodKit
import SLModel
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
            let switched = main.flatMap { main in variants.first { $0.changed == main.name } }
            let other = try switched.map { try behaviour(of: $0) } ?? plain
            // What counts refreshes or asks how gradients turn needs more of either than a dozen updates have.
            // Least values that don't go together show nothing.
            let tight = try? behaviour(of: (switched ?? base).tightened(except: option), isLong: true)
            let idle = try changed.filter {
                try behaviour(of: $0) == other && (tight == nil || (try? behaviour(of: $0.tightened(except: option), isLong: true)) == tight)
            }
            let asleep = try idle.filter { try !isAwake($0, option, variants) && !isAwakeAtLeast($0, option, tight) }
            // What is chosen automatically is one of the others, and not all of them.
            if base.options[option] == .text("automatic"), asleep.count < changed.count { continue }
            for variant in asleep { found.expect(false, .optionEffect, "\(variant)", "behaves as \(base) does") }
        }
    }

    /// Whether some other choice gives an option its effect: a way of finding singular vectors counts where they are asked for.
    private static func isAwake(_ variant: MethodVariant, _ option: String, _ variants: [MethodVariant]) throws -> Bool {
        guard let value = variant.options[option] else { return false }
        return try variants.contains { other in
            guard let changed = other.changed, changed != option, case .choice? = other.method.descriptor.option(named: changed)?.domain else { return false }
            return try behaviour(of: other) != behaviour(of: other.with([option: value]))
        }
    }

    /// Whether the least whole number of an option shows what one more than the default does not: an interval that few runs reach twice.
    private static func isAwakeAtLeast(_ variant: MethodVariant, _ option: String, _ tight: [String]?) throws -> Bool {
        guard case .integer(let range)? = variant.method.descriptor.option(named: option)?.domain, let tight else { return false }
        return try behaviour(of: variant.with([option: .integer(range.lowerBound)]).tightened(except: option), isLong: true) != tight
    }

    /// Everything of a method that can be seen from outside, in one comparable list.
    ///
    /// - Parameter isLong: with twenty updates of a run of twenty, whose gradients become alike.
    private static func behaviour(of variant: MethodVariant, isLong: Bool = false) throws -> [String] {
        let shape = SmallShapes.small
        let method = try variant.make(for: shape)
        var seen = ["gate \(method.gateActivation)", "phases \(method.phaseStarts)", "rates \(method.learningRates(totalSteps: 100))"]
        seen += controllers(of: method, shape)
        for phase in 0..<method.phaseCount {
            for module in shape.modules(layer: 0) {
                seen.append("tensors \(method.tensors(at: module, phase: phase))")
                seen.append(
                    "kept \(method.savedActivations(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2))), scratch \(method.scratchCount(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2)))")
                seen.append("cost \(method.floatingPointOperations(at: module, phase: phase, pass: PassSize(tokens: 7, threads: 2)))")
                seen += try trace(method, module, phase, isLong: isLong)
            }
        }
        return seen
    }

    /// What controllers want in a run of a hundred updates whose losses fall on the whole, with bumps.
    private static func controllers(of method: any PretrainingMethod, _ shape: ModelShape) -> [String] {
        let places = TensorEntry.trainable(shape, method, phase: 0).map(\.place)
        let tensors = places.enumerated().map { index, place in RunView.Tensor(place: place, gradientNorm: Double(1 + index * 7 % 5), age: 1) }
        let losses = (0..<100).map { step -> Double in (step % 9 == 8 ? 5.7 : 5) - 0.01 * Double(step) }
        var seen = ["trained \(method.largestTrainedSet(of: places, phase: 0).held.sorted())"]
        for var lifecycle in method.lifecycles(totalSteps: 100) {
            let beginning = lifecycle.beginning(of: RunView(step: 0, totalSteps: 100, tensors: tensors))
            seen.append("beginning \(beginning)")
            let trained = tensors.filter { !(beginning.frozen?.contains($0.place) ?? false) }
            for step in 1...100 {
                let view = RunView(step: step, totalSteps: 100, losses: Array(losses.prefix(step)), tensors: trained)
                seen.append("actions \(lifecycle.actions(after: view))")
            }
        }
        return seen
    }

    /// First values, an output, and the weights after a dozen updates with made-up gradients.
    private static func trace(_ method: any PretrainingMethod, _ module: LinearModule, _ phase: Int, isLong: Bool) throws -> [String] {
        let linear = try ModuleHarness<Double>(method, at: module, phase: phase)
        var seen = linear.bits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        linear.randomizeParameters()
        let y = try Matrix<Double>.zeros(linear.tokens, module.outFeatures)
        try linear.forward(try .normal(linear.tokens, module.inFeatures, "input"), into: y)
        seen.append("output \(y.elements)")
        for (name, parameter) in linear.trainable {
            let (rows, columns) = (parameter.value.rows, parameter.value.columns)
            let rule = method.updateRule(for: TensorPlace(.linear(module), name: name, rows: rows, columns: columns), optimizer: try RunOptimizer())
            // Formats are no matter of the arithmetic in double precision.
            seen.append("state \(rule.state(rows: rows, columns: columns))")
            let updater: any TensorUpdater<Double> = try rule.makeUpdater(rows: rows, columns: columns, ledger: linear.ledger)
            let space = try Matrix<Double>.zeros(1, max(1, rule.scratchCount(rows: rows, columns: columns)))
            for step in 1...(isLong ? 20 : 12) {
                let gradient = try Matrix<Double>.normal(rows, columns, "gradient/\(step)")
                if isLong { try settle(gradient, Double(step) / 20) }
                try updater.update(
                    weight: parameter.value, gradient: gradient,
                    context: UpdateContext(
                        learningRate: 0.01, step: step, totalSteps: isLong ? 20 : 0, age: step, gradientScale: 1, scratch: Scratch(space),
                        ledger: linear.ledger, log: RefreshLog()))
            }
            seen.append(
                "\(name) trained \(parameter.value.elements.reduce(0, +)) state \(updater.state.map { $0.value.elements.reduce(0, +) })")
        }
        if method.linearStep(at: module, phase: phase) != nil { seen += try linear.steps(isLong ? 20 : 12) }
        seen += try passes(linear)
        // Controllers rewrite the form of the last phase; what stands before may be another.
        if phase == method.phaseCount - 1 { seen += try rewrites(method, linear) }
        return seen
    }

    /// Gradients of training passes of several updates.
    private static func passes(_ linear: ModuleHarness<Double>) throws -> [String] {
        let (x, delta) = (try Matrix<Double>.normal(linear.tokens, linear.module.inFeatures, "input"), try Matrix<Double>.normal(linear.tokens, linear.module.outFeatures, "delta"))
        let (y, dx) = (try Matrix<Double>.zeros(linear.tokens, linear.module.outFeatures), try Matrix<Double>.zeros(linear.tokens, linear.module.inFeatures))
        defer { linear.parameterization.prepare(for: ModelPass(.evaluate)) }
        return try (1...6).flatMap { update -> [String] in
            linear.parameterization.prepare(for: ModelPass(.train, update: update, seed: 3))
            try linear.forward(x, into: y)
            try linear.backward(x, outputGradient: delta, inputGradient: dx)
            return ["pass \(dx.sumOfSquares())"] + linear.trainable.map { "\($0.name) gradient \($0.parameter.gradient?.sumOfSquares() ?? 0)" }
        }
    }

    /// What the first three of every kind of rewrite do to a linear and its output, and say of it.
    private static func rewrites(_ method: any PretrainingMethod, _ linear: ModuleHarness<Double>) throws -> [String] {
        guard method.isParameterized(at: linear.module) else { return [] }
        var done: [Rewrite] = []
        for var lifecycle in method.lifecycles(totalSteps: 100) {
            for step in 1...100 {
                for case .rewrite(let rewrite, _) in lifecycle.actions(after: RunView(step: step, totalSteps: 100, losses: Array(repeating: 5, count: step)))
                where done.count(where: { $0 == rewrite }) < 3 { done.append(rewrite) }
            }
        }
        var stream = RandomStream(seed: 5, name: "rewrite")
        let y = try Matrix<Double>.zeros(linear.tokens, linear.module.outFeatures)
        return try done.flatMap { rewrite -> [String] in
            let context = try linear.perform(rewrite, random: &stream)
            let said = ["\(rewrite.name) \(context.measurements.sorted { $0.key < $1.key }) \(context.averages.sorted { $0.key < $1.key })"]
            let bits = linear.bits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.reduce(0, +))" }
            linear.randomizeParameters()
            try linear.forward(try .normal(linear.tokens, linear.module.inFeatures, "input"), into: y)
            return said + bits + ["output \(y.elements)"]
        }
    }

    /// Towards one matrix, the same for all steps, with singular values that fall.
    private static func settle(_ gradient: Matrix<Double>, _ share: Double) throws {
        let common = try Matrix<Double>.normal(gradient.rows, gradient.columns, "gradient")
        for row in 0..<gradient.rows {
            for column in 0..<gradient.columns {
                var factor = 1.0
                for _ in 0..<min(row, column) { factor *= 0.6 }
                gradient[row, column] = factor * (share * common[row, column] + (1 - share) * gradient[row, column])
            }
        }
    }
}

extension MethodVariant {
    /// With every whole number at its least, but for the one that the variant is about.
    func tightened(except option: String) -> MethodVariant {
        var copy = self
        for descriptor in method.descriptor.options where descriptor.name != option {
            if case .integer(let range) = descriptor.domain { copy.options[descriptor.name] = .integer(range.lowerBound) }
        }
        return copy
    }
}
