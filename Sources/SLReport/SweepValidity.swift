public import SLSpec

/// What weakens the comparison that a sweep makes: everything that is unequal between rows that are compared, and everything
/// that the runs alone can't support.
public struct SweepValidity: Sendable {
    public struct Threat: Sendable, Hashable {
        /// Whether rows were not given the same, so that their comparison itself is in doubt; else the evidence is only thin.
        public var isUnequal: Bool
        /// One or two sentences.
        public var words: String
    }

    public let threats: [Threat]

    public init(_ history: SweepHistory) {
        let groups = SizeGroup.groups(of: history)
        var threats: [Threat] = []
        let tuned = TunedCells(history, groups)
        for group in groups {
            threats += Self.inequalities(group)
            threats += Self.rateSplits(group, history.methods)
            threats += Self.thinness(group)
            threats += Self.text(group)
            threats += Self.floors(group)
            threats += Self.evidence(group)
            threats += Self.noise(group)
            threats += Self.analyses(group, margin: history.evidence.equivalenceMargin)
            threats += Self.speeds(group)
            threats += Self.tuning(group, tuned, history.methods)
            threats += Self.notes(group)
        }
        for cell in history.tuning where cell.chosen == nil {
            guard !cell.isOpen else {
                threats.append(Threat(isUnequal: false, words: "\(MarkdownText.inline(TuningText.name(cell))) is not compared: its trials are not over."))
                continue
            }
            let words = "\(MarkdownText.inline(TuningText.name(cell))) is not compared: none of its \(cell.trials.count) trials finished on every "
                + "tuning seed (\(TuningText.outcomes(cell)))."
            threats.append(Threat(isUnequal: false, words: words))
        }
        threats += Self.references(groups)
        threats += Self.places(history)
        self.threats = threats
    }

    public var isEqual: Bool { !threats.contains(where: \.isUnequal) }

    /// Keys that every compared run must share, by what they mean to a reader.
    private static let shared: [(meaning: String, keys: [String])] = [
        ("training budget", ["training.steps", "training.batch_size", "training.sequence_length"]),
        ("schedule", ["training.warmup_steps", "training.min_lr_ratio"]),
        ("training text", ["data.corpus_sha256", "data.packing", "data.train_tokens"]),
        ("tokenizer", ["data.tokenizer_sha256", "data.vocabulary_size"]),
        ("evaluation set", ["data.validation_tokens", "evaluation.tokens", "evaluation.rows"]), ("test set", ["data.test.sha256", "data.test.tokens", "evaluation.test_tokens"]), ("evaluation average", ["evaluation.mode", "evaluation.batch_size"]),
    ]

    static func inequalities(_ group: SizeGroup) -> [Threat] {
        let cells = group.cells
        let fields = cells.map { SpecFields($0.spec) }
        var found: [Threat] = []
        func unequal(_ words: String) { found.append(Threat(isUnequal: true, words: "\(group.model.name): \(words)")) }
        for (meaning, keys) in shared {
            let differing = keys.filter { key in Set(fields.map { $0.value(key) }).count > 1 }
            guard !differing.isEmpty else { continue }
            let values = differing.map { key in "`\(key)` is \(MarkdownText.joined(MarkdownText.distinct(fields.map { $0.value(key) })))" }
            unequal("the rows differ in \(meaning): \(values.joined(separator: "; ")).")
        }
        // Rows of one seed are the same for every method; those of two seeds have other padding.
        let bySeed = Dictionary(grouping: cells.flatMap(\.finished), by: \.spec.seed).values.map { runs in Set(runs.compactMap { $0.result?.tokens }) }
        let tokens = bySeed.filter { $0.count > 1 }.flatMap(\.self)
        if !tokens.isEmpty {
            let counts = MarkdownText.distinct(tokens.sorted().map { NumberFormat.tokens($0) })
            unequal("runs of one seed trained on unequal numbers of tokens: \(MarkdownText.joined(counts)).")
        }
        return found + unequalSeeds(group)
    }

    static func thinness(_ group: SizeGroup) -> [Threat] {
        var found: [Threat] = []
        func thin(_ words: String) { found.append(Threat(isUnequal: false, words: "\(group.model.name): \(words)")) }
        let lost = group.runs.filter { [.diverged, .failed].contains($0.status) }
        if !lost.isEmpty {
            let statuses = RunStatus.allCases.filter { status in lost.contains { $0.status == status } }.map(\.rawValue).joined(separator: " or ")
            thin("\(lost.count) of \(group.runs.count) runs \(statuses) and \(lost.count == 1 ? "is" : "are") in no mean.")
        }
        let budget = PublishedFigures.tokens(size: group.shape.name) ?? PublishedFigures.tokenBudgets[0]
        if let longest = group.tokenCounts.max(), longest < budget {
            let atMost = Set(group.tokenCounts).count > 1 ? " at the most" : ""
            let order = group.cells.count > 1 ? ": the order of methods may change with the budget." : ": a longer run may tell another story."
            thin("\(NumberFormat.tokens(longest)) tokens a run\(atMost), \(NumberFormat.tokens(budget)) in the papers\(order)")
        }
        if !group.cells.areTested, group.cells.contains(where: { $0.spec.evaluation.mode == .galoreCompat }) {
            thin("losses are averaged as in GaLore's published loop (batch means, divided by N + 1), not per token.")
        }
        return found
    }

    /// What the text of the runs does to their figures.
    private static func text(_ group: SizeGroup) -> [Threat] {
        let words = MarkdownText.distinct(group.runs.compactMap(\.data).flatMap { DataWords($0).concerns })
        var threats = words.map { Threat(isUnequal: false, words: "\(group.model.name): \($0)") }
        if group.runs.contains(where: { $0.spec.initialization != nil }) {
            threats.append(Threat(
                isUnequal: false, words: "\(group.model.name): runs began with given weights; whether those were trained on the validation text is not known."))
        }
        return threats
    }

    package static func places(_ history: SweepHistory) -> [Threat] {
        let environments = history.runs.filter { $0.result != nil }.compactMap(\.environment)
        func values(_ value: (EnvironmentRecord) -> String) -> [String] { MarkdownText.distinct(environments.map(value)) }
        var found: [Threat] = []
        for (name, value) in [
            ("processors", { $0.cpu }), ("numbers of threads", { String($0.threads) }), ("BLAS cores", { $0.blasCore }),
            ("vector units", { $0.vectorUnits ?? "unknown" }),
            ("use of the machine", { $0.exclusive.map { $0 ? "alone on it" : "beside others" } ?? "not said" }),
        ] as [(String, (EnvironmentRecord) -> String)] {
            let all = values(value)
            if all.count > 1 {
                found.append(Threat(isUnequal: true, words: "The runs were made on differing \(name) (\(MarkdownText.joined(all))): speeds and resident sizes do not compare."))
            }
        }
        let hosts = values { $0.host }
        // Machines of one kind are equal terms, as far as anybody can say.
        if hosts.count > 1 {
            let isOneKind = Set(environments.map { SpeedTerms($0) }).count == 1
            found.append(Threat(
                isUnequal: false,
                words: "The runs were made on \(hosts.count) machines (\(MarkdownText.joined(hosts))): "
                    + (isOneKind ? "of one kind, as they say; two of a kind may still differ in speed." : "speeds compare only between those of one kind.")))
        }
        found += moves(history)
        let programs = values { "\($0.programVersion) \($0.commit.map { ShortKey.of($0) } ?? "without a commit")" }
        if programs.count > 1 { found.append(Threat(isUnequal: true, words: "The runs were made by differing programs: \(MarkdownText.joined(programs)).")) }
        if environments.contains(where: { $0.commitIsDirty == true }) {
            found.append(Threat(isUnequal: false, words: "Some runs were made by a program with uncommitted changes: its source can't be named."))
        }
        return found
    }
}
