import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Wᵀ with W = s·B·A + S, computed in one of two ways that give the same result.
///
/// *Rebuilt*: W is built when it is needed and thrown away; backward takes W again for ∂x = δ·W, then G = δᵀ·x in the same
/// space, ∂B = s·G·Aᵀ, ∂A = s·Bᵀ·G, ∂values = G at the support. Nothing but x is kept.
/// Source: Han et al. 2024, arXiv:2406.02214, Algorithm 1, with s as in the code.
///
/// *Factored*: y = s·(x·Aᵀ)·Bᵀ + x·Sᵀ, each part multiplied directly; no [out, in] array exists in either direction, and
/// the values' gradient is taken at the support only. Keeps z = x·Aᵀ [N, r].
final class SLTrainParameterization<Element: Scalar>: Parameterization {
    private let factors: LowRankFactors<Element>
    private let values: Parameter<Element>  // [1, nnz]
    private let support: SparseSupport
    private let module: LinearModule
    private let cost: SLTrainCost

    init(factors: LowRankFactors<Element>, values: Parameter<Element>, support: SparseSupport, module: LinearModule, cost: SLTrainCost) {
        self.factors = factors
        self.values = values
        self.support = support
        self.module = module
        self.cost = cost
    }

    var supportIsValid: Bool { support.isValid(columnCount: module.inFeatures) }

    private func rebuild(into weight: Matrix<Element>) {
        factors.writeProduct(into: weight, accumulate: false)
        support.scatterAdd(values.value, into: weight)
    }

    private func sparseWorkspace(_ tokens: Int, _ scratch: inout Scratch<Element>) -> Matrix<Element> {
        scratch.take(
            rows: 1, columns: support.productWorkspaceCount(tokens: tokens, inFeatures: module.inFeatures, threads: Compute.threads))
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        if let z = saved {
            factors.compress(x, into: z)
            factors.expand(z, into: y, accumulate: accumulate)
            support.addProduct(x.matrix, values: values.value, into: y, workspace: sparseWorkspace(x.rows, &scratch))
        } else {
            let weight = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
            rebuild(into: weight)
            y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        }
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        if let z = saved {
            factors.backward(
                x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
                accumulate: accumulate)
            support.addGradients(
                x.matrix, outputGradient: outputGradient.matrix, values: values.value, inputGradient: dx, valueGradient: values.gradient,
                accumulate: accumulate, workspace: sparseWorkspace(x.rows, &scratch))
            return
        }
        let dense = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        rebuild(into: dense)
        dx.setProduct(outputGradient, dense, keep: accumulateInput ? 1 : 0)
        dense.setProduct(transposing: outputGradient, x)
        let keep: Element = accumulate ? 1 : 0
        factors.up.gradient?.setProduct(dense, transposing: factors.down.value, scale: factors.scale, keep: keep)
        factors.down.gradient?.setProduct(transposing: factors.up.value, dense, scale: factors.scale, keep: keep)
        if let gradient = values.gradient {
            if !accumulate { gradient.fill(0) }
            support.gatherAdd(dense, into: gradient)
        }
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        rebuild(into: weight)
        return true
    }

    /// The product is balanced; scale and sparse part stay out.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try factors.balance(&context)
    }
}
