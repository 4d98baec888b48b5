import SLSpec

/// What trials tell beyond the one that was taken.
extension SweepReport {
    /// Trials that are as good as the best: where there are several, the one that was taken is one of them and no more.
    static func nearBest(_ tuned: TunedCells) -> [ReportDocument.Block] {
        let sets = tuned.shown.compactMap { shown in NearBest(shown.cell).map { (shown: shown, near: $0) } }
        guard sets.contains(where: \.near.isTie) else { return [] }
        let rows = sets.flatMap { set in set.near.entries.enumerated().map { (set: set, place: $0.offset, entry: $0.element) } }
        let within = MarkdownText.joined(MarkdownText.distinct(sets.map { NumberFormat.general($0.near.tolerance) }))
        let hasSeeds = rows.contains { $0.entry.trial.runs.count > 1 }
        let words = "Trials within \(within) nats of the best of their cell"
            + (hasSeeds ? ", or within the 95 % t-interval of the difference over the tuning seeds" : "")
            + ". The first was taken; where there are several, the trials don't tell them apart."
        return [
            .paragraph(words),
            .table("near-best", "Settings as good as the best.", [
                ReportColumn(words: "model", rows.map { MarkdownText.inline($0.set.shown.cell.size) }),
                ReportColumn(words: "cell", rows.map { MarkdownText.inline($0.set.shown.label) }),
                ReportColumn(words: "settings", rows.map { MarkdownText.inline(TuningText.values($0.entry.trial.values)) }),
                ReportColumn(
                    "eval loss", rows.map { NumberFormat.loss($0.entry.trial.meanLoss) }, figures: .real("eval_loss_mean", rows.map(\.entry.trial.meanLoss))),
                ReportColumn(
                    "above the best", rows.map { $0.place == 0 ? NumberFormat.missing : NumberFormat.lossDifference($0.entry.excess) },
                    figures: .real("excess", rows.map { $0.place == 0 ? nil : $0.entry.excess })),
                ReportColumn(words: "runs", rows.map { runs($0.entry.trial) }),
            ]),
        ]
    }

    /// What a factor of two in a number costs.
    static func sensitivity(_ tuned: TunedCells) -> [ReportDocument.Block] {
        let curves = tuned.shown.flatMap { shown in TrialCurve.curves(shown.cell).map { (shown: shown, curve: $0) } }.filter { $0.curve.best.value > 0 }
        guard !curves.isEmpty else { return [] }
        func column(_ title: String, _ name: String, _ factor: Double) -> ReportColumn {
            let regrets = curves.map { $0.curve.regret(at: factor) }
            return ReportColumn(
                title,
                regrets.map { regret in
                    switch regret {
                    case .nats(let nats): NumberFormat.lossDifference(nats)
                    case .diverged: "diverged"
                    case nil: NumberFormat.missing
                    }
                }, figures: .real(name, regrets.map { if case .nats(let nats) = $0 { nats } else { nil } }))
        }
        func range(_ curve: TrialCurve) -> String {
            "\(NumberFormat.general(curve.points.first?.value)) to \(NumberFormat.general(curve.points.last?.value))"
        }
        let diverged = curves.map { item in item.curve.points.filter { $0.loss == nil }.map { NumberFormat.general($0.value) } }
        return [
            .paragraph(
                "How much the loss depends on each number: how far it lies above the best at half and at twice the best value, everything else as in the best trial "
                    + "of that length; between values that were tried along a straight line over the logarithm. A dash is where nothing was tried."),
            .table("sensitivity", "Loss one octave off the best value.", [
                ReportColumn(words: "model", curves.map { MarkdownText.inline($0.shown.cell.size) }),
                ReportColumn(words: "cell", curves.map { MarkdownText.inline($0.shown.label) }),
                ReportColumn(words: "key", curves.map { MarkdownText.code($0.curve.key) }),
                ReportColumn(
                    "updates", curves.map { $0.curve.best.trial.steps.map(String.init) ?? NumberFormat.missing },
                    figures: .whole("steps", curves.map(\.curve.best.trial.steps))),
                ReportColumn("best", curves.map { NumberFormat.general($0.curve.best.value) }, figures: .real("best_value", curves.map(\.curve.best.value))),
                ReportColumn(
                    "eval loss", curves.map { NumberFormat.loss($0.curve.best.loss) }, figures: .real("eval_loss_mean", curves.map(\.curve.best.loss))),
                column("at 0.5×", "regret_half", 0.5), column("at 2×", "regret_double", 2),
                ReportColumn(words: "tried", curves.map { range($0.curve) }),
                ReportColumn(words: "diverged at", diverged.map { $0.isEmpty ? NumberFormat.missing : MarkdownText.joined($0) }),
            ]),
        ]
    }

    /// The best trial of each length, then whatever differs from it in one key.
    static func ablations(_ tuned: TunedCells) -> [ReportDocument.Block] {
        let rows = tuned.shown.filter { $0.cell.search != nil }.flatMap { shown in shown.cell.phases.flatMap { ablation(shown, $0.trials) } }
        guard !rows.isEmpty else { return [] }
        return [
            .paragraph("The best trial of each length with its settings, and below it every trial that differs from it in one of them."),
            .table("ablations", "One setting changed at a time.", [
                ReportColumn(words: "model", rows.map { MarkdownText.inline($0.shown.cell.size) }),
                ReportColumn(words: "cell", rows.map { MarkdownText.inline($0.shown.label) }),
                ReportColumn("updates", rows.map { $0.trial.steps.map(String.init) ?? NumberFormat.missing }, figures: .whole("steps", rows.map(\.trial.steps))),
                ReportColumn(words: "settings", rows.map { row in
                    row.isBest ? "**\(MarkdownText.inline(TuningText.values(row.trial.values)))**" : MarkdownText.inline(TuningText.change(row.trial, from: row.best))
                }),
                ReportColumn(
                    "eval loss", rows.map { MarkdownText.inline(TuningText.outcome($0.trial)) },
                    figures: .real("eval_loss_mean", rows.map(\.trial.meanLoss)) + .words("status", rows.map { TuningText.status($0.trial) })),
                ReportColumn(
                    "above the best", rows.map { $0.isBest ? NumberFormat.missing : NumberFormat.lossDifference($0.excess) },
                    figures: .real("excess", rows.map { $0.isBest ? nil : $0.excess })),
                ReportColumn(words: "runs", rows.map { runs($0.trial) }),
            ]),
        ]
    }

    private struct Ablation {
        var shown: TunedCells.Shown
        var trial: TunedCell.Trial
        var best: TunedCell.Trial
        var isBest: Bool
        /// `nil` unless it finished.
        var excess: Double? { trial.meanLoss.flatMap { loss in loss.isFinite ? best.meanLoss.map { loss - $0 } : nil } }
    }

    private static func ablation(_ shown: TunedCells.Shown, _ trials: ArraySlice<TunedCell.Trial>) -> [Ablation] {
        guard let best = NearBest(trials, tolerance: 0)?.entries.first?.trial else { return [] }
        let changed = trials.compactMap { trial -> (key: String, trial: TunedCell.Trial)? in
            let keys = TrialCurve.difference(trial, best)
            return keys.count == 1 ? (keys[0], trial) : nil
        }
        let order = shown.cell.search?.coordinates.map(\.key) ?? []
        func place(_ key: String) -> Int { order.firstIndex(of: key) ?? order.count }
        let sorted = changed.enumerated().sorted { one, other in
            let (left, right) = (one.element, other.element)
            if left.key != right.key { return (place(left.key), left.key) < (place(right.key), right.key) }
            let values = (left.trial.values[left.key]?.real ?? 0, right.trial.values[right.key]?.real ?? 0)
            return (values.0, one.offset) < (values.1, other.offset)
        }
        return [Ablation(shown: shown, trial: best, best: best, isBest: true)]
            + sorted.map { Ablation(shown: shown, trial: $0.element.trial, best: best, isBest: false) }
    }

    /// Everything that choosing took.
    static func tuningBudget(_ tuned: TunedCells) -> [ReportDocument.Block] {
        let rows = tuned.shown.map { (shown: $0, budget: TuningBudget($0.cell)) }
        guard rows.contains(where: { $0.budget.tokens != nil }) else { return [] }
        let ends = rows.map { row -> String in
            guard let search = row.shown.cell.search else { return "every combination" }
            guard search.isOver else { return "not over" }
            if search.phases.contains(where: { $0.end == .nothingFinished }) { return "nothing finished" }
            return search.phases.contains { $0.end == .capped } ? "at the cap" : "complete"
        }
        let most = rows.map { $0.shown.cell.search?.maxTrials }
        return [
            .paragraph("Everything that the trials took, whatever became of them."),
            .table("tuning-budget", "What the trials took.", [
                ReportColumn(words: "model", rows.map { MarkdownText.inline($0.shown.cell.size) }),
                ReportColumn(words: "cell", rows.map { MarkdownText.inline($0.shown.label) }),
                ReportColumn("trials", rows.map { String($0.budget.trials) }, figures: .whole("trials", rows.map(\.budget.trials))),
                ReportColumn("at most", most.map { $0.map(String.init) ?? NumberFormat.missing }, figures: .whole("max_trials", most)),
                ReportColumn(words: "search", ends),
                ReportColumn("diverged", rows.map { String($0.budget.diverged) }, figures: .whole("diverged", rows.map(\.budget.diverged))),
                ReportColumn("runs", rows.map { String($0.budget.runs) }, figures: .whole("runs", rows.map(\.budget.runs))),
                ReportColumn("tokens", rows.map { NumberFormat.tokens($0.budget.tokens) }, figures: .whole("tokens", rows.map(\.budget.tokens))),
                ReportColumn("FLOPs", rows.map { NumberFormat.operations($0.budget.operations) }, figures: .real("training_flops", rows.map(\.budget.operations))),
                ReportColumn("time", rows.map { NumberFormat.duration(seconds: $0.budget.seconds) }, figures: .real("seconds", rows.map(\.budget.seconds))),
            ], note: rows.contains { $0.budget.diverged > 0 }
                ? "Of runs that diverged the updates that were made; their FLOPs are counted as those of the same tokens in runs that finished." : nil),
        ]
    }

    static func runs(_ trial: TunedCell.Trial) -> String { trial.runs.map { MarkdownText.code($0.runID) }.joined(separator: " ") }
}
