public import SLOptimizers
public import SLSpec

/// AdamW inside a subspace as an optimizer of its own, every axis of ``ProjectedRule`` an option: no registry has one, and so the contract
/// of optimizers would see none.
public struct ProjectedOptimizer: Optimizer {
    private enum Basis: String, CaseIterable {
        case svd, sampled, gaussian, orthonormal, dct
        case dctRows = "dct_rows"

        var projector: Projector {
            switch self {
            case .svd: .singularVectors(.exact)
            case .sampled: .sampled
            case .gaussian: .gaussian
            case .orthonormal: .orthonormal
            case .dct: .cosine(.l1)
            case .dctRows: .cosine(.l1, .rowsOnTheLeft)
            }
        }
    }

    private enum Rest: String, CaseIterable {
        case dropped, scaled, whole, momentum
        case fedBack = "fed_back"

        var outside: Outside {
            switch self {
            case .dropped: .dropped
            case .scaled: .scaled(GradientScaling(), share: 1)
            case .whole: .whole(GradientScaling())
            case .fedBack: .errorFeedback
            case .momentum: .momentum(kept: 0.5)
            }
        }
    }

    private enum Refresh: String, CaseIterable {
        case fixed, lazy, converged

        var condition: RefreshPolicy.Condition {
            switch self {
            case .fixed: .fixed
            case .lazy: .lazy(threshold: 0.9, factor: 2, queue: 2)
            case .converged: .converged(below: 0.5)
            }
        }
    }

    public static let descriptor = OptimizerDescriptor(
        name: "projected", title: "Projected", summary: "AdamW inside a subspace.", paper: "none",
        options: [
            // Refreshes in updates 1, 9, 17, 25: the contract cuts runs in an interval and right before one.
            OptionDescriptor(name: "interval", domain: .integer(1...50), help: "Updates between refreshes.", source: "none", defaultValue: 8),
            OptionDescriptor(name: "offset", domain: .integer(0...7), help: "How much later those after the first are.", source: "none", defaultValue: 0),
            OptionDescriptor(name: "energy", domain: .optionalPositiveReal, help: "What a basis is to hold.", source: "none", defaultValue: .null),
            OptionDescriptor(name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor on the step.", source: "none", defaultValue: 1),
            choice("basis", "Which subspace.", Basis.allCases.map(\.rawValue), "svd"),
            choice("side", "Which side is projected.", ProjectionSide.allCases.map(\.rawValue), "std"),
            choice("moments", "What becomes of them at a refresh.", StateAtRefresh.allCases.map(\.rawValue), "rotate"),
            choice("rest", "What becomes of the gradient outside.", Rest.allCases.map(\.rawValue), "dropped"),
            choice("refresh", "What may change the interval.", Refresh.allCases.map(\.rawValue), "fixed"),
        ])

    private static func choice(_ name: String, _ help: String, _ values: [String], _ usual: String) -> OptionDescriptor {
        OptionDescriptor(name: name, domain: .choice(values), help: help, source: "none", defaultValue: .text(usual))
    }

    private let rule: ProjectedRule

    public init(options: MethodOptions) throws {
        func chosen<Choice: RawRepresentable<String>>(_ name: String, _ type: Choice.Type) throws -> Choice {
            let text = try options.text(name)
            guard let choice = Choice(rawValue: text) else { throw MethodOptionError(option: name, value: .text(text), wanted: "another") }
            return choice
        }
        let policy = RefreshPolicy(
            interval: try options.integer("interval"), offset: try options.integer("offset"), condition: try chosen("refresh", Refresh.self).condition)
        var rule = ProjectedRule(
            AdamWRule(AdamSettings()), rank: 1, side: try chosen("side", ProjectionSide.self), scale: try options.real("scale"),
            projector: try chosen("basis", Basis.self).projector, refresh: policy, stateAtRefresh: try chosen("moments", StateAtRefresh.self),
            outside: try chosen("rest", Rest.self).outside)
        rule.energy = try options.optionalReal("energy")
        self.rule = rule
    }

    public static var underTest: OptimizerUnderTest {
        OptimizerUnderTest(descriptor: descriptor) { try ProjectedOptimizer(options: $0) }
    }

    public func rule(for tensor: TensorPlace, in setting: OptimizerSetting) -> any UpdateRule {
        var rule = rule
        rule.inner = AdamWRule(AdamSettings(form: setting.adamForm, storage: setting.storage))
        rule.storage = setting.storage
        rule.rank = tensor.rankOfMost
        return rule
    }
}

extension TensorPlace {
    /// A rank that leaves something out wherever there are two dimensions, and takes enough in for a run to come down.
    var rankOfMost: Int { max(1, 3 * min(rows, columns) / 4) }
}
