import SLSpec

/// Options that several optimizers spell alike.
enum BetaOptions {
    /// A decay of a running average.
    static func beta(_ name: String, _ help: String, authorsName: String? = nil, source: String, defaultValue: Double) -> OptionDescriptor {
        OptionDescriptor(
            name: name, domain: .real(0...0.999_999_9), help: help, authorsName: authorsName, source: source, defaultValue: .real(defaultValue))
    }

    /// β₁, β₂ and ε of an Adam.
    static func adam(source: String, epsilon: Double) -> [OptionDescriptor] {
        [
            beta("beta1", "Decay of the first moment.", authorsName: "adam_beta1", source: source, defaultValue: 0.9),
            beta("beta2", "Decay of the second moment.", authorsName: "adam_beta2", source: source, defaultValue: 0.999),
            OptionDescriptor(
                name: "epsilon", domain: .positiveReal(upTo: 1), help: "Added to the root of the second moment.", authorsName: "eps",
                source: source, defaultValue: .real(epsilon)),
        ]
    }
}

extension AdamSettings {
    /// From the options of ``BetaOptions/adam(source:epsilon:)``.
    init(_ options: MethodOptions) throws(MethodOptionError) {
        self.init(beta1: try options.real("beta1"), beta2: try options.real("beta2"), epsilon: try options.real("epsilon"))
    }
}
