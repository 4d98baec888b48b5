import SLSpec

extension AdafactorSettings {
    private static let source = "arXiv:1804.04235, §5, §6, §7.2; transformers' Adafactor"

    static let options = [
        OptionDescriptor(
            name: "decay_rate", domain: .real(-1...0), help: "The second moment's decay after k updates is 1 − k to this power.", source: source,
            defaultValue: -0.8),
        OptionDescriptor(
            name: "epsilon1", domain: .positiveReal(upTo: 1), help: "Added to squared gradients.", source: source,
            defaultValue: 1e-30),
        OptionDescriptor(
            name: "clip_threshold", domain: .positiveReal(upTo: .infinity), help: "Largest root mean square of a direction.", source: source,
            defaultValue: 1),
    ]

    init(_ options: MethodOptions) throws(MethodOptionError) {
        self.init(
            decayRate: try options.real("decay_rate"), epsilon: try options.real("epsilon1"), clipThreshold: try options.real("clip_threshold"))
    }
}
