public import SLMethodKit
public import SLNumerics
import SLRandom
public import SLSpec

/// y = γ·φ(x·Aᵀ)·Bᵀ + (1−γ)·x[:, I]·W_sᵀ: a low-rank path and a few full input channels, split from one SVD of the
/// layer's would-be dense init so that they start complementary.
///
/// Source: Li et al. 2025, LOST, arXiv:2508.02668; details that the abstract leaves open follow the lead author's
/// adapter form of it (github.com/JiaxiLi1/Lora-init at ec6ce9b, `hybrid_lowrank_sparse_adapter.py`) and the paper's public reviews:
/// W₀ = U Σ Vᵀ; B = U_r Σ_r^½, A = Σ_r^½ V_rᵀ; channel scores s_j = ‖Σ_{r<i≤r+q} σ_i u_i v_i[j]‖₂ over the residual window;
/// I = the ⌊δ·in⌋ (at least one) channels of largest score; W_s starts as the *original* columns W₀[:, I].
/// The mix γ is fixed. φ = SiLU makes the parameterization non-linear: it has no dense equivalent then.
///
/// Controls: `columns` random, where the scores are not asked; `gamma` 1, where there are no channels and no tensors for them, and what is left is
/// the low-rank path from the SVD, with `activation` identity plain low rank.
public struct LOSTMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "lost", title: "LOST", summary: "Low-rank path with SiLU plus kept input channels, split by an SVD of the init.",
        paper: "Li et al. 2025, arXiv:2508.02668", family: .sparse,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "delta", domain: .positiveReal(upTo: 1), help: "Share of input channels that are kept.",
                authorsName: "sparse_ratio", source: "default of the lead author's code (JiaxiLi1/Lora-init @ec6ce9b); the paper's value is not public",
                defaultValue: 0.05),
            OptionDescriptor(
                name: "gamma", domain: .real(0...1), help: "Weight of the low-rank path; the channels get 1 − gamma.",
                source: "default of the lead author's code (JiaxiLi1/Lora-init @ec6ce9b)", defaultValue: 0.5),
            OptionDescriptor(
                name: "residual_rank", domain: .optionalInteger(1...Int.max),
                help: "Singular directions after the first r that score the channels; null for all of them.",
                authorsName: "sparse_svd_rank", source: "arXiv:2508.02668, abstract (all remaining); 256 in the lead author's code",
                defaultValue: .null),
            OptionDescriptor(
                name: "columns", domain: .choice(Columns.allCases.map(\.rawValue)),
                help: "Which input channels are kept: those of the largest scores, or as many others drawn at random, as a control.",
                source: "arXiv:2508.02668; random is no part of it", defaultValue: "scored").unwrittenAtDefault,
            OptionDescriptor(
                name: "activation", domain: .choice(FactorActivation.words), help: "φ between the factors.",
                source: "public reviews of arXiv:2508.02668; SiLU as in CoLA, arXiv:2502.10940", defaultValue: "silu"),
        ] + Restarts.options(refactors: false),
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["1b": 2e-3, "7b": 1e-3], otherwise: 3e-3, for: model),
                source: "no published value; CoLA's rates (arXiv:2502.10940), 3e-3 below 1b")
        })

    enum Columns: String, CaseIterable {
        case scored, random
    }

    private let columns: Columns
    let rank: Int
    let delta: Double
    let gamma: Double
    let residualRank: Int?
    let activation: FactorActivation
    private let restarts: Restarts?

    public init(options: MethodOptions, model: ModelShape) throws {
        rank = try options.integer("rank")
        delta = try options.real("delta")
        gamma = try options.real("gamma")
        residualRank = try options.optionalInteger("residual_rank")
        columns = try options.choice("columns", of: Columns.self)
        activation = try options.choice("activation", of: FactorActivation.self)
        // Balanced factors have the same product, and with φ between them another function.
        restarts = try Restarts.of(
            options, refusingRefactor: activation == .silu ? "activation silu stands between the factors, which have no product" : nil)
    }

    /// None where they would have no weight.
    private func channelCount(_ module: LinearModule) -> Int { gamma < 1 ? max(1, Int(delta * Double(module.inFeatures))) : 0 }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let channels = channelCount(module)
        let factors = LowRankFactors<Float>.declarations(at: module, rank: rank)
        guard channels > 0 else { return factors }
        return factors + [
            TensorDeclaration("sparse_weight", rows: module.outFeatures, columns: channels),
            TensorDeclaration("sparse_columns", rows: 1, columns: channels, kind: .indices(paperCount: channels)),
        ]
    }

    public func initialize<Element: Scalar>(_ set: TensorSet<Element>, phase: Int, random: InitialRandomness, ledger: MemoryLedger) throws {
        guard set.fresh.contains("lora_A") else { return }
        let dense = try Matrix<Element>(rows: set.module.outFeatures, columns: set.module.inFeatures, category: .workspace, ledger: ledger)
        try random.fillDense(dense, at: set.module)
        let count = channelCount(set.module)
        let split = try LOSTSplit(of: dense, rank: rank, residualRank: residualRank, channels: count, ledger: ledger)
        try split.write(down: set.parameter("lora_A").value, up: set.parameter("lora_B").value)
        guard count > 0 else { return }
        var channels = split.channels
        if columns == .random {
            var stream = random.stream("sparse_columns", at: set.module)
            channels = stream.permutation(set.module.inFeatures).prefix(count).sorted()
        }
        try keep(channels, of: dense, columns: set.indexVector("sparse_columns"), weight: set.parameter("sparse_weight").value)
    }

    private func keep<Element: Scalar>(_ channels: [Int], of dense: Matrix<Element>, columns: IndexVector, weight: Matrix<Element>) {
        for (position, channel) in channels.enumerated() {
            columns[position] = channel
            for row in 0..<dense.rows { weight[row, position] = dense[row, channel] }
        }
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        LOSTParameterization(
            path: ActivatedFactors(try set.lowRankFactors(scale: gamma), activation: activation),
            kept: channelCount(set.module) > 0
                ? .init(weight: try set.parameter("sparse_weight"), columns: try set.indexVector("sparse_columns"), scale: Element(1 - gamma)) : nil,
            module: set.module)
    }

    public func scratchCount(at module: LinearModule, phase: Int, pass: PassSize) -> Int {
        let channels = pass.tokens * channelCount(module)
        return ActivatedFactors<Float>.scratchCount(rank: rank, pass: pass) + pass.operandCount(channels) + channels
    }

    public func floatingPointOperations(at module: LinearModule, phase: Int, pass: PassSize) -> Double {
        6 * Double(rank) * Double(module.outFeatures + module.inFeatures) + 6 * Double(module.outFeatures) * Double(channelCount(module))
    }

    public func savedActivations(at module: LinearModule, phase: Int, pass: PassSize) -> SavedActivations { SavedActivations(columns: rank) }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { Restarts.lifecycles(restarts, totalSteps: totalSteps) }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        restarts?.refactors == true ? LowRankFactors<Float>.balanceCounts(at: module, rank: rank) : (0, 0)
    }
}
