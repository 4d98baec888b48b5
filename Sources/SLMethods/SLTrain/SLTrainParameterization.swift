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

    /// W as products read it, from the factors as they read them: summed in full, then rounded where it stands.
    private func rebuild(in space: Matrix<Element>, like x: Operand<Element>) -> Operand<Element> {
        factors.multiply(into: space)
        support.scatterAdd(values.value, into: space)
        return space.roundInPlace(to: x.precision)
    }

    /// For the sparse part, which has no products of short operands.
    private func inFull(_ operand: Operand<Element>, _ scratch: inout Scratch<Element>) -> Matrix<Element> {
        let matrix = scratch.inFull(operand)
        operand.expand(into: matrix)
        return matrix
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
            let x = inFull(x, &scratch)
            support.addProduct(x, values: values.value, into: y, workspace: sparseWorkspace(x.rows, &scratch))
        } else {
            let weight = rebuild(in: scratch.take(rows: module.outFeatures, columns: module.inFeatures), like: x)
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
            let (x, outputGradient) = (inFull(x, &scratch), inFull(outputGradient, &scratch))
            support.addGradients(
                x, outputGradient: outputGradient, values: values.value, inputGradient: dx, valueGradient: values.gradient,
                accumulate: accumulate, workspace: sparseWorkspace(x.rows, &scratch))
            return
        }
        let space = scratch.take(rows: module.outFeatures, columns: module.inFeatures)
        dx.setProduct(outputGradient, rebuild(in: space, like: x), keep: accumulateInput ? 1 : 0)
        space.setProduct(transposing: outputGradient, x)
        if let gradient = values.gradient {
            if !accumulate { gradient.fill(0) }
            support.gatherAdd(space, into: gradient)
        }
        let dense = space.roundInPlace(to: x.precision)
        let keep: Element = accumulate ? 1 : 0
        factors.up.gradient?.setProduct(dense, transposing: factors.down, scale: factors.scale, keep: keep)
        factors.down.gradient?.setProduct(transposing: factors.up, dense, scale: factors.scale, keep: keep)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        factors.writeProduct(into: weight, accumulate: false)
        support.scatterAdd(values.value, into: weight)
        return true
    }

    /// The product is balanced; scale and sparse part stay out.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try factors.balance(&context)
    }
}
