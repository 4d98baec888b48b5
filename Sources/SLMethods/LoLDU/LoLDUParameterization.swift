import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Rᵀ + σ·(t ⊙ z)·(P·L)ᵀ with t = x·Uᵀ kept [N, r].
///
/// Backward, δ = ∂L/∂y, e = δ·(P·L) and s_j = Σ over tokens of t_j·e_j: ∂z = σ·s; ∂σ = Σ z_j·s_j; ∂x = δ·R + σ·(e ⊙ z)·U.
final class LoLDUParameterization<Element: Scalar>: Parameterization {
    private let residual: Parameter<Element>  // R [out, in]
    private let lower: Parameter<Element>  // P·L [out, r]
    private let upper: Parameter<Element>  // U [r, in]
    private let diagonal: Parameter<Element>  // z [1, r]
    private let scale: Parameter<Element>  // σ [1, 1]
    private let module: LinearModule

    init(
        residual: Parameter<Element>, lower: Parameter<Element>, upper: Parameter<Element>, diagonal: Parameter<Element>, scale: Parameter<Element>,
        module: LinearModule
    ) {
        self.residual = residual
        self.lower = lower
        self.upper = upper
        self.diagonal = diagonal
        self.scale = scale
        self.module = module
    }

    private var rank: Int { diagonal.columns }

    /// σ·z
    private func factors(_ scratch: inout Scratch<Element>) -> Matrix<Element> {
        let factors = scratch.take(rows: 1, columns: rank)
        factors.copy(from: diagonal.value)
        factors.scale(by: scale.value[0, 0])
        return factors
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let t = saved ?? scratch.take(rows: x.rows, columns: rank, like: x)
        t.setProduct(x, transposing: upper)
        let scaled = scratch.take(rows: x.rows, columns: rank, like: x)
        scaled.setScaledColumns(t, by: factors(&scratch))
        y.setProduct(x, transposing: residual, keep: accumulate ? 1 : 0)
        y.setProduct(scaled, transposing: lower, keep: 1)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let t = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let e = scratch.take(rows: t.rows, columns: rank, like: t)
        e.setProduct(outputGradient, lower)
        let sums = scratch.take(rows: 1, columns: rank)
        sums.setColumnDots(t, e)
        if let gradient = scale.gradient {
            let all = (0..<rank).reduce(Element(0)) { $0 + diagonal.value[0, $1] * sums[0, $1] }
            gradient[0, 0] = (accumulate ? gradient[0, 0] : 0) + all
        }
        if let gradient = diagonal.gradient {
            if !accumulate { gradient.fill(0) }
            gradient.add(sums, scaledBy: scale.value[0, 0])
        }
        let scaled = scratch.take(rows: t.rows, columns: rank, like: t)
        scaled.setScaledColumns(e, by: factors(&scratch))
        dx.setProduct(outputGradient, residual, keep: accumulateInput ? 1 : 0)
        dx.setProduct(scaled, upper, keep: 1)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        // In the order of σ·P·L·diag(z)·U, column by column of P·L: no space of its own.
        dense.copy(from: residual.value)
        for k in 0..<rank {
            let factor = scale.value[0, 0] * diagonal.value[0, k]
            dense.setProduct(
                lower.value.window(rows: 0..<dense.rows, columns: k..<k + 1), upper.value.window(rows: k..<k + 1), scale: factor, keep: 1)
        }
        return true
    }
}
