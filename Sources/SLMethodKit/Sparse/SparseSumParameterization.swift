public import SLNumerics
public import SLSpec

/// y = x·Wᵀ where W is a sum with a sparse part: s·B·A + S, W₀ + S with W₀ frozen, or S alone. Computed in one of two ways that give the same
/// result.
///
/// *Rebuilt*: W is built when it is needed and thrown away; backward takes W again for ∂x = δ·W, then G = δᵀ·x in the same
/// space, ∂B = s·G·Aᵀ, ∂A = s·Bᵀ·G, ∂values = G at the support. Nothing but x is kept.
/// Source: Han et al. 2024, arXiv:2406.02214, Algorithm 1, with s as in the code.
///
/// *Factored*: y = s·(x·Aᵀ)·Bᵀ + x·Sᵀ, or x·W₀ᵀ + x·Sᵀ, each part multiplied directly; no [out, in] array exists in either direction besides W₀,
/// and the values' gradient is taken at the support only. Keeps z = x·Aᵀ [N, r] where there are factors.
///
/// In passes that collect dense gradients G is made either way, for the candidates of a support that moves.
public final class SparseSumParameterization<Element: Scalar>: Parameterization {
    private let base: Base
    private let entries: SparseEntries<Element>
    private let module: LinearModule
    private let computation: SparseComputation
    private var pass = ModelPass(.evaluate)

    /// What stands beside the sparse part.
    public enum Base {
        case factors(LowRankFactors<Element>)
        case frozen(Parameter<Element>)  // [out, in]
        case nothing
    }

    public init(_ base: Base, _ entries: SparseEntries<Element>, module: LinearModule, computation: SparseComputation) {
        self.base = base
        self.entries = entries
        self.module = module
        self.computation = computation
    }

    private var factors: LowRankFactors<Element>? { if case .factors(let factors) = base { factors } else { nil } }
    private var frozen: Parameter<Element>? { if case .frozen(let weight) = base { weight } else { nil } }
    private var values: Parameter<Element> { entries.values }
    private var support: SparseSupport { entries.support }

    public var supportIsValid: Bool { entries.isValid(in: module) }

    public func prepare(for pass: ModelPass) { self.pass = pass }

    public var needOfFirstMicroBatch: FirstMicroBatchNeed { pass.collectsDenseGradients && entries.needsCandidates ? .backward : .nothing }

    /// Whether the parts are multiplied directly. With factors that is known by what they saved.
    private func isDirect(_ x: Operand<Element>, _ saved: Operand<Element>?) -> Bool {
        factors == nil ? computation.usesFactors(module, entries: values.count, pass: PassSize(tokens: 1, precision: x.precision)) : saved != nil
    }

    /// W as products read it, from the factors as they read them: summed in full, then rounded where it stands.
    private func rebuild(in space: Matrix<Element>, like x: Operand<Element>) -> Operand<Element> {
        if let factors { factors.multiply(into: space) } else { space.fill(0) }
        support.scatterAdd(values.value, into: space)
        return space.roundInPlace(to: x.precision)
    }

    /// For the sparse part, which has no products of short operands.
    private func inFull(_ operand: Operand<Element>, _ scratch: inout Scratch<Element>) -> Matrix<Element> {
        let matrix = scratch.inFull(operand)
        operand.expand(into: matrix)
        return matrix
    }

    private func sparseWorkspace(_ tokens: Int, _ scratch: inout Scratch<Element>) -> Matrix<Element> {
        scratch.take(
            rows: 1, columns: support.productWorkspaceCount(tokens: tokens, inFeatures: module.inFeatures, threads: Compute.threads))
    }

    private func space(_ scratch: Scratch<Element>) -> Matrix<Element> {
        var scratch = scratch
        return scratch.take(rows: module.outFeatures, columns: module.inFeatures)
    }

    public func forward(_ x: Operand<Element>, into y: Matrix<Element>, accumulate: Bool, saved: Operand<Element>?, scratch: Scratch<Element>) {
        guard isDirect(x, saved) else {
            y.setProduct(x, transposing: rebuild(in: space(scratch), like: x), keep: accumulate ? 1 : 0)
            return
        }
        var scratch = scratch
        if let factors, let z = saved {
            factors.compress(x, into: z)
            factors.expand(z, into: y, accumulate: accumulate)
        } else if let frozen {
            y.setProduct(x, transposing: frozen, keep: accumulate ? 1 : 0)
        } else if !accumulate {
            y.fill(0)
        }
        let x = inFull(x, &scratch)
        support.addProduct(x, values: values.value, into: y, workspace: sparseWorkspace(x.rows, &scratch))
    }

    public func backward(
        _ x: Operand<Element>?, outputGradient: Operand<Element>, inputGradient dx: Matrix<Element>, accumulateInput: Bool,
        saved: Operand<Element>?, scratch: Scratch<Element>, accumulate: Bool
    ) throws {
        guard let x else { throw ContractError.missingInput(module: module.name) }
        guard isDirect(x, saved) else {
            return backwardRebuilt(x, outputGradient, dx, accumulateInput: accumulateInput, space: space(scratch), accumulate: accumulate)
        }
        var temporaries = scratch
        if let factors, let z = saved {
            factors.backward(
                x, saved: z, outputGradient: outputGradient, inputGradient: dx, accumulateInput: accumulateInput, scratch: &temporaries,
                accumulate: accumulate)
        } else if let frozen {
            dx.setProduct(outputGradient, frozen, keep: accumulateInput ? 1 : 0)
        } else if !accumulateInput {
            dx.fill(0)
        }
        let (input, delta) = (inFull(x, &temporaries), inFull(outputGradient, &temporaries))
        support.addGradients(
            input, outputGradient: delta, values: values.value, inputGradient: dx, valueGradient: values.gradient,
            accumulate: accumulate, workspace: sparseWorkspace(x.rows, &temporaries))
        guard pass.collectsDenseGradients else { return }
        let dense = space(scratch)
        dense.setProduct(transposing: outputGradient, x)
        entries.collect(dense, accumulate: accumulate, pass.microBatch)
    }

    private func backwardRebuilt(
        _ x: Operand<Element>, _ outputGradient: Operand<Element>, _ dx: Matrix<Element>, accumulateInput: Bool, space: Matrix<Element>, accumulate: Bool
    ) {
        dx.setProduct(outputGradient, rebuild(in: space, like: x), keep: accumulateInput ? 1 : 0)
        space.setProduct(transposing: outputGradient, x)
        if let gradient = values.gradient {
            if !accumulate { gradient.fill(0) }
            support.gatherAdd(space, into: gradient)
        }
        if pass.collectsDenseGradients { entries.collect(space, accumulate: accumulate, pass.microBatch) }
        guard let factors else { return }
        let dense = space.roundInPlace(to: x.precision)
        let keep: Element = accumulate ? 1 : 0
        factors.up.gradient?.setProduct(dense, transposing: factors.down, scale: factors.scale, keep: keep)
        factors.down.gradient?.setProduct(transposing: factors.up, dense, scale: factors.scale, keep: keep)
    }

    public func writeDenseEquivalent(into weight: Matrix<Element>) -> Bool {
        switch base {
        case .factors(let factors): factors.writeProduct(into: weight, accumulate: false)
        case .frozen(let frozen): weight.copy(from: frozen.value)
        case .nothing: weight.fill(0)
        }
        support.scatterAdd(values.value, into: weight)
        return true
    }

    /// Of factors the product is balanced: scale and sparse part stay out. A support that moves exchanges entries.
    public func perform(_ rewrite: Rewrite, _ context: inout RewriteContext<Element>) throws {
        if rewrite.name == Regrow.rewriteName, entries.regrow != nil { return try entries.exchange(rewrite, in: module, &context) }
        guard rewrite == .refactor, let factors else { throw ContractError.unsupportedRewrite(rewrite, module: module.name) }
        try factors.balance(&context)
    }

    // MARK: Sizes

    /// Elements of temporary space of a pass.
    public static func scratchCount(
        at module: LinearModule, entries: Int, rank: Int, computation: SparseComputation, regrow: Regrow?, pass: PassSize
    ) -> Int {
        let dense = module.outFeatures * module.inFeatures
        guard computation.usesFactors(module, entries: entries, pass: pass) else { return dense }
        // The sparse part reads its operands in full.
        let direct = pass.operandCount(pass.tokens * rank) + pass.fullCount(pass.tokens * (module.inFeatures + module.outFeatures))
            + SparseSupport.productWorkspaceCount(
                rows: module.outFeatures, columns: module.inFeatures, entries: entries, tokens: pass.tokens, threads: pass.threads)
        return regrow?.growth == .gradient ? max(direct, dense) : direct
    }

    /// Elements of temporary space of an exchange.
    public static func exchangeCount(at module: LinearModule, regrow: Regrow?) -> Int { SparseGrowth.scratchCount(regrow?.growth, module) }
}
