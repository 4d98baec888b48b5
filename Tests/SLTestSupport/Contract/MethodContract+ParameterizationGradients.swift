import SLMethodKit
import SLNumerics
import SLSpec

extension MethodContract {
    /// Gradients of L = Σ δ ⊙ y with a random δ, against central differences.
    static func checkGradients(_ linear: ModuleHarness<Double>, _ subject: String, _ found: inout ViolationList) throws {
        linear.randomizeParameters()
        let module = linear.module
        let x = try Matrix<Double>.normal(linear.tokens, module.inFeatures, "input")
        let delta = try Matrix<Double>.normal(linear.tokens, module.outFeatures, "cotangent")
        let y = try Matrix<Double>.zeros(linear.tokens, module.outFeatures)
        let dx = try Matrix<Double>.zeros(linear.tokens, module.inFeatures)
        let cotangent = delta.elements
        let frozen = linear.tensors.parameters.filter { !$0.parameter.isTrainable }.map {
            ($0.name, $0.parameter, $0.parameter.value.elements)
        }

        for (_, parameter) in linear.trainable { parameter.gradient?.fill(7) }  // overwritten, not added to
        dx.fill(.nan)
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: delta, inputGradient: dx)
        found.expect(!linear.trespassed, .scratchCount, subject, "the backward pass used more temporary space than declared")
        found.expect(delta.elements == cotangent, .inputModified, subject, "the backward pass changed the output's gradient")

        func loss() throws -> Double {
            try linear.forward(x, into: y)
            return zip(y.elements, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var claim = KnownGradients.Claim(loss: try loss(), values: ["x": x.elements], gradients: ["x": dx.elements])
        for (name, parameter) in linear.trainable {
            claim.values[name] = parameter.value.elements
            claim.gradients[name] = parameter.gradient?.elements
        }
        if !KnownGradients.contains(claim) {
            let before = found.violations.count
            let check = GradientCheck()
            for (name, parameter) in linear.trainable {
                guard let gradient = parameter.gradient else {
                    found.expect(false, .gradient, "\(subject), \(name)", "trainable, but without a gradient")
                    continue
                }
                let result = try check.check(parameter.value, analytic: gradient.elements, loss)
                found.expect(result.passes, .gradient, "\(subject), \(name)", "\(result)")
                found.expect(!result.isDead, .deadTensor, "\(subject), \(name)", "the output does not depend on it")
            }
            let input = try check.check(x, analytic: dx.elements, loss)
            found.expect(input.passes, .inputGradient, subject, "\(input)")
            if found.violations.count == before { KnownGradients.confirm(claim) }
        }

        try checkAccumulation(linear, x, y, delta, dx, subject, &found)
        for (name, parameter, before) in frozen {
            found.expect(parameter.gradient == nil, .frozenTensor, "\(subject), \(name)", "frozen, with a gradient")
            found.expect(parameter.value.elements == before, .frozenTensor, "\(subject), \(name)", "a pass changed a frozen tensor")
        }
        checkDeclaredKinds(linear, subject, &found)
    }

    /// A second pass with `accumulate` doubles every gradient; with `accumulateInput` it adds to what dx held.
    private static func checkAccumulation(
        _ linear: ModuleHarness<Double>, _ x: Matrix<Double>, _ y: Matrix<Double>, _ delta: Matrix<Double>, _ dx: Matrix<Double>,
        _ subject: String, _ found: inout ViolationList
    ) throws {
        let once = linear.trainable.map { $0.parameter.gradient?.elements ?? [] }
        let inputOnce = dx.elements
        dx.fill(2)
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: delta, inputGradient: dx, accumulateInput: true, accumulate: true)
        for (index, (name, parameter)) in linear.trainable.enumerated() {
            let deviation = Deviation(parameter.gradient?.elements ?? [], from: once[index].map { 2 * $0 })
            found.expect(deviation.relative < exactTolerance, .accumulation, "\(subject), \(name)", "accumulate does not add: \(deviation)")
        }
        let added = Deviation(dx.elements, from: inputOnce.map { $0 + 2 })
        found.expect(added.relative < exactTolerance, .inputAccumulation, subject, "accumulateInput does not add: \(added)")

        dx.fill(2)
        try linear.forward(x, into: y)
        try linear.backward(x, outputGradient: delta, inputGradient: dx, accumulate: false)
        for (index, (name, parameter)) in linear.trainable.enumerated() {
            let deviation = Deviation(parameter.gradient?.elements ?? [], from: once[index])
            found.expect(
                deviation.relative < exactTolerance, .accumulation, "\(subject), \(name)", "old gradients are not overwritten: \(deviation)"
            )
        }
        let overwritten = Deviation(dx.elements, from: inputOnce)
        found.expect(overwritten.relative < exactTolerance, .inputAccumulation, subject, "dx is not overwritten: \(overwritten)")
    }

    private static func checkDeclaredKinds(_ linear: ModuleHarness<Double>, _ subject: String, _ found: inout ViolationList) {
        for declaration in linear.method.tensors(at: linear.module, phase: linear.phase) where declaration.isWeight {
            guard let parameter = linear.tensors.parameters.first(where: { $0.name == declaration.name })?.parameter else { continue }
            found.expect(
                parameter.isTrainable == declaration.isTrainable, .frozenTensor, "\(subject), \(declaration.name)",
                "declared \(declaration.kind), but \(parameter.isTrainable ? "trained" : "frozen")")
        }
    }
}
