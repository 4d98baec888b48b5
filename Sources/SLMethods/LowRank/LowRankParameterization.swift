import SLMethodKit
import SLNumerics
import SLSpec

/// y = s·(x·Aᵀ)·Bᵀ; W is never formed. Keeps z = x·Aᵀ [N, r].
final class LowRankParameterization<Element: Scalar>: Parameterization {
    private let factors: LowRankFactors<Element>
    private let module: LinearModule

    init(factors: LowRankFactors<Element>, module: LinearModule) {
        self.factors = factors
        self.module = module
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = saved ?? scratch.take(rows: x.rows, columns: factors.rank, like: x)
        factors.compress(x, into: z)
        factors.expand(z, into: y, accumulate: accumulate)
    }

    func restoreOutput(from saved: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: Scratch<Element>) {
        factors.expand(saved, into: y, accumulate: accumulate)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        factors.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        factors.writeProduct(into: weight, accumulate: false)
        return true
    }

    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try factors.balance(&context)
    }
}
