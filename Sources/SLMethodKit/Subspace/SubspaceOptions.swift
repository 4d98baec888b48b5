import SLNumerics
public import SLOptimizers
public import SLSpec

/// Options that methods in a subspace share, each described once.
public enum SubspaceOptions {
    public static let interval = "update_interval"

    public static func updateInterval(
        _ usual: Int = 200, published: KeyValuePairs<String, OptionValue> = [:], source: String
    ) -> OptionDescriptor {
        let (domain, help) = (OptionDescriptor.Domain.integer(1...Int.max), "Updates between refreshes of the subspace.")
        let authorsName = "update_proj_gap / gap"
        guard !published.isEmpty else {
            return OptionDescriptor(name: interval, domain: domain, help: help, authorsName: authorsName, source: source, defaultValue: .integer(usual))
        }
        return OptionDescriptor(
            name: interval, domain: domain, help: help, authorsName: authorsName, source: source, published: published, otherwise: "\(usual)",
            rule: { _ in .integer(usual) })
    }

    /// - Parameter usual: for every model.
    /// What the scale does besides, for `MethodDescriptor.ownRates`.
    public static let scaledStep = "their step is multiplied by `scale`"

    public static func scale(_ usual: OptionValue, authorsName: String? = nil, source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "scale", domain: .positiveReal(upTo: .infinity), help: "Factor on the back-projected step.", authorsName: authorsName,
            source: source, defaultValue: usual)
    }

    public static let projection = OptionDescriptor(
        name: "projection", domain: .choice(ProjectionSide.allCases.map(\.rawValue)),
        help: "Side that is projected; std is the shorter one.", authorsName: "proj_type", source: "the code of arXiv:2403.03507", defaultValue: "std")

    public static let singularVectors = OptionDescriptor(
        name: "subspace", domain: .choice(SubspaceFinder.allCases.map(\.rawValue)),
        help: "How singular vectors are found; automatic is randomized where that is faster.",
        source: "exact: arXiv:2403.03507; randomized: arXiv:0909.4061", defaultValue: "automatic")

    /// When the linears of a run get their new subspaces.
    public enum Refresh: String, Sendable, Hashable, CaseIterable {
        /// All in one update, as the authors of all these methods do.
        case together
        /// Each at a turn of its own (``SubspacePreset/isStaggered``).
        case staggered
    }

    /// - Parameter source: of `together`.
    public static func refresh(source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "refresh", domain: .choice(Refresh.allCases.map(\.rawValue)),
            help: "Whether all subspaces are found anew in one update or in turns, so that no update takes much longer than the others."
                + " Staggered, linear i of n is due floor(i · interval / n) updates after the first, then every interval; the subspace that it"
                + " has until its turn is found in one pass over the gradient of update 1.",
            source: "together: \(source); staggered: users' proposal, github.com/jiaweizzhao/GaLore issue 14",
            defaultValue: .text(Refresh.staggered.rawValue))
    }

    public static func moments(_ usual: StateAtRefresh, authorsName: String? = nil, source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "moments", domain: .choice(StateAtRefresh.allCases.map(\.rawValue)),
            help: "What becomes of the moments at a refresh. They are kept as the run's optimizer and storage say (fp32, bf16 or 8-bit"
                + " codes); the projector is kept like a weight, fp32 or bf16, never in 8 bits.", authorsName: authorsName, source: source,
            defaultValue: .text(usual.rawValue))
    }

    public static let inner = OptionDescriptor(
        name: "inner", domain: .optimizer, help: "What trains inside the subspace; null is the run's optimizer.",
        source: "arXiv:2403.03507, §4.3: with AdamW, Adafactor and 8-bit Adam", defaultDescription: "null", defaultValue: { _ in .null })

    public static func projector(_ usual: ProjectorName = .svd, authorsName: String? = nil, source: String) -> OptionDescriptor {
        OptionDescriptor(
            name: "projector", domain: .choice(ProjectorName.allCases.map(\.rawValue)),
            help: "Basis of the subspace: leading singular vectors, singular vectors drawn in proportion to their values (SARA,"
                + " arXiv:2502.05790), Gaussian entries drawn from a seed, random orthonormal vectors, or"
                + " columns of the cosine transform.", authorsName: authorsName, source: source, defaultValue: .text(usual.rawValue))
    }

    public static let limiter = OptionDescriptor(
        name: "limiter", domain: .optionalPositiveReal, help: "Most growth of the scaled gradient from update to update; null for no limit.",
        authorsName: "gamma", source: "1.01: arXiv:2410.01623, §4.3", defaultValue: 1.01)
}

/// Projectors by the names that configs have for them.
public enum ProjectorName: String, Sendable, Hashable, CaseIterable {
    case svd, sampled, gaussian, orthonormal, dct

    /// - Parameters:
    ///   - finder: of singular vectors.
    ///   - norm: by which columns are compared.
    public func projector(_ finder: SubspaceFinder, norm: Projector.ColumnNorm = .l1) -> Projector {
        switch self {
        case .svd: .singularVectors(finder)
        case .gaussian: .gaussian
        case .sampled: .sampled
        case .orthonormal: .orthonormal
        case .dct: .cosine(norm)
        }
    }
}

extension MethodOptions {
    /// The optimizer that an option names, made; `nil` when the option is JSON `null`.
    ///
    /// - Throws: `MethodOptionError`.
    public func madeOptimizer(_ name: String) throws -> (any Optimizer)? {
        guard let spec = try optimizer(name) else { return nil }
        do {
            return try BuiltinOptimizers.registry.make(spec)
        } catch let error as UnknownOptimizerError {
            throw MethodOptionError(option: name, value: .text(error.name), wanted: error.known.joined(separator: ", "))
        }
    }
}
