import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·W₀ᵀ + s·z·Bᵀ with z = x·Aᵀ [N, r], which is kept.
final class LoRAFAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // W₀ [out, in]
    private let down: Parameter<Element>  // A [r, in]
    private let up: Parameter<Element>  // B [out, r]
    private let scale: Element
    private let module: LinearModule

    init(weight: Parameter<Element>, down: Parameter<Element>, up: Parameter<Element>, scale: Element, module: LinearModule) {
        self.weight = weight
        self.down = down
        self.up = up
        self.scale = scale
        self.module = module
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        // An evaluation saves nothing.
        let z = saved ?? scratch.take(rows: x.rows, columns: down.rows, like: x)
        z.setProduct(x, transposing: down)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        y.setProduct(z, transposing: up, scale: scale, keep: 1)
    }

    /// ∂B = s·δᵀ·z; ∂x = δ·W₀ + s·(δ·B)·A.
    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        up.gradient?.setProduct(transposing: outputGradient, z, scale: scale, keep: accumulate ? 1 : 0)
        let dz = scratch.take(rows: z.rows, columns: down.rows, like: outputGradient)
        dz.setProduct(outputGradient, up, scale: scale)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
        dx.setProduct(dz, down, keep: 1)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        dense.setProduct(up.value, down.value, scale: scale, keep: 1)
        return true
    }
}
