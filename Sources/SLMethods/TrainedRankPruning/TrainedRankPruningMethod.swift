public import SLMethodKit
public import SLNumerics
import SLOptimizers
public import SLSpec

/// Dense weights that are cut to a low rank again and again while they are trained, and are pulled towards one by the nuclear norm.
///
/// Source: Xu et al. 2018, Trained Rank Pruning, arXiv:1812.02402 (extended as TRP, IJCAI 2020, arXiv:2004.14566); code:
/// github.com/yuhuixu1993/Trained-Rank-Pruning at 3a41d10, `cifar-TRP.py`. Before every `period`th update W becomes U_r·Σ_r·V_rᵀ, r the smallest
/// rank that keeps `energy` of Σσ²; to the gradient of the update that follows λ·U_r·V_rᵀ is added, a subgradient of λ‖W‖_*. Optimizer
/// state is left alone. Ranks, over all linears and by role, are recorded with every truncation.
///
/// Deviations: there convolutions of an image model are trained by SGD, here linears by any optimizer; the first truncation is before
/// update `period` + 1 and not before update 1, when a random weight has no low rank to keep. Nothing is saved during training: W stays
/// dense, U_r·V_rᵀ is kept besides, and every truncation decomposes every weight.
public struct TrainedRankPruningMethod: PretrainingMethod {
    private static let source = "yuhuixu1993/Trained-Rank-Pruning @3a41d10, cifar-TRP.py and train_TPR.sh"

    public static let descriptor = MethodDescriptor(
        name: "trained_rank_pruning", title: "TRP", summary: "Dense weights truncated to a low rank at intervals, with a nuclear-norm subgradient.",
        paper: "Xu et al. 2018, arXiv:1812.02402", family: .factored,
        options: [
            OptionDescriptor(
                name: "period", domain: .integer(1...Int.max), help: "Updates from one truncation to the next.", authorsName: "decouple-period", source: source,
                defaultValue: 5).ofTheRun,
            OptionDescriptor(
                name: "energy", domain: .real(0...1), help: "Share of the squared singular values that a truncation keeps at least.",
                authorsName: "EnergyThreshold", source: source, defaultValue: 0.9),
            OptionDescriptor(
                name: "nuclear_weight", domain: .optionalPositiveReal,
                help: "λ of the nuclear norm, whose subgradient counts in the update after a truncation. Null for none.",
                authorsName: "nuclear-weight", source: "README of yuhuixu1993/Trained-Rank-Pruning", defaultValue: 0.0003),
        ],
        recipe: { _ in .init(learningRate: 1e-3, source: "of full_rank; the authors trained image models by SGD") })

    private let period: Int
    private let energy: Double
    private let nuclearWeight: Double?

    public init(options: MethodOptions, model: ModelShape) throws {
        period = try options.integer("period")
        energy = try options.real("energy")
        nuclearWeight = try options.optionalReal("nuclear_weight")
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        let weight = TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures)
        guard nuclearWeight != nil else { return [weight] }
        return [
            weight, TensorDeclaration("subgradient", rows: module.outFeatures, columns: module.inFeatures, kind: .buffer),
            TensorDeclaration("is_due", rows: 1, columns: 1, kind: .buffer),
        ]
    }

    public func makeParameterization<Element: Scalar>(_ set: TensorSet<Element>, phase: Int) throws -> any Parameterization<Element> {
        let penalty = try nuclearWeight.map {
            TruncatedParameterization<Element>.Penalty(
                factor: Element($0), subgradient: try set.buffer("subgradient"), isDue: try set.buffer("is_due"))
        }
        return TruncatedParameterization(weight: try set.parameter("weight"), module: set.module, energy: energy, penalty: penalty)
    }

    public func linearStep(at module: LinearModule, phase: Int) -> LinearStepNeeds? { nuclearWeight == nil ? nil : LinearStepNeeds(rewrites: ["is_due"]) }

    public func lifecycles(totalSteps: Int) -> [any Lifecycle] { [TruncationLifecycle(interval: period)] }

    public func rewriteCounts(at module: LinearModule, phase: Int) -> (scratch: Int, allocated: Int) {
        let (rows, columns) = (module.outFeatures, module.inFeatures)
        return (0, ThinSVD<Float>.workspaceCount(rows: rows, columns: columns) + ThinSVD<Float>.resultCount(rows: rows, columns: columns))
    }

    public func idleParts(of shape: ModelShape) -> [String] { energy == 1 ? ["a truncation cuts nothing (energy 1)"] : [] }
}
