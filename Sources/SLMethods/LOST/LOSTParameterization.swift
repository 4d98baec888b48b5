import SLMethodKit
import SLNumerics
import SLSpec

/// y = γ·φ(z)·Bᵀ + (1−γ)·x[:, I]·W_sᵀ with z = x·Aᵀ kept [N, r]; no [out, in] array exists.
///
/// Backward, δ = ∂L/∂y and h = φ(z): ∂B = γ·δᵀ·h; dz = γ·(δ·B) ⊙ φ'(z); ∂A = dzᵀ·x; ∂W_s = (1−γ)·δᵀ·x[:, I];
/// ∂x = dz·A, and ∂x[:, I] adds (1−γ)·δ·W_s.
final class LOSTParameterization<Element: Scalar>: Parameterization {
    private let path: ActivatedFactors<Element>  // scale γ
    /// `nil` where γ = 1 leaves them no weight.
    private let kept: KeptChannels?
    private let module: LinearModule

    /// The kept input channels.
    struct KeptChannels {
        let weight: Parameter<Element>  // W_s [out, k]
        let columns: IndexVector
        let scale: Element  // 1 − γ
    }

    init(path: ActivatedFactors<Element>, kept: KeptChannels?, module: LinearModule) {
        self.path = path
        self.kept = kept
        self.module = module
    }

    var supportIsValid: Bool {
        let chosen = kept?.columns.elements ?? []
        return chosen.allSatisfy { (0..<module.inFeatures).contains($0) } && Set(chosen).count == chosen.count
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        path.forward(x, into: y, accumulate: accumulate, saved: saved, scratch: &scratch)
        guard let kept else { return }
        let channels = scratch.take(rows: x.rows, columns: kept.columns.count, like: x)
        channels.gatherColumns(kept.columns, of: x)
        y.setProduct(channels, transposing: kept.weight, scale: kept.scale, keep: 1)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        path.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
        guard let kept else { return }
        let channels = scratch.take(rows: x.rows, columns: kept.columns.count, like: x)
        channels.gatherColumns(kept.columns, of: x)
        kept.weight.gradient?.setProduct(transposing: outputGradient, channels, scale: kept.scale, keep: accumulate ? 1 : 0)
        let channelGradient = scratch.take(rows: x.rows, columns: kept.columns.count)
        channelGradient.setProduct(outputGradient, kept.weight, scale: kept.scale)
        dx.scatterAddColumns(kept.columns, from: channelGradient)
    }

    /// None with SiLU. With the identity W = γ·B·A, plus (1−γ)·W_s in the saved columns.
    func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        guard path.writeProduct(into: weight) else { return false }
        guard let kept else { return true }
        for row in 0..<module.outFeatures {
            for position in 0..<kept.columns.count {
                weight[row, kept.columns[position]] += kept.scale * kept.weight.value[row, position]
            }
        }
        return true
    }

    /// Only without an activation: φ(x·Aᵀ) of other factors is another function.
    func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .refactor, path.activation == .identity else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try path.factors.balance(&context)
    }
}
