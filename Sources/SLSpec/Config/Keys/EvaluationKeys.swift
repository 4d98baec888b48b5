/// The keys of `evaluation`.
enum EvaluationKeys {
    private typealias Name = EvaluationSpec.CodingKeys
    private static let place = "evaluation"
    private static let ordinary = EvaluationSpec()
    /// More than any text has, and few enough that sums stay exact.
    private static let mostTokens = 1_000_000_000_000_000

    static let every = ConfigKey(
        place, Name.every.rawValue, .count(0...Int(Int32.max)), "Updates between evaluations; 0 for the end only.",
        standard: .value(.integer(ordinary.every)), refusal: "a whole number of updates; 0 for the end only")
    static let tokens = ConfigKey(
        place, Name.tokens.rawValue, .count(1...mostTokens), "Size of the fixed evaluation set.",
        standard: .value(.integer(ordinary.tokens)), refusal: "a whole number from 1 to 10^15")
    static let mode = ConfigKey.choice(
        place, Name.mode.rawValue, ordinary.mode, "Which mean the loss is.",
        meaning: "`galore-compat` is the published loop with its mean over N+1 batches, for comparison")
    /// One for the whole sweep, so that its rows are averaged alike, and no cell's own. The published loops evaluate in the
    /// training's micro-batches, which are the training's batches where nothing is accumulated.
    static let batchSize = ConfigKey(
        place, Name.batchSize.rawValue, .value(.integer(1...Int(Int32.max))),
        "Sequences a batch whose mean counts once under galore-compat.", standard: .words("the shared training.batch_size"),
        source: "github.com/jiaweizzhao/GaLore @2cc66f8, torchrun_main.py",
        meaning: "sequences a batch whose mean counts once under `galore-compat`; one for all cells")

    static let rows = ConfigKey.choice(
        place, Name.rows.rawValue, EvaluationSpec.Rows.first, "Which rows of the validation part the fixed set has.",
        meaning: "the first rows of the validation part, or as many at equal distances over all of it, which a corpus of several sources needs (`core`)")
    static let testTokens = ConfigKey(
        place, Name.testTokens.rawValue, .count(1...mostTokens), "Size of the test set, spread over the test text; with data.test.",
        standard: .words("\(EvaluationSpec.standardTestTokens) with data.test"), refusal: "a whole number from 1 to 10^15",
        meaning: "size of the test set in tokens, at equal distances over the test text; with `data.test`")
    static let heldOut = ConfigKey(
        place, DataSpec.CodingKeys.heldOut.rawValue, .texts, "Corpora of other sources that models are measured on, e.g. [\"core:moby-dick\"].",
        standard: .value(.array([])), meaning: "corpora of other sources that models are measured on, none of their text in the training part: losses on them show what is luck of the domain",
        allowed: "a list of corpora, each as `data.corpus`")
    static let heldOutTokens = ConfigKey(
        place, Name.heldOutTokens.rawValue, .count(1...mostTokens), "Size of the set of each held-out corpus, spread over its text.",
        standard: .words("\(EvaluationSpec.standardHeldOutTokens) with held_out"), refusal: "a whole number from 1 to 10^15",
        meaning: "size of the set of each held-out corpus in tokens, at equal distances over its text")
    static let heldOutTime = ConfigKey(
        place, Name.heldOutTime.rawValue, .value(.choice(EvaluationSpec.HeldOutTime.allCases.map(\.rawValue))), "When held-out corpora are evaluated.",
        standard: .words("\(EvaluationSpec.HeldOutTime.every.rawValue) with held_out"),
        meaning: "held-out corpora are evaluated with every evaluation, or at the end only")

    static let section = ConfigSection(
        place, [every, tokens, mode, batchSize, rows, testTokens, heldOutTokens, heldOutTime, heldOut],
        rules: """
            The untrained model and the end are always evaluated; a loss above 3 ln V after any update is a divergence. `batch_size` is for
            `galore-compat` alone and part of a run's identity there; nothing that the training's batches are cut in changes the figure.
            The test text and held-out corpora are evaluated per token whatever the mode is, a diverged run's never.
            """)
}
