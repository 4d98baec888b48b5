import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·W₀ᵀ, and part i of y adds s·(xᵢ·Aᵢᵀ)·Bᵢᵀ for part i of x. Keeps zᵢ = xᵢ·Aᵢᵀ side by side [N, n·r].
///
/// All Aᵢ [r, in/n] stand side by side in A [r, in], all Bᵢ [out/n, r] one below the other in B [out, r].
final class MELoRAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let factors: LowRankFactors<Element>
    private let parts: Int
    private let module: LinearModule

    init(weight: Parameter<Element>, factors: LowRankFactors<Element>, parts: Int, module: LinearModule) {
        self.weight = weight
        self.factors = factors
        self.parts = parts
        self.module = module
    }

    private var rank: Int { factors.rank }

    /// Of the inputs, of the outputs, and of z.
    private func bounds(_ part: Int) -> (inputs: Range<Int>, outputs: Range<Int>, inner: Range<Int>) {
        func cut(_ count: Int) -> Range<Int> { count * part / parts..<count * (part + 1) / parts }
        return (cut(module.inFeatures), cut(module.outFeatures), part * rank..<(part + 1) * rank)
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = saved ?? scratch.take(rows: x.rows, columns: rank * parts, like: x)
        let (tokens, ranks) = (0..<x.rows, 0..<rank)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        for part in 0..<parts {
            let (inputs, outputs, inner) = bounds(part)
            let own = z.window(rows: tokens, columns: inner)
            own.setProduct(x.window(rows: tokens, columns: inputs), transposing: factors.down.operand.window(rows: ranks, columns: inputs))
            y.window(rows: tokens, columns: outputs).setProduct(
                own, transposing: factors.up.operand.window(rows: outputs), scale: factors.scale, keep: 1)
        }
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let dz = scratch.take(rows: x.rows, columns: rank * parts, like: x)
        let (tokens, ranks) = (0..<x.rows, 0..<rank)
        let keep: Element = accumulate ? 1 : 0
        dx.setProduct(outputGradient, weight, keep: accumulateInput ? 1 : 0)
        for part in 0..<parts {
            let (inputs, outputs, inner) = bounds(part)
            let (delta, own) = (outputGradient.window(rows: tokens, columns: outputs), dz.window(rows: tokens, columns: inner))
            factors.up.gradient?.window(rows: outputs).setProduct(
                transposing: delta, z.window(rows: tokens, columns: inner), scale: factors.scale, keep: keep)
            own.setProduct(delta, factors.up.operand.window(rows: outputs), scale: factors.scale)
            factors.down.gradient?.window(rows: ranks, columns: inputs).setProduct(
                transposing: own, x.window(rows: tokens, columns: inputs), keep: keep)
            dx.window(rows: tokens, columns: inputs).setProduct(own, factors.down.operand.window(rows: ranks, columns: inputs), keep: 1)
        }
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        for part in 0..<parts {
            let (inputs, outputs, _) = bounds(part)
            dense.window(rows: outputs, columns: inputs).setProduct(
                factors.up.value.window(rows: outputs), factors.down.value.window(rows: 0..<rank, columns: inputs), scale: factors.scale, keep: 1)
        }
        return true
    }
}
