import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·W₀ᵀ + z·S with S [r, out] and z [N, r] the sums of every r-th value of x, which cost additions only and are computed again.
///
/// Backward, δ = ∂L/∂y: ∂S = zᵀ·δ; ∂x = δ·W₀, and δ·Sᵀ added to every r values. ΔW[o, i] = S[i mod r, o].
final class BoneParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let block: Parameter<Element>  // S [r, out]
    private let module: LinearModule
    private let fold: ColumnFold

    init(weight: Parameter<Element>, block: Parameter<Element>, module: LinearModule) {
        self.weight = weight
        self.block = block
        self.module = module
        fold = .strided(module.inFeatures, width: block.rows)
    }

    private func folded(_ x: Operand<Element>, _ scratch: inout Scratch<Element>) -> Operand<Element> {
        let z = scratch.take(rows: x.rows, columns: fold.width, like: x)
        z.setFold(fold, of: x)
        return z
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        y.setProduct(folded(x, &scratch), block, keep: 1)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        block.gradient?.setProduct(transposing: folded(x, &scratch), outputGradient, keep: accumulate ? 1 : 0)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
        let dz = scratch.take(rows: x.rows, columns: fold.width)
        dz.setProduct(outputGradient, transposing: block)
        dx.addUnfolded(fold, dz)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        for row in 0..<dense.rows {
            for column in 0..<dense.columns { dense[row, column] += block.value[column % fold.width, row] }
        }
        return true
    }
}
