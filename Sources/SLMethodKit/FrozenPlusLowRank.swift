public import SLNumerics
public import SLSpec

/// What every method with a frozen weight beside trained factors shares: declarations, first values and cost.
public enum FrozenPlusLowRank {
    public static func declarations(at module: LinearModule, rank: Int) -> [TensorDeclaration] {
        [TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures, kind: .frozen)]
            + LowRankFactors<Float>.declarations(at: module, rank: rank)
    }

    /// W₀ dense, A ~ U(±1/√in), B = 0 (fresh tensors are zero already).
    public static func initialize<Element: Scalar>(_ set: TensorSet<Element>, random: InitialRandomness) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.module) }
        try set.initializeUniform("lora_A", fanIn: set.module.inFeatures, random: random)
    }

    /// Forward and input gradient through W₀, all three products of the factors.
    public static func floatingPointOperations(at module: LinearModule, rank: Int) -> Double {
        4 * Double(module.outFeatures) * Double(module.inFeatures) + 6 * Double(rank) * Double(module.outFeatures + module.inFeatures)
    }
}

/// y = x·W₀ᵀ + s·(x·Aᵀ)·Bᵀ with W₀ frozen. Keeps z = x·Aᵀ [N, r].
///
/// ``Rewrite/merge``: W₀ ← W₀ + s·B·A, A drawn anew from U(±1/√in), B ← 0.
public final class FrozenPlusLowRankParameterization<Element: Scalar>: Parameterization {
    private let weight: Parameter<Element>  // [out, in]
    private let factors: LowRankFactors<Element>
    private let module: LinearModule

    public init(weight: Parameter<Element>, factors: LowRankFactors<Element>, module: LinearModule) {
        self.weight = weight
        self.factors = factors
        self.module = module
    }

    public func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = saved ?? scratch.take(rows: x.rows, columns: factors.rank, like: x)
        y.setProduct(x, transposing: weight, keep: accumulate ? 1 : 0)
        factors.compress(x, into: z)
        factors.expand(z, into: y, accumulate: true)
    }

    public func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = saved else { throw ContractError.missingInput(module: module.name) }
        var scratch = scratch
        factors.backward(
            x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &scratch,
            accumulate: accumulate)
        dx.setProduct(outputGradient, weight, keep: 1)
    }

    public func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        factors.writeProduct(into: dense, accumulate: true)
        return true
    }

    public func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .merge else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        factors.writeProduct(into: weight.value, accumulate: true)
        factors.down.value.fillUniform(bound: 1 / Double(module.inFeatures).squareRoot(), from: &context.random)
        factors.up.value.fill(0)
    }
}
