public import SLNumerics
public import SLSpec

/// The ordinary linear: y = x·Wᵀ, ∂W = δᵀ·x, ∂x = δ·W.
public final class DenseParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let module: LinearModule

    public init(weight: Parameter<Element>, module: LinearModule) {
        self.weight = weight
        self.module = module
    }

    public func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
    }

    public func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        weight.gradient?.setProduct(transposing: outputGradient, x, keep: accumulate ? 1 : 0)
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
    }

    public func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        return true
    }
}
