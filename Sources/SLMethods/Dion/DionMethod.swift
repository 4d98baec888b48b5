public import SLMethodKit
public import SLOptimizers
public import SLSpec

/// Dense weights, stepped along orthonormal directions of a low-rank part of their momentum.
///
/// Source: Ahn et al. 2025, arXiv:2504.05295, Algorithm 1; code: github.com/microsoft/dion, `dion_simple.py`. The block linears have a rule of
/// their own; embedding, head and norms the run's optimizer, which is AdamW there. The authors' further forms (a share of the momentum
/// in place of a subspace, several power iterations, sketches for the QR) change cost and communication and are not built.
public struct DionMethod: PretrainingMethod {
    public static let descriptor = MethodDescriptor(
        name: "dion", title: "Dion", summary: "Dense weights, orthonormal steps in a low-rank part of the momentum.",
        paper: "Ahn et al. 2025, arXiv:2504.05295", family: .projected,
        options: [
            PublishedDefaults.rank,
            OptionDescriptor(
                name: "momentum", domain: .real(0...0.999_999_9), help: "What stays of the momentum inside the subspace; all of it stays outside.",
                authorsName: "mu", source: "arXiv:2504.05295; github.com/microsoft/dion, dion_simple.py", defaultValue: 0.95),
        ],
        recipe: { _ in
            .init(learningRate: 0.02, weightDecay: 0.01, betas: (0.9, 0.95), source: "github.com/microsoft/dion, configs/dion_160m.yaml, scalar_opts.py")
        })

    private let rule: DionRule

    public init(options: MethodOptions, model: ModelShape) throws {
        rule = DionRule(rank: try options.integer("rank"), momentum: try options.real("momentum"))
    }

    public func updateRule(for tensor: TensorPlace, optimizer: RunOptimizer) -> any UpdateRule {
        guard tensor.module != nil else { return optimizer.rule(for: tensor) }
        return optimizer.ownRule(for: tensor, of: Self.descriptor.title) { storage in
            var rule = rule
            rule.storage = storage
            return rule
        }
    }

    public func idleParts(of shape: ModelShape) -> [String] { SubspacePreset.idleParts(of: shape, rank: rule.rank) }
}
