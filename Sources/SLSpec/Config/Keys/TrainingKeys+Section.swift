extension TrainingKeys {
    static let place = "training"

    static let section = ConfigSection(
        place, all.map { ConfigKey(place, $0) } + ComponentKeys.all,
        rules: """
            A key that a method's object repeats is that method's own. `batch_size` times `sequence_length` is at most 2²⁸ tokens;
            a budget in `tokens` or `flops` counts targets, and where `data.packing` is `truncate` padding is none: the mean over the training
            part tells how many an update has. `optimizer` and `groups` stand below. `gradient_accumulation` divides `batch_size`; `warmup_steps` is at most `steps`, and only one of it and `warmup_ratio` is given.
            """)
}
