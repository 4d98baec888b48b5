import SLNumerics
public import SLSpec

/// How a linear with a sparse part is multiplied, and what either way costs.
public struct SparseComputation: Sendable, Hashable {
    public enum Way: String, Sendable, Hashable, CaseIterable {
        /// The cheaper way for the shape and number of tokens.
        case automatic
        /// W is built when it is needed.
        case rebuild
        /// Each part is multiplied directly.
        case factors
    }

    private let way: Way
    /// Of the factors beside the sparse part; 0 for none.
    private let rank: Int
    /// Whether a frozen dense weight stands beside the sparse part, which is multiplied as it is then.
    private let hasFrozen: Bool

    public init(_ way: Way, rank: Int, hasFrozen: Bool = false) {
        self.way = way
        self.rank = rank
        self.hasFrozen = hasFrozen
    }

    /// The option that chooses.
    public static func option(source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "computation", domain: .choice(Way.allCases.map(\.rawValue)),
            help: "rebuild W, or keep factors and multiply the sparse part directly; the result is the same.", source: source,
            defaultValue: "automatic")
    }

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
    public func rebuilding(_ module: LinearModule, tokens: Int) -> Double {
        let dense = Double(module.outFeatures) * Double(module.inFeatures)
        return 6 * dense * Double(tokens) + 8 * dense * Double(rank)
    }

    /// FLOPs of forward and backward by factors, or through a frozen weight, and support.
    public func factored(_ module: LinearModule, entries: Int, tokens: Int) -> Double {
        let parts = 6 * Double(tokens) * (Double(rank) * Double(module.outFeatures + module.inFeatures) + Double(entries))
        return hasFrozen ? parts + 4 * Double(tokens) * Double(module.outFeatures) * Double(module.inFeatures) : parts
    }

    /// FLOPs of forward and backward, a token.
    public func perToken(_ module: LinearModule, entries: Int, pass: PassSize) -> Double {
        let all =
            usesFactors(module, entries: entries, pass: pass)
            ? factored(module, entries: entries, tokens: pass.tokens) : rebuilding(module, tokens: pass.tokens)
        return all / Double(max(1, pass.tokens))
    }

    /// Whether a module's parts are multiplied directly. Without factors the number of tokens makes no difference.
    public func usesFactors(_ module: LinearModule, entries: Int, pass: PassSize) -> Bool {
        if hasFrozen { return true }
        switch way {
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
