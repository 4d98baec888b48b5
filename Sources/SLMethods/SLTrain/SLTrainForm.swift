import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Wᵀ with W = s·B·A + S built when it is needed and thrown away.
///
/// Backward: W again for ∂x = δ·W; then G = δᵀ·x in the same space, ∂B = s·G·Aᵀ, ∂A = s·Bᵀ·G, ∂values = G at the
/// support. Nothing but x is kept. Source: Han et al. 2024, arXiv:2406.02214, Algorithm 1, with s as in the code.
final class SLTrainForm<Element: Scalar>: WeightForm {
    private let factors: LowRankFactors<Element>
    private let values: Parameter<Element>  // [1, nnz]
    private let support: SparseSupport
    private let site: LinearSite

    init(factors: LowRankFactors<Element>, values: Parameter<Element>, support: SparseSupport, site: LinearSite) {
        self.factors = factors
        self.values = values
        self.support = support
        self.site = site
    }

    private func rebuild(into weight: Matrix<Element>) {
        factors.writeProduct(into: weight, accumulate: false)
        support.scatterAdd(values.value, into: weight)
    }

    func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool, kept: Matrix<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let weight = scratch.take(rows: site.outFeatures, columns: site.inFeatures)
        rebuild(into: weight)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Matrix<Element>?, outputGradient: Matrix<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(site: site.name) }
        var scratch = scratch
        let dense = scratch.take(rows: site.outFeatures, columns: site.inFeatures)
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
}
