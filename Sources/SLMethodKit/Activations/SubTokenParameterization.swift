import SLNumerics
import SLSpec

/// A linear whose form reads scale · x̂ in the place of its input on the way back: see ``SubTokenInputs``.
///
/// v is all zeros until the first pass of training, which fixes it; a checkpoint keeps it with the method's other buffers.
final class SubTokenParameterization<Element: Scalar>: Parameterization {
    private let form: any Parameterization<Element>
    private let direction: Matrix<Element>  // v [1, s]
    private let scale: Element
    private let module: LinearModule
    private var pass = ModelPass(.train)

    init(_ form: any Parameterization<Element>, direction: Matrix<Element>, scale: Element, module: LinearModule) {
        self.form = form
        self.direction = direction
        self.scale = scale
        self.module = module
    }

    private var groups: Int { module.inFeatures / direction.columns }

    /// What the form saves, and the input's parts behind it where they are kept.
    private func split(_ saved: Operand<Element>?) -> (own: Operand<Element>?, parts: Operand<Element>?) {
        guard let saved, pass.keepsApproximation else { return (saved, nil) }
        let (rows, own) = (0..<saved.rows, saved.columns - groups)
        return (own > 0 ? saved.window(rows: rows, columns: 0..<own) : nil, saved.window(rows: rows, columns: own..<saved.columns))
    }

    func prepare(for pass: ModelPass) {
        self.pass = pass
        form.prepare(for: pass)
    }

    var needOfFirstMicroBatch: FirstMicroBatchNeed { isFixed ? form.needOfFirstMicroBatch : max(.forward, form.needOfFirstMicroBatch) }
    private var isFixed: Bool { !direction.elements.allSatisfy { $0 == 0 } }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) throws {
        let isTraining = pass.kind == .train
        if isTraining, !isFixed { SubTokens.fixDirection(direction, from: x) }
        let (own, parts) = split(saved)
        if isTraining, let parts { SubTokens.compress(x, along: direction, into: parts) }
        try form.forward(x, into: y, accumulate: accumulate, saved: own, scratch: scratch)
    }

    func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) throws {
        guard let own = split(saved).own else { throw ContractError.outputNotRestored(form: module.name) }
        try form.restoreOutput(from: own, into: y, accumulate: accumulate, scratch: scratch)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        let (own, parts) = split(saved)
        if let parts {
            SubTokens.restore(parts, along: direction, scale: scale, into: x)
        } else {
            SubTokens.project(x, along: direction, scale: scale)
        }
        try form.backward(
            x, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, saved: own, scratch: scratch,
            accumulate: accumulate)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) throws -> Bool { try form.writeDenseEquivalent(into: weight) }
    func step(_ step: LinearStep<Element>) throws { try form.step(step) }
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws { try form.perform(rewrite, &context) }
    var supportIsValid: Bool { form.supportIsValid }
}
