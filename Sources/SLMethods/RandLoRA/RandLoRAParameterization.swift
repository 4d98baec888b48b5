import SLMethodKit
import SLNumerics
import SLSpec

/// y = x·Wᵀ with W = W₀ + s·B̂ᵀ·Â, or W₀ + s·Âᵀ·B̂ where the inputs are the longer side; W is built when it is needed.
///
/// B̂ [n·r, max] holds the columns of all Bⱼ as rows; Â [n·r, min] has row k·n + j = λ[k, j]·A[k] ⊙ γ[j].
///
/// Backward: ∂x = δ·W, then G = δᵀ·x in the same space and ∂Â = s·B̂·G or s·B̂·Gᵀ; ∂λ[k, j] = Σ ∂Â·A[k]·γ[j], ∂γ[j] = Σ over k of λ[k, j]·∂Â ⊙ A[k].
final class RandLoRAParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // W₀ [out, in]
    private let lambda: Parameter<Element>  // [r, n]
    private let gamma: Parameter<Element>  // [n, min]
    private let seed: IndexVector
    private let distribution: SeededRows.Distribution
    private let size: RandLoRASize
    private let scale: Element
    private let module: LinearModule

    init(
        weight: Parameter<Element>, lambda: Parameter<Element>, gamma: Parameter<Element>, seed: IndexVector, distribution: SeededRows.Distribution,
        size: RandLoRASize, scale: Element, module: LinearModule
    ) {
        self.weight = weight
        self.lambda = lambda
        self.gamma = gamma
        self.seed = seed
        self.distribution = distribution
        self.size = size
        self.scale = scale
        self.module = module
    }

    private var hasLongInput: Bool { module.inFeatures > module.outFeatures }

    private func rows(_ name: String) -> SeededRows { SeededRows(seed: BasisSeed.value(seed), name: "randlora/\(name)", distribution) }

    /// What a pass works with.
    private struct Space {
        let dense: Matrix<Element>  // [out, in]
        let up: Operand<Element>  // B̂ [n·r, max]
        let scaled: Matrix<Element>  // Â [n·r, min]
        let down: Matrix<Element>  // A [r, min]
        let row: Matrix<Element>  // [threads, min]
    }

    /// Draws A and B̂.
    private func space(_ precision: OperandPrecision, _ scratch: inout Scratch<Element>) -> Space {
        let space = Space(
            dense: scratch.take(rows: module.outFeatures, columns: module.inFeatures),
            up: scratch.take(rows: size.terms, columns: size.longer, precision: precision),
            scaled: scratch.take(rows: size.terms, columns: size.shorter), down: scratch.take(rows: size.rank, columns: size.shorter),
            row: scratch.take(rows: Compute.threads, columns: size.shorter))
        space.down.fill(from: rows("A"))
        space.up.fill(from: rows("B"))
        return space
    }

    /// dense ← W; the scaled A is gone then.
    private func build(_ space: Space, _ precision: OperandPrecision) {
        space.scaled.setScaledRows(space.down, lambda.value, gamma.value)
        let operand = space.scaled.roundInPlace(to: precision)
        space.dense.copy(from: weight.value)
        if hasLongInput {
            space.dense.setProduct(transposing: operand, space.up, scale: scale, keep: 1)
        } else {
            space.dense.setProduct(transposing: space.up, operand, scale: scale, keep: 1)
        }
    }

    func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let space = space(x.precision, &scratch)
        build(space, x.precision)
        y.setProduct(x, transposing: space.dense.roundInPlace(to: x.precision), keep: accumulate ? 1 : 0)
    }

    func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        let space = space(x.precision, &scratch)
        build(space, x.precision)
        dx.setProduct(outputGradient, space.dense.roundInPlace(to: x.precision), keep: accumulateInput ? 1 : 0)
        space.dense.setProduct(transposing: outputGradient, x)
        let dense = space.dense.roundInPlace(to: x.precision)
        if hasLongInput {
            space.scaled.setProduct(space.up, transposing: dense, scale: scale)
        } else {
            space.scaled.setProduct(space.up, dense, scale: scale)
        }
        guard let dLambda = lambda.gradient, let dGamma = gamma.gradient else { return }
        space.scaled.contractScaledRows(
            space.down, lambda.value, gamma.value, lambdaGradient: dLambda, gammaGradient: dGamma, accumulate: accumulate, space: space.row)
    }

    func writeDenseEquivalent(into dense: Matrix<Element>) throws -> Bool {
        let count = size.scratchCount(PassSize(tokens: 1, threads: Compute.threads))
        var scratch = Scratch(try Matrix<Element>(rows: 1, columns: count, category: .workspace, ledger: MemoryLedger()))
        let space = space(.full, &scratch)
        build(space, .full)
        dense.copy(from: space.dense)
        return true
    }
}
