import SLMethodKit
import SLOptimizers
import SLSpec

/// What APOLLO and APOLLO-Mini share: the whole gradient, scaled as Adam scales a random projection of it.
///
/// Source: Zhu et al. 2024, arXiv:2412.05270, Algorithm 1; code: apollo-torch 1.0.3. The authors' `scale_front` (the root of the scale before
/// the limiter or after it) makes no difference beyond 1e-8, because the limiter compares lengths of one kind: it is no option here.
enum APOLLOOptions {
    static func options(rank: OptionDescriptor, scale: OptionDescriptor, granularity: GradientScaling.Granularity) -> [OptionDescriptor] {
        [
            rank, scale,
            SubspaceOptions.updateInterval(source: "arXiv:2412.05270, Appendix A.4"),
            OptionDescriptor(
                name: "scale_type", domain: .choice(GradientScaling.Granularity.allCases.map(\.rawValue)),
                help: "A factor for each channel of the longer side, or one for the tensor.", authorsName: "scale_type", source: "arXiv:2412.05270, §4",
                defaultValue: .text(granularity.rawValue)),
            SubspaceOptions.projector(.gaussian, authorsName: "proj", source: "gaussian and svd: arXiv:2412.05270, Table 2"),
            SubspaceOptions.limiter, SubspaceOptions.projection, SubspaceOptions.moments(.keep, source: "keep: apollo-torch 1.0.3"),
            SubspaceOptions.singularVectors, SubspaceOptions.inner,
        ]
    }

    static let scaledStep = "their step is multiplied by the root of `scale`"

    static func scale(_ help: String, published: KeyValuePairs<String, OptionValue>, otherwise: OptionValue) -> OptionDescriptor {
        OptionDescriptor(
            name: "scale", domain: .positiveReal(upTo: .infinity), help: help, authorsName: "apollo_scale", source: "arXiv:2412.05270, Appendix A.4; scripts",
            published: published, otherwise: otherwise.description, rule: { _ in otherwise })
    }

    static func recipe(_ model: ModelShape) -> MethodDescriptor.Recipe {
        .init(learningRate: 0.01, epsilon: 1e-6, source: "scripts of github.com/zhuhanqing/APOLLO")
    }

    static func preset(_ options: MethodOptions, _ model: ModelShape) throws -> SubspacePreset {
        var preset = try SubspacePreset(options, [.side, .projector], model: model)
        preset.outside = .whole(
            GradientScaling(
                try options.choice("scale_type", of: GradientScaling.Granularity.self), factor: try options.real("scale").squareRoot(),
                growthLimit: try options.optionalReal("limiter")))
        return preset
    }
}
