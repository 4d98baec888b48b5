public import SLNumerics
import SLOptimizers
public import SLSpec

/// The product s·B·A of two trained factors, B [out, r], A [r, in], never formed: the building block of every
/// low-rank form.
///
/// With z = x·Aᵀ [N, r]: y = s·z·Bᵀ; ∂B = s·δᵀ·z; dz = s·δ·B; ∂A = dzᵀ·x; ∂x = dz·A.
public struct LowRankFactors<Element: Scalar> {
    public let down: Parameter<Element>  // A [r, in]
    public let up: Parameter<Element>  // B [out, r]
    public let scale: Element

    public init(down: Parameter<Element>, up: Parameter<Element>, scale: Element) {
        self.down = down
        self.up = up
        self.scale = scale
    }

    public var rank: Int { down.rows }

    /// z ← x·Aᵀ
    public func compress(_ x: Operand<Element>, into z: Operand<Element>) { z.setProduct(x, transposing: down) }

    /// y ← (keep ? y : 0) + s·z·Bᵀ
    public func expand(_ z: Operand<Element>, into y: Matrix<Element>, accumulate: Bool) {
        y.setProduct(z, transposing: up, scale: scale, keep: accumulate ? 1 : 0)
    }

    /// ∂B from z.
    public func upGradient(_ z: Operand<Element>, outputGradient: Operand<Element>, accumulate: Bool) {
        up.gradient?.setProduct(transposing: outputGradient, z, scale: scale, keep: accumulate ? 1 : 0)
    }

    /// ∂A from dz and x, and dx ← (keep ? dx : 0) + dz·A.
    public func compressBackward(
        _ x: Operand<Element>, gradient dz: Operand<Element>, into dx: Matrix<Element>, accumulateInput: Bool, accumulate: Bool
    ) {
        down.gradient?.setProduct(transposing: dz, x, keep: accumulate ? 1 : 0)
        dx.setProduct(dz, down, keep: accumulateInput ? 1 : 0)
    }

    /// Both factors' gradients, and dx ← (keep ? dx : 0) + ∂x.
    ///
    /// - Parameters:
    ///   - z: as the forward pass saved it.
    ///   - scratch: lends dz, an operand of N · r.
    public func backward(
        _ x: Operand<Element>, saved z: Operand<Element>, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>,
        accumulateInput: Bool, scratch: inout Scratch<Element>, accumulate: Bool
    ) {
        let dz = scratch.take(rows: x.rows, columns: rank, like: x)
        upGradient(z, outputGradient: outputGradient, accumulate: accumulate)
        dz.setProduct(outputGradient, up, scale: scale)
        compressBackward(x, gradient: dz, into: dx, accumulateInput: accumulateInput, accumulate: accumulate)
    }

    /// dense ← s·B·A from the factors as passes read them.
    public func multiply(into dense: Matrix<Element>) { dense.setProduct(up, down, scale: scale) }

    /// dense ← (keep ? dense : 0) + s·B·A from the factors in full.
    public func writeProduct(into dense: Matrix<Element>, accumulate: Bool) {
        dense.setProduct(up.value, down.value, scale: scale, keep: accumulate ? 1 : 0)
    }

    /// Declarations under the names of the published checkpoints.
    public static func declarations(at module: LinearModule, rank: Int) -> [TensorDeclaration] {
        [
            TensorDeclaration("lora_A", rows: rank, columns: module.inFeatures),
            TensorDeclaration("lora_B", rows: module.outFeatures, columns: rank),
        ]
    }
}

extension TensorSet {
    /// The factors under the names of ``LowRankFactors/declarations(at:rank:)``.
    public func lowRankFactors(scale: Double) throws(ContractError) -> LowRankFactors<Element> {
        LowRankFactors(down: try parameter("lora_A"), up: try parameter("lora_B"), scale: Element(scale))
    }

    /// Fills a fresh tensor with U(±1/√fanIn): PyTorch's Kaiming-uniform with a = √5.
    public func initializeUniform(_ name: String, fanIn: Int, random: InitialRandomness) throws {
        guard fresh.contains(name) else { return }
        var stream = random.stream(name, at: module)
        try parameter(name).value.fillUniform(bound: 1 / Double(fanIn).squareRoot(), from: &stream)
    }
}
