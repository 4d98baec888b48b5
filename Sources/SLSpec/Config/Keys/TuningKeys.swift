/// The keys of `tuning`.
enum TuningKeys {
    private static let place = "tuning"

    static let seeds = ConfigKey(
        place, "seeds", .seeds, standard: .value(.array([.integer(1000)])), meaning: "seeds of the trials",
        allowed: "a list of whole numbers from 0, none of `seeds`")
    static let steps = ConfigKey(
        place, "steps", .value(.integer(1...Int(Int32.max))), "Updates of a trial.", standard: .words("as the runs"))
    static let learningRates = ConfigKey(
        place, "lr", .values(.positiveReal(upTo: .infinity)), "Learning rates tried for every cell.",
        meaning: "learning rates tried for every cell", allowed: "a list of numbers above 0")
    static let learningRateFactors = ConfigKey(
        place, "lr_factors", .values(.positiveReal(upTo: 1e6)), "The same as multiples of the cell's own rate; one of the two.",
        meaning: "the same as multiples of the cell's own rate", allowed: "a list of numbers above 0")
    static let groups = ComponentKeys.grouping(in: place, allowed: "as `groups`, with lists")

    static let section = ConfigSection(
        place, [seeds, steps, learningRates, learningRateFactors, groups],
        rules: """
            What `slbench tune` tries before the sweep: equally many trials for every cell, on seeds that are none of the sweep's. For every
            cell the trial with the lowest mean validation loss is taken; trials that come to the same count once. One of `lr` and `lr_factors` is given; a method's object may try its
            own keys instead: `"tune": {"lr": [0.01, 0.02], "scale": [0.25, 1]}` is four trials. `groups` is tried for every method alike:
            `"groups": {"linears": {"lr_factor": [0.1, 0.3, 1]}}`.
            """)
}
