import SLMethodKit
import SLNumerics
import SLSpec

/// How SLTrain multiplies at a module, and what either way costs.
struct SLTrainCost: Sendable, Hashable {
    enum Computation: String, Sendable, Hashable, CaseIterable {
        /// The cheaper way for the shape and number of tokens.
        case automatic
        case rebuild
        case factors
    }

    let computation: Computation
    let rank: Int

    /// What a multiplication with a sparse entry costs beside one in a dense product, forward and backward together.
    ///
    /// Each entry's row of tokens is read for two multiply-adds a register, or one on the way forward, where a dense product works from
    /// registers alone; and inputs and gradients are turned over once, whatever the number of entries. Measured at 60m on one thread
    /// (AMD EPYC, AVX-512, data out of memory) 3.0 for 512 × 1376, 3.2 for 1376 × 512, 3.8 for 512 × 512; `benchmarks/kernels` has the
    /// sparse product and sparse gradients beside the product rate.
    static let sparseFactor = 4.0

    /// The same beside a product of brain floats, which takes half the time; the sparse part reads in full, and what it has to expand
    /// first costs a quarter more.
    static let sparseFactorBesideBF16 = 2.5 * sparseFactor

    /// FLOPs of forward and backward through a rebuilt W: three dense products a token; W twice and both factors'
    /// gradients from G, shared by all tokens.
    func rebuilding(_ module: LinearModule, tokens: Int) -> Double {
        let dense = Double(module.outFeatures) * Double(module.inFeatures)
        return 6 * dense * Double(tokens) + 8 * dense * Double(rank)
    }

    /// FLOPs of forward and backward by factors and support.
    func factored(_ module: LinearModule, entries: Int, tokens: Int) -> Double {
        6 * Double(tokens) * (Double(rank) * Double(module.outFeatures + module.inFeatures) + Double(entries))
    }

    /// Whether a module is computed by factors.
    func usesFactors(_ module: LinearModule, entries: Int, pass: PassSize) -> Bool {
        switch computation {
        case .rebuild: return false
        case .factors: return true
        case .automatic:
            let sparse = 6 * Double(pass.tokens) * Double(entries)
            let factor = pass.precision == .full ? Self.sparseFactor : Self.sparseFactorBesideBF16
            let factored = factored(module, entries: entries, tokens: pass.tokens) + (factor - 1) * sparse
            return factored < rebuilding(module, tokens: pass.tokens)
        }
    }
}
