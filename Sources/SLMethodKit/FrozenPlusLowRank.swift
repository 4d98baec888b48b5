import SLNumerics
import SLSpec

/// What every method with a frozen weight beside trained factors shares: declarations, first values and cost.
public enum FrozenPlusLowRank {
    public static func declarations(at site: LinearSite, rank: Int) -> [TensorDeclaration] {
        [TensorDeclaration("weight", rows: site.outFeatures, columns: site.inFeatures, kind: .frozen)]
            + LowRankFactors<Float>.declarations(at: site, rank: rank)
    }

    /// W₀ dense, A ~ U(±1/√in), B = 0 (fresh tensors are zero already).
    public static func initialize<Element: Scalar>(_ set: TensorSet<Element>, random: InitialRandomness) throws {
        if set.fresh.contains("weight") { try random.fillDense(try set.parameter("weight").value, at: set.site) }
        try set.initializeUniform("lora_A", fanIn: set.site.inFeatures, random: random)
    }

    /// Forward and input gradient through W₀, all three products of the factors.
    public static func floatingPointOperations(at site: LinearSite, rank: Int) -> Double {
        4 * Double(site.outFeatures) * Double(site.inFeatures) + 6 * Double(rank) * Double(site.outFeatures + site.inFeatures)
    }
}

/// y = x·W₀ᵀ + s·(x·Aᵀ)·Bᵀ with W₀ frozen. Keeps z = x·Aᵀ [N, r].
///
/// ``FormRewrite/merge``: W₀ ← W₀ + s·B·A, A drawn anew from U(±1/√in), B ← 0.
public final class FrozenPlusLowRankForm<Element: Scalar>: WeightForm {
    private let weight: Parameter<Element>  // [out, in]
    private let factors: LowRankFactors<Element>
    private let site: LinearSite

    public init(weight: Parameter<Element>, factors: LowRankFactors<Element>, site: LinearSite) {
        self.weight = weight
        self.factors = factors
        self.site = site
    }

    public func forward(_ x: Matrix<Element>, into y: Matrix<Element>, accumulate: Bool, kept: Matrix<Element>?, scratch: Scratch<Element>) {
        var scratch = scratch
        let z = kept ?? scratch.take(rows: x.rows, columns: factors.rank)
        y.setProduct(x, transposing: weight.value, keep: accumulate ? 1 : 0)
        factors.compress(x, into: z)
        factors.expand(z, into: y, accumulate: true)
    }

    public func backward(
        _ x: Matrix<Element>?, outputGradient: Matrix<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        kept: Matrix<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x, let z = kept else { throw ContractError.missingInput(site: site.name) }
        var scratch = scratch
        let dz = scratch.take(rows: x.rows, columns: factors.rank)
        factors.expandBackward(z, outputGradient: outputGradient, into: dz, accumulate: accumulate)
        factors.compressBackward(x, gradient: dz, into: dx, accumulateInput: accumulateInput, accumulate: accumulate)
        dx.setProduct(outputGradient, weight.value, keep: 1)
    }

    public func writeDenseEquivalent(into dense: Matrix<Element>) -> Bool {
        dense.copy(from: weight.value)
        factors.writeProduct(into: dense, accumulate: true)
        return true
    }

    public func perform(_ rewrite: FormRewrite, _ context: inout RewriteContext<Element>) throws {
        guard rewrite == .merge else { throw ContractError.unsupportedRewrite(rewrite, site: site.name) }
        factors.writeProduct(into: weight.value, accumulate: true)
        factors.down.value.fillUniform(bound: 1 / Double(site.inFeatures).squareRoot(), from: &context.random)
        factors.up.value.fill(0)
    }
}
