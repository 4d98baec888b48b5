public import SLMethodKit
public import SLNumerics
public import SLSpec

/// W = W₀ + P·θ: the weights move in a random subspace of few dimensions from the frozen random W₀, and θ alone is trained. P is drawn from a seed
/// whenever it is needed and never kept.
///
/// Source: Li et al. 2018, arXiv:1804.08838, §2 and Appendix S7 (dense and Fastfood projections that keep lengths, θ = 0 at the start);
/// for language models Aghajanyan et al. 2021, arXiv:2012.13255, §3 (Fastfood).
///
/// Deviation: in both papers one θ moves all tensors of a model; here every block linear has a subspace of its own, with dimensions by its
/// size (as in the compartments of Gressmann et al. 2020, arXiv:2011.04720). Embedding, head and norms are trained as under every method here.
public struct IntrinsicDimensionMethod: PretrainingMethod {
    enum Projection: String, CaseIterable { case fastfood, dense }

    public static let descriptor = MethodDescriptor(
        name: "intrinsic_dimension", title: "Intrinsic dimension", summary: "Block linears move in a random subspace that is never stored.",
        paper: "Li et al. 2018, arXiv:1804.08838", family: .frozen,
        options: [
            OptionDescriptor(
                name: "dimension_share", domain: .positiveReal(upTo: 1),
                help: "Dimensions of a linear's subspace, as a share of its elements; one at least.",
                source: "none published for language models from scratch", defaultValue: 0.01),
            OptionDescriptor(
                name: "map", domain: .choice(Projection.allCases.map(\.rawValue)),
                help: "fastfood costs log2 of a linear's dimension an element, dense costs the dimension itself.",
                source: "arXiv:1804.08838, Appendix S7", defaultValue: "fastfood"),
        ],
        recipe: FrozenStart.recipe)

    private let share: Double
    let projection: Projection

    public init(options: MethodOptions, model: ModelShape) throws {
        share = try options.real("dimension_share")
        guard share > 0, share <= 1 else {
            throw MethodOptionError(option: "dimension_share", value: .real(share), wanted: "above 0, at most 1")
        }
        projection = try options.choice("map", of: Projection.self)
    }

    private func dimension(_ module: LinearModule) -> Int {
        max(1, Int((share * Double(module.outFeatures * module.inFeatures)).rounded()))
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [
            FrozenStart.declaration(at: module, isOperand: false),
            TensorDeclaration("theta", rows: 1, columns: dimension(module), isOperand: false),
            BasisSeed.declaration,
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        try FrozenStart.initialize(set, random: random)
        try BasisSeed.initialize(set, random: random)
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        SubspaceParameterization(
            weight: try set.parameter("weight"), theta: try set.parameter("theta"), seed: try set.basisSeed(), projection: projection,
            module: set.module)
    }

    /// W or the gradient by it, and what the projection takes.
    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        module.outFeatures * module.inFeatures + projection.spaceCount(dimension: dimension(module), threads: pass.threads)
    }

    /// Three dense products a token; the map is applied twice and its transpose once, for all tokens.
    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        let dense = Double(module.outFeatures) * Double(module.inFeatures)
        return 6 * dense + 3 * dense * projection.operations(dimension: dimension(module)) / Double(max(1, pass.tokens))
    }
}

extension IntrinsicDimensionMethod.Projection {
    func spaceCount(dimension: Int, threads: Int) -> Int {
        switch self {
        case .fastfood: Fastfood.spaceCount(dimension: dimension, threads: threads)
        case .dense: SeededCombination.spaceCount(bases: dimension, threads: threads)
        }
    }

    /// Additions and multiplications an element of W.
    func operations(dimension: Int) -> Double {
        switch self {
        case .fastfood: 2 * Double(dimension == 1 ? 1 : Int.bitWidth - (dimension - 1).leadingZeroBitCount) + 4
        case .dense: 2 * Double(dimension)
        }
    }
}
