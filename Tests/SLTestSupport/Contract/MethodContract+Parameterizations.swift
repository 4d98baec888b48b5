import SLMethodKit
import SLNumerics
import SLSpec

extension MethodContract {
    /// Rounding of sums of a dozen products of order 1, in `Double`.
    static var exactTolerance: Double { 1e-12 }

    static func checkParameterization(_ linear: ModuleHarness<Double>, _ subject: String, _ found: inout ViolationList) throws {
        checkDeclarations(linear, subject, &found)
        linear.randomizeParameters()
        let module = linear.module
        let x = try Matrix<Double>.normal(linear.tokens, module.inFeatures, "input")
        let y = try Matrix<Double>.zeros(linear.tokens, module.outFeatures)
        let inputs = x.elements

        y.fill(.nan)  // overwritten, not added to
        try linear.forward(x, into: y)
        let first = y.elements
        found.expect(first.allSatisfy(\.isFinite), .forward, subject, "the output depends on what was in it, in scratch or in saved columns")
        found.expect(x.elements == inputs, .inputModified, subject, "the forward pass changed its input")
        found.expect(!linear.trespassed, .scratchCount, subject, "the forward pass used more temporary space than declared")

        try linear.forward(x, into: y)
        found.expect(y.elements == first, .repeatable, subject, "two forward passes of the same input differ")

        y.fill(3)
        try linear.forward(x, into: y, accumulate: true)
        let added = Deviation(y.elements, from: first.map { $0 + 3 })
        found.expect(added.relative < exactTolerance, .forward, subject, "accumulate does not add: \(added)")

        try checkBottleneck(linear, x, first, subject, &found)
        try checkDenseEquivalent(linear, x, first, subject, &found)
    }

    /// What is said to give the output does, to the last bit.
    private static func checkBottleneck(
        _ linear: ModuleHarness<Double>, _ x: Matrix<Double>, _ output: [Double], _ subject: String, _ found: inout ViolationList
    ) throws {
        let saved = linear.method.savedActivations(at: linear.module, phase: linear.phase, pass: PassSize(tokens: linear.tokens))
        guard saved.givesOutput else { return }
        let y = try Matrix<Double>.zeros(linear.tokens, linear.module.outFeatures)
        try linear.forward(x, into: y)
        y.fill(.nan)
        do {
            try linear.restoreOutput(into: y)
            found.expect(y.elements == output, .bottleneck, subject, "what is saved does not give the output of the forward pass")
            found.expect(!linear.trespassed, .scratchCount, subject, "restoring the output used more temporary space than declared")
            y.fill(3)
            try linear.restoreOutput(into: y, accumulate: true)
            let added = Deviation(y.elements, from: output.map { $0 + 3 })
            found.expect(added.relative < exactTolerance, .bottleneck, subject, "accumulate does not add: \(added)")
        } catch {
            found.expect(false, .bottleneck, subject, "\(error)")
        }
    }

    private static func checkDenseEquivalent(
        _ linear: ModuleHarness<Double>, _ x: Matrix<Double>, _ y: [Double], _ subject: String, _ found: inout ViolationList
    ) throws {
        let dense = try Matrix<Double>.zeros(linear.module.outFeatures, linear.module.inFeatures)
        dense.fill(.nan)
        if try linear.parameterization.writeDenseEquivalent(into: dense) {
            let deviation = Deviation(x.naiveProduct(transposing: dense), from: y)
            found.expect(deviation.relative < exactTolerance, .denseEquivalent, subject, "x·Wᵀ is not the forward pass: \(deviation)")
        } else {
            found.expect(dense.elements.allSatisfy(\.isNaN), .denseEquivalent, subject, "none, yet something was written")
        }
    }

    private static func checkDeclarations(_ linear: ModuleHarness<Double>, _ subject: String, _ found: inout ViolationList) {
        let declared = linear.method.tensors(at: linear.module, phase: linear.phase)
        let names = declared.map(\.name)
        found.expect(Set(names).count == names.count, .tensorNames, subject, "two tensors share a name: \(names)")
        found.expect(names.allSatisfy { !$0.isEmpty }, .tensorNames, subject, "a tensor without a name")
        for declaration in declared {
            found.expect(declaration.rows > 0 && declaration.columns > 0, .declaredCount, subject, "\(declaration.name) is empty")
        }
        found.expect(
            linear.method.scratchCount(at: linear.module, phase: linear.phase, pass: PassSize(tokens: linear.tokens)) >= 0, .scratchCount, subject, "negative")
        let cost = linear.method.floatingPointOperations(at: linear.module, phase: linear.phase, pass: PassSize(tokens: linear.tokens))
        found.expect(cost > 0 && cost.isFinite, .declaredCount, subject, "\(cost) FLOPs a token")
    }
}
