public import SLSpec

extension ReportPicture {
    /// Every picture that the history has something for, in the order of a report.
    public static func all(_ history: SweepHistory) -> [ReportPicture] {
        LossAxis.allCases.compactMap { loss(history, over: $0) }
            + [finalLosses(history), tradeOff(history), frontier(history), parameters(history), rankSweep(history), ladder(history), memorySplit(history), sensitivity(history)].compactMap(\.self) + probes(history)
    }

    /// What the names of a report's pictures can end with.
    public static let suffixes = LossAxis.allCases.map(\.suffix) + ["final", "tradeoff", "frontier", "parameters", "rank", "ladder", "memory", "tuning"] + probeSuffixes

    private static func loss(_ history: SweepHistory, over axis: LossAxis) -> ReportPicture? {
        let panels = LossPanel.panels(history, over: axis)
        guard let script = PlotScript.script(panels) else { return nil }
        var bands = panels.contains(where: \.hasStrip)
            ? " The final evaluations stand once more at the right, side by side in the order of the legend" + (panels.contains(where: \.hasBands) ? ", with bars from the lowest seed to the highest." : ".")
            : ""
        if panels.contains(where: { !$0.counted.isEmpty }) {
            bands += " The level lines are the loss of the evaluated text under counted models of the training text, which know only the frequency "
                + "of each token (unigram) or of each pair (bigram)."
        }
        if panels.contains(where: \.hasBands) {
            bands += " Where a cell has several seeds the line is their mean after equal updates, and the band reaches from the lowest seed "
                + "to the highest" + (axis == .seconds ? "; the bar at its end reaches from the fastest seed to the slowest." : ".")
        }
        let words: (over: String, what: String, notes: [String])
        switch axis {
        case .tokens:
            words = (
                "tokens", "over the tokens trained on",
                [" The frame fits what follows the first twentieth: spikes and runs that diverge leave it at the top."])
        case .operations:
            words = (
                "floating-point operations", "over the floating-point operations of training",
                [" These are counted by formula; subspace refreshes and evaluations are not in them."]
                    + (history.runs.contains { !$0.steps.isEmpty && axis.amounts($0) == nil }
                        ? [" Runs without a count, such as those that did not finish, are left out."] : [])
            )
        case .seconds:
            words = (
                "training time", "over training time",
                [" That is the sum of the updates' own times, not the wall clock: evaluations, checkpoints and the start are not in it."]
                    + (Disturbance(SizeGroup.groups(of: history).flatMap(\.cells)).reasons.map { [" \($0) for some runs; their times do not compare."] } ?? [])
            )
        }
        return ReportPicture(
            suffix: axis.suffix, alternative: "Training and evaluation loss over \(words.over) for every method",
            caption: "Training loss (lines, moving mean) and evaluation loss (points) \(words.what)." + words.notes.joined() + bands,
            script: script)
    }

    /// What the loss that rows are ranked by is called.
    private static func lossName(_ history: SweepHistory) -> String { SizeGroup.groups(of: history).lossName }

    private static func finalLosses(_ history: SweepHistory) -> ReportPicture? {
        PlotScript.finalLosses(history).map { script in
            ReportPicture(
                suffix: "final", alternative: "Final \(lossName(history)) of every method, by family",
                caption: "The final \(lossName(history)) of every cell, family by family: the mark is the mean over seeds, the small points are the seeds. The "
                    + "dashed line is the reference; a mark at the right edge lies beyond it.", script: script)
        }
    }

    /// What is said of the front: a line through differences that may be noise would claim what nobody measured.
    private static func front(_ panels: [TradeOffPanel]) -> String {
        if panels.contains(where: \.hasFront) {
            return " The stepped line is the Pareto front as far as the seeds show it: it steps down where a cell's loss is lower than that of every "
                + "cheaper cell by more than the 95 % t-interval of their paired difference; what lies below it elsewhere lies within that noise."
        }
        return " No Pareto front is drawn: " + (panels.contains(where: \.hasIntervals)
            ? "no cell's loss is lower than that of every cheaper cell by more than the 95 % t-interval of their paired difference."
            : "with one seed a cell no difference is known to be more than noise.")
    }

    private static let spread = " Points that would cover each other stand apart sideways."

    /// Perplexity, or what stands in its place.
    private static func measure(_ panels: [TradeOffPanel]) -> (words: String, note: String) {
        let measures = Set(panels.map(\.measure))
        guard measures.contains(.loss) else { return ("Perplexity", "") }
        let note = " The axis is the loss where too few tokens were evaluated for a perplexity (\(EvaluationSize.fewestTokens))."
        let loss = panels.first?.loss ?? "loss"
        return (measures.count == 1 ? SeedEvidence.capitalized(loss) : "Perplexity or \(loss)", note)
    }

    private static func bars(_ hasIntervals: Bool) -> String {
        hasIntervals ? " Bars are 95 % t-intervals over seeds; one that reaches the frame goes on beyond it." : ""
    }

    private static func tradeOff(_ history: SweepHistory) -> ReportPicture? {
        let panels = TradeOffPanel.memory(history)
        let measure = measure(panels)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "tradeoff", alternative: "\(measure.words) against memory for every method",
                caption: "\(measure.words) against memory, by the papers' convention and as tracked: lower left is better." + measure.note
                    + spread + front(panels) + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func frontier(_ history: SweepHistory) -> ReportPicture? {
        let panels = FrontierPanel.panels(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "frontier", alternative: "\(SeedEvidence.capitalized(lossName(history))) against memory and operations over all shapes",
                caption: "Every method at its best over its rates, all shapes in one frame: \(lossName(history)) against the tracked peak, at the longest budget of "
                    + "each, and against the operations of training where they were counted." + (panels.contains(where: \.hasLine) ? " The line joins dense models of several shapes." : "")
                    + " The steps go down where a lower mean is had for more; the level lines are the largest dense model and what counting reaches."
                    + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func parameters(_ history: SweepHistory) -> ReportPicture? {
        let panels = TradeOffPanel.parameters(history)
        let measure = measure(panels)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "parameters", alternative: "\(measure.words) against parameters for every method",
                caption: "\(measure.words) against the parameters that a model stores and those that training changes: lower left is better."
                    + measure.note + spread + front(panels) + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func rankSweep(_ history: SweepHistory) -> ReportPicture? {
        let panels = RankPanel.panels(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "rank", alternative: "\(SeedEvidence.capitalized(lossName(history))) over rank for every method that was run with several",
                caption: "\(SeedEvidence.capitalized(lossName(history))) by rank, methods at one rank set slightly apart; the dashed level is full rank."
                    + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func ladder(_ history: SweepHistory) -> ReportPicture? {
        let panels = LadderPanel.panels(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "ladder", alternative: "\(SeedEvidence.capitalized(lossName(history))) over the budget for every method",
                caption: "\(SeedEvidence.capitalized(lossName(history))) at the end of every budget, each from runs with a schedule of their own that decays to the end; rows at one budget set slightly apart."
                    + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func memorySplit(_ history: SweepHistory) -> ReportPicture? {
        PlotScript.memorySplit(history).map { script in
            ReportPicture(
                suffix: "memory", alternative: "Tracked memory at its peak, split by what it holds, for every method",
                caption: "The program's own tensors at the moment their sum was largest, stacked from left to right in the order of the "
                    + "legend. The diamond is the figure by the papers' convention, the triangle the resident peak."
                    + (history.predictions.isEmpty ? "" : " *Predicted* cells were planned and not run."), script: script)
        }
    }

    private static func sensitivity(_ history: SweepHistory) -> ReportPicture? {
        let panels = SensitivityPanel.panels(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "tuning", alternative: "Evaluation loss of tuning trials over each number that they varied",
                caption: "Evaluation loss of the trials that chose the settings, over one number at a time, everything else as in the best trial of that length; "
                    + "the ring is the best, one octave is a factor of two."
                    + (panels.contains(where: \.hasDivergences) ? " Crosses on the upper edge are trials that diverged." : ""), script: script)
        }
    }
}
