/// The keys of `tuning`.
enum TuningKeys {
    private static let place = "tuning"

    static let search = ConfigKey.choice(
        place, "search", TuningPlan.Search.grid,
        "How trials are picked: every combination, from neighbour to neighbour of the best so far, or many short ones of which the best go on.",
        meaning: "how trials are picked: `grid` makes every combination of what is given; `coordinate_descent` and `successive_halving` search `coordinates`")
    static let seeds = ConfigKey(
        place, "seeds", .seeds, standard: .value(.array([.integer(1000)])), meaning: "seeds of the trials",
        allowed: "a list of whole numbers from 0, none of `seeds`")
    static let steps = ConfigKey(
        place, "steps", .value(.integer(1...Int(Int32.max))), "Updates of a trial at full length.", standard: .words("as the runs"))
    static let learningRates = ConfigKey(
        place, "lr", .values(.positiveReal(upTo: .infinity)), "Learning rates tried for every cell.",
        meaning: "learning rates tried for every cell", allowed: "a list of numbers above 0")
    static let learningRateFactors = ConfigKey(
        place, "lr_factors", .values(.positiveReal(upTo: 1e6)), "The same as multiples of the cell's own rate; one of the two.",
        meaning: "the same as multiples of the cell's own rate", allowed: "a list of numbers above 0")
    static let groups = ComponentKeys.grouping(in: place, allowed: "as `groups`, with lists")
    static let coordinates = ConfigKey(
        place, "coordinates", .definition, "What a search may change in every cell, each key with its grid.",
        standard: .words("none"), meaning: "what a search may change in every cell, each key with its grid",
        allowed: "an object of keys of `training` and `groups`, each a list or a range `{\"from\", \"to\", \"factor\"}`")
    static let maxTrials = ConfigKey(
        place, "max_trials", .value(.integer(2...10_000)), "The most trials of a cell in a search, those at half length too; the same for all.",
        standard: .value(.integer(24)))
    static let tolerance = ConfigKey(
        place, "tolerance", .value(.positiveReal(upTo: 100)),
        "Nats: coordinate descent ends when a trial this near the best has no untried neighbour.", standard: .value(.real(0.005)),
        source: "Wen et al. 2025, arXiv:2509.02046, and its code's monitor of sweeps")
    static let short = ConfigKey(
        place, "short", .value(.positiveReal(upTo: 1)), "Length of coordinate descent's trials of all keys, as a share of the full one; 1 for one phase.",
        standard: .value(.real(0.5)))
    static let eta = ConfigKey(
        place, "eta", .value(.integer(2...16)), "Successive halving keeps one trial of so many for the next rung, which is so many times as long.",
        standard: .value(.integer(3)), source: "Jamieson & Talwalkar 2016, arXiv:1502.07943")
    static let rungs = ConfigKey(
        place, "rungs", .value(.integer(2...8)), "Lengths of successive halving's trials, the last the full one.", standard: .value(.integer(3)))

    /// Keys of a grid, which a search has in its coordinates.
    static let ofGrid = [learningRates, learningRateFactors, groups]
    /// Keys that a grid has no use for.
    static let ofSearch = [coordinates, maxTrials, tolerance, short, eta, rungs]

    static let section = ConfigSection(
        place, [search, seeds, steps, learningRates, learningRateFactors, groups, coordinates, maxTrials, tolerance, short, eta, rungs],
        rules: """
            What `slbench tune` tries before the sweep, on equal terms for every cell and on seeds that are none of the sweep's. For every
            cell the trial with the lowest mean validation loss is taken; trials that come to the same run count once.

            `"search": "grid"` makes every combination, equally many for every cell. One of `lr` and `lr_factors` is given; a method's object may try its
            own keys instead: `"tune": {"lr": [0.01, 0.02], "scale": [0.25, 1]}` is four trials. `groups` is tried for every method alike:
            `"groups": {"linears": {"lr_factor": [0.1, 0.3, 1]}}`.

            The two searches change `coordinates`, beginning with the cell as the config has it; every cell has the same `max_trials`. A coordinate is
            a key of `training` but the budget (`lr`, `weight_decay`, `warmup_ratio`, `grad_clip`, `beta2`, …), `optimizer`, `activations`, or a key of a group:

            ```json
            "tuning": {
              "search": "coordinate_descent", "seeds": [1000], "max_trials": 24,
              "coordinates": {
                "lr": { "factor": 2 },
                "weight_decay": [0, 0.1],
                "warmup_ratio": [0.05, 0.1, 0.2],
                "groups": { "linears": { "lr_factor": { "from": 0.25, "to": 1, "factor": 2 } } }
              }
            }
            ```

            A method's object adds coordinates of its own, or replaces shared ones: `"tune": {"scale": {"factor": 2}, "update_interval": [50, 200]}`.
            A grid is a list, or a range: `{"from": 0.001, "to": 0.008, "factor": 2}` is 0.001, 0.002, 0.004 and 0.008; `{"factor": 2}` is half of the cell's
            own value, the value and its double, with `"each_way": 2` a quarter and four times of it too. The own value is a point of every grid. Numbers are in
            order, and a value's neighbours are the next smaller and the next larger; of a list that holds anything else (`[null, 1]`, names) every other
            value is a neighbour.

            **Coordinate descent** tries the neighbours of the best trial so far along one coordinate after the other, in written order, shared ones
            first, and goes on along a coordinate while that gets better. It is done when some trial within `tolerance` of the best has no untried
            neighbour. Where the best lies on the edge of a range the range goes on by its factor, as far as the key's own domain reaches; lists end where they
            end. While no trial has finished, the first coordinate alone is lowered. Where something else than rates (`lr`, `weight_decay`, and these of groups)
            is changed there are two phases: all coordinates with trials of the share `short` of the updates, whose schedules decay fully, then the rates
            again at full length from the best of the first phase. Half of `max_trials`, or as many as the best and its neighbours need if that is less, are
            left to the second phase. The choice is made among trials at full length.

            **Successive halving** begins with combinations of the grids, all or as many as `max_trials` allows, drawn without regard to the cell,
            and the cell itself among them; of each rung's trials the best 1/`eta` go on to trials `eta` times as long. Every length has its own fully decayed schedule.

            Trials that diverge are infinitely bad; one that failed for another reason holds its cell up until `--retry-failed` has run it again.
            What comes next follows from the recorded trials alone, so a search goes on after a stop with the trial that it would have had.
            """)
}
