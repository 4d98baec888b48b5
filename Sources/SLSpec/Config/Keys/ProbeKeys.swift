/// The keys of `probes`.
enum ProbeKeys {
    private typealias Name = ProbeSpec.CodingKeys
    private static let place = "probes"
    private static let ordinary = ProbeSpec()

    static let moments = ConfigKey(
        place, Name.moments.rawValue, .value(.integer(2...1000)),
        "Moments at which spectra are taken: before the first update, and evenly in the logarithm from the first to the last.",
        standard: .value(.integer(ordinary.moments)))
    static let tokens = ConfigKey(
        place, Name.tokens.rawValue, .count(1...1_000_000_000),
        "Tokens of the fixed batch of training text that gradients are taken on, the same for every run.",
        standard: .value(.integer(ordinary.tokens)), refusal: "a whole number from 1 to 10^9")

    static let section = ConfigSection(
        place, [moments, tokens],
        rules: """
            Opt-in by `"probes": {}`. At every moment: spectral, Frobenius and nuclear norm, stable and effective rank and singular values of the dense weight
            that each linear equals, of its distance from the start, of its last update, and of the loss's gradient by it on a fixed batch; about 64 times
            a run, at every refresh of a subspace and beside loss spikes: norms of factors, gradients by tensor, overlaps. They change no bit of a run and
            count in no speed; their memory is the process's own and apart from the figures of the run's (`slbench plan` says how much). Part of a run's identity;
            trials of `tuning` are not probed.
            """)
}
