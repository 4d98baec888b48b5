import SLMethodKit
import SLNumerics
import SLSpec

/// y = φ(x·Aᵀ)·Bᵀ with φ = SiLU; no dense matrix does the same. Saves z = x·Aᵀ [N, r].
final class CoLAForm<Element: Scalar>: WeightForm {
    private let path: ActivatedFactors<Element>
    private let site: LinearSite

    init(path: ActivatedFactors<Element>, site: LinearSite) {
        self.path = path
        self.site = site
    }

    func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool, kept: Matrix<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        path.forward(x, into: y, accumulate: accumulate, saved: kept, scratch: &scratch)
    }

    func backward(
        _ x: Matrix<Element>?, outputGradient: Matrix<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = kept else { throw ContractError.missingInput(site: site.name) }
        var scratch = scratch
        path.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool { path.writeProduct(into: weight) }
}
