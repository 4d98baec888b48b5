import SLMethodKit
import SLNumerics
import SLSpec

/// Two factors that restarts may balance.
final class LowRankParameterization<Element: Scalar>: FactoredParameterization {
    let factors: LowRankFactors<Element>
    let module: LinearModule

    init(factors: LowRankFactors<Element>, module: LinearModule) {
        self.factors = factors
        self.module = module
    }

    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try factors.balance(&context)
    }
}
