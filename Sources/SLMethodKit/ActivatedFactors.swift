public import SLNumerics
import SLSpec

/// φ between two low-rank factors.
public enum FactorActivation: String, Sendable, Hashable, CaseIterable {
    case silu, identity

    /// For options of that name.
    public static let words = allCases.map(\.rawValue)
}

/// Low-rank factors with an activation between them: y = s·φ(z)·Bᵀ with z = x·Aᵀ [N, r].
///
/// Backward, δ = ∂L/∂y and h = φ(z): ∂B = s·δᵀ·h; dz = s·(δ·B) ⊙ φ'(z); ∂A = dzᵀ·x; ∂x = dz·A. What is saved is z, from which h is
/// computed again.
public struct ActivatedFactors<Element: Scalar> {
    public let factors: LowRankFactors<Element>
    public let activation: FactorActivation

    public init(_ factors: LowRankFactors<Element>, activation: FactorActivation) {
        self.factors = factors
        self.activation = activation
    }

    public var rank: Int { factors.rank }

    /// Elements of temporary space that either pass takes: z or dz, and h; where operands are rounded dz in full, too.
    public static func scratchCount(rank: Int, pass: PassSize) -> Int {
        2 * pass.operandCount(pass.tokens * rank) + pass.fullCount(pass.tokens * rank)
    }

    /// φ(z): z itself for the identity.
    private func activated(_ z: Operand<Element>, scratch: inout Scratch<Element>) -> Operand<Element> {
        guard activation == .silu else { return z }
        let h = scratch.take(rows: z.rows, columns: z.columns, like: z)
        SiLU.forward(z, into: h)
        return h
    }

    /// y ← (keep ? y : 0) + s·φ(x·Aᵀ)·Bᵀ
    ///
    /// - Parameter saved: gets z, where it is there.
    public func forward(
        _ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: inout Scratch<Element>
    ) {
        let z = saved ?? scratch.take(rows: x.rows, columns: rank, like: x)
        factors.compress(x, into: z)
        expand(saved: z, into: y, accumulate: accumulate, scratch: &scratch)
    }

    /// y ← (keep ? y : 0) + s·φ(z)·Bᵀ
    public func expand(saved z: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, scratch: inout Scratch<Element>) {
        factors.expand(activated(z, scratch: &scratch), into: y, accumulate: accumulate)
    }

    /// Both factors' gradients, and dx ← (keep ? dx : 0) + ∂x.
    ///
    /// - Parameter z: as the forward pass saved it.
    public func backward(
        _ x: Operand<Element>, saved z: Operand<Element>, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>,
        accumulateInput: Bool, scratch: inout Scratch<Element>, accumulate: Bool
    ) {
        let dz = scratch.take(rows: x.rows, columns: rank, like: x)
        factors.upGradient(activated(z, scratch: &scratch), outputGradient: outputGradient, accumulate: accumulate)
        if activation == .silu {
            let inFull = scratch.inFull(dz)
            inFull.setProduct(outputGradient, factors.up, scale: factors.scale)
            SiLU.backward(z, gradient: inFull)
            dz.round(from: inFull)
        } else {
            dz.setProduct(outputGradient, factors.up, scale: factors.scale)
        }
        factors.compressBackward(x, gradient: dz, into: dx, accumulateInput: accumulateInput, accumulate: accumulate)
    }

    /// dense ← s·B·A.
    ///
    /// - Returns: `false`, and nothing written, where φ is no identity: no dense matrix does the same then.
    public func writeProduct(into dense: Matrix<Element>) -> Bool {
        guard activation == .identity else { return false }
        factors.writeProduct(into: dense, accumulate: false)
        return true
    }
}
