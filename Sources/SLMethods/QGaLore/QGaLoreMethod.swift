public import SLMethodKit
import SLNumerics
import SLOptimizers
public import SLSpec

/// GaLore in few bits: weights of the linears in INT8 with stochastic rounding, projectors in INT4, subspaces found less often where they stay.
///
/// Source: Zhang et al. 2024, arXiv:2407.08296; code: q-galore-torch 1.0 (`q_galore_projector.py`, `q_galore_adamw8bit.py`). The authors'
/// 8-bit moments are the run's `states: 8bit`. Their cosines have a sign, which an SVD gives at random; here they have none. Their subspaces
/// are all found in one update until some are lazy (`refresh: together`); here they are found in turns, and cosines are counted from the first turn.
public struct QGaLoreMethod: SubspaceMethod {
    private static let groupSizes = [8, 16, 32, 64, 128, 256, 512, 1024, 2048]

    public static let descriptor = MethodDescriptor(
        name: "q_galore", title: "Q-GaLore", summary: "GaLore with INT8 weights, INT4 projectors and lazy refreshes.",
        paper: "Zhang et al. 2024, arXiv:2407.08296", family: .projected,
        options: [
            PublishedDefaults.rank,
            SubspaceOptions.updateInterval(source: "arXiv:2407.08296, Appendix A"),
            SubspaceOptions.scale(0.25, authorsName: "galore_scale", source: "scripts of github.com/VITA-Group/Q-GaLore"),
            OptionDescriptor(
                name: "projector_bits", domain: .numbers([4, 8]), help: "Bits of a projector's codes.", authorsName: "proj_bits / bits",
                source: "arXiv:2407.08296, §3.2", defaultValue: 4),
            OptionDescriptor(
                name: "projector_group", domain: .numbers(groupSizes), help: "Elements of a projector that share a scale.",
                authorsName: "proj_group_size / group_size", source: "scripts of github.com/VITA-Group/Q-GaLore", defaultValue: 256),
            OptionDescriptor(
                name: "weights", domain: .choice(["int8", "as_stored"]),
                help: "How the linears' weights are kept: codes of 8 bits, rounded up or down by chance, or as the run's storage says.",
                authorsName: "weight_quant", source: "arXiv:2407.08296, §3.4", defaultValue: "int8"),
            OptionDescriptor(
                name: "weight_group", domain: .numbers(groupSizes), help: "Elements of a weight that share a scale.",
                authorsName: "weight_group_size", source: "scripts of github.com/VITA-Group/Q-GaLore", defaultValue: 256),
            OptionDescriptor(
                name: "cos_threshold", domain: .real(0...1), help: "Mean |cosine| of first basis vectors from which a subspace counts as the same.",
                authorsName: "cos_threshold", source: "arXiv:2407.08296, §3.3", defaultValue: 0.4),
            OptionDescriptor(
                name: "gamma", domain: .real(1...1024), help: "What the interval of such a tensor is multiplied with.", authorsName: "gamma_proj",
                source: "arXiv:2407.08296, §3.3", defaultValue: 2),
            OptionDescriptor(
                name: "queue", domain: .integer(1...1024), help: "Refreshes that the mean is over.", authorsName: "queue_size",
                source: "arXiv:2407.08296, §3.3", defaultValue: 5),
            SubspaceOptions.moments(.keep, source: "keep: q-galore-torch 1.0"),
            SubspaceOptions.singularVectors,
            SubspaceOptions.refresh(source: "q-galore-torch 1.0").unwritten(at: "together"),
            SubspaceOptions.inner,
        ],
        ownRates: SubspaceOptions.scaledStep,
        recipe: { model in
            .init(
                learningRate: PublishedDefaults.rate(["60m": 0.015, "130m": 0.015, "7b": 4e-3], otherwise: 0.01, for: model), epsilon: 1e-6,
                source: "scripts of github.com/VITA-Group/Q-GaLore")
        })

    public let subspace: SubspacePreset
    private let weightFormat: StorageFormat?

    public init(options: MethodOptions, model: ModelShape) throws {
        var preset = try SubspacePreset(options, [.scale, .singularVectors, .refresh], model: model)
        preset.refresh.condition = .lazy(
            threshold: try options.real("cos_threshold"), factor: try options.real("gamma"), queue: try options.integer("queue"))
        preset.basisFormat = .affine(
            AffineCode(bits: try Self.number(options, "projector_bits", of: [4, 8])),
            groupSize: try Self.number(options, "projector_group", of: Self.groupSizes), .nearest)
        subspace = preset
        let group = try Self.number(options, "weight_group", of: Self.groupSizes)
        switch try options.text("weights") {
        case "int8": weightFormat = .affine(AffineCode(bits: 8), groupSize: group, .stochastic)
        case "as_stored": weightFormat = nil
        default: throw MethodOptionError(option: "weights", value: options["weights"], wanted: "int8 or as_stored")
        }
    }

    private static func number(_ options: MethodOptions, _ name: String, of allowed: [Int]) throws(MethodOptionError) -> Int {
        let number = try options.integer(name)
        guard allowed.contains(number) else {
            throw MethodOptionError(option: name, value: .integer(number), wanted: "one of \(allowed)")
        }
        return number
    }

    public func tensors(at module: LinearModule, phase: Int) -> [TensorDeclaration] {
        [TensorDeclaration("weight", rows: module.outFeatures, columns: module.inFeatures, format: weightFormat)]
    }
}
