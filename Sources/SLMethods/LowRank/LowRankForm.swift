import SLMethodKit
import SLNumerics
import SLSpec

/// y = s·(x·Aᵀ)·Bᵀ; W is never formed. Keeps z = x·Aᵀ [N, r].
final class LowRankForm<Element: Scalar>: WeightForm {
    private let factors: LowRankFactors<Element>
    private let site: LinearSite

    init(factors: LowRankFactors<Element>, site: LinearSite) {
        self.factors = factors
        self.site = site
    }

    func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool, kept: Matrix<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = kept ?? scratch.take(rows: x.rows, columns: factors.rank)
        factors.compress(x, into: z)
        factors.expand(z, into: y, accumulate: accumulate)
    }

    func backward(
        _ x: Matrix<Element>?, outputGradient: Matrix<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = kept else { throw ContractError.missingInput(site: site.name) }
        var scratch = scratch
        let dz = scratch.take(rows: x.rows, columns: factors.rank)
        factors.expandBackward(z, outputGradient: outputGradient, into: dz, accumulate: accumulate)
        factors.compressBackward(x, gradient: dz, into: dx, accumulateInput: accumulateInput, accumulate: accumulate)
    }

    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        factors.writeProduct(into: weight, accumulate: false)
        return true
    }

    func perform(_ rewrite: FormRewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor else { throw ContractError.unsupportedRewrite(rewrite, site: site.name) }
        try factors.balance(&context)
    }
}
