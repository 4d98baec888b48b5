import SLMethodKit
import SLNumerics
import SLSpec

/// y = φ(x·Aᵀ)·Bᵀ with φ = SiLU; no dense matrix does the same. Saves z = x·Aᵀ [N, r].
final class CoLAParameterization<Element: Scalar>: Parameterization {
    private let path: ActivatedFactors<Element>
    private let module: LinearModule

    init(path: ActivatedFactors<Element>, module: LinearModule) {
        self.path = path
        self.module = module
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        path.forward(x, into: y, accumulate: accumulate, saved: saved, scratch: &scratch)
    }

    func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) {
        var scratch = scratch
        path.expand(saved: saved, into: y, accumulate: accumulate, scratch: &scratch)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        path.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool { path.writeProduct(into: weight) }
}
