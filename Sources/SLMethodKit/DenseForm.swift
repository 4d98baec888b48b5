import SLNumerics
import SLSpec

/// The ordinary linear: y = x·Wᵀ, ∂W = δᵀ·x, ∂x = δ·W.
public final class DenseForm<Element: Scalar>: WeightForm {
    private let weight: Parameter<Element>  // [out, in]
    private let site: LinearSite

    public init(weight: Parameter<Element>, site: LinearSite) {
        self.weight = weight
        self.site = site
    }

    public func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool, kept: Matrix<Element>?, scratch: Scratch<Element>) {
        y.setProduct(x, transposing: weight.value, keep: accumulate ? 1 : 0)
    }

    public func backward(
        _ x: Matrix<Element>?, outputGradient: Matrix<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(site: site.name) }
        weight.gradient?.setProduct(transposing: outputGradient, x, keep: accumulate ? 1 : 0)
        dx.setProduct(outputGradient, weight.value, keep: accumulateInput ? 1 : 0)
    }

    public func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }
}
