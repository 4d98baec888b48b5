extension TrainingKeys {
    static let place = "training"

    static let section = ConfigSection(
        place, all.map { ConfigKey(place, $0, isLadder: budgets.contains($0.name)) } + ComponentKeys.all,
        rules: """
            A key that a method's object repeats is that method's own. `batch_size` times `sequence_length` is at most 2²⁸ tokens;
            one budget is given, in `steps`, `tokens`, `flops` or `tokens_per_parameter`, and `match` in a method's object is one of memory. **A list of
            budgets is a ladder**: `"tokens_per_parameter": [5, 10, 20]` trains every method on each, every run with a schedule of its own that decays
            to the end; leave the warm-up to `warmup_ratio` and it grows with the budget. A method's object with a budget of its own is on no rung of it.
            `tokens_per_parameter` asks the dense model of the size whatever the method: all rows of a size have the same tokens, a row that
            `match` made narrower too. A budget in tokens or FLOPs counts targets, and where `data.packing` is `truncate` padding is none: the mean over the training
            part tells how many an update has. `optimizer` and `groups` stand below. `gradient_accumulation` divides `batch_size`; `warmup_steps` is at most `steps`, and only one of it and `warmup_ratio` is given.
            """)
}
