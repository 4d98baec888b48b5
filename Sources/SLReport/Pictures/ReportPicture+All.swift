import SLSpec

extension ReportPicture {
    /// Every picture that the history has something for, in the order of a report.
    public static func all(_ history: SweepHistory) -> [ReportPicture] {
        LossAxis.allCases.compactMap { loss(history, over: $0) }
            + [tradeOff(history), parameters(history), rankSweep(history), memorySplit(history)].compactMap(\.self)
    }

    private static func loss(_ history: SweepHistory, over axis: LossAxis) -> ReportPicture? {
        let panels = LossPanel.panels(history, over: axis)
        guard let script = PlotScript.script(panels) else { return nil }
        var bands = ""
        if panels.contains(where: \.hasBands) {
            bands = " Where a cell has several seeds the line is their mean after equal updates, and the band reaches from the lowest seed "
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
                    + (history.runs.contains { ($0.result?.companionRuns ?? 0) > 0 }
                        ? [" Some runs shared the machine with others meanwhile; their times do not compare."] : [])
            )
        }
        return ReportPicture(
            suffix: axis.suffix, alternative: "Training and evaluation loss over \(words.over) for every method",
            caption: "Training loss (lines, moving mean) and evaluation loss (points) \(words.what)." + words.notes.joined() + bands,
            script: script)
    }

    private static let front = " The stepped line is the Pareto front: nothing below and left of it was reached, by the means over seeds."

    private static func bars(_ hasIntervals: Bool) -> String {
        hasIntervals ? " Bars are 95 % t-intervals over seeds; one that reaches the frame goes on beyond it." : ""
    }

    private static func tradeOff(_ history: SweepHistory) -> ReportPicture? {
        let panels = TradeOffPanel.memory(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "tradeoff", alternative: "Perplexity against memory for every method",
                caption: "Perplexity against memory, by the papers' convention and as tracked: lower left is better." + front
                    + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func parameters(_ history: SweepHistory) -> ReportPicture? {
        let panels = TradeOffPanel.parameters(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "parameters", alternative: "Perplexity against parameters for every method",
                caption: "Perplexity against the parameters that a model stores and those that training changes: lower left is better."
                    + front + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func rankSweep(_ history: SweepHistory) -> ReportPicture? {
        let panels = RankPanel.panels(history)
        return PlotScript.script(panels).map { script in
            ReportPicture(
                suffix: "rank", alternative: "Evaluation loss over rank for every method that was run with several",
                caption: "Evaluation loss by rank, methods at one rank set slightly apart; the dashed level is full rank."
                    + bars(panels.contains(where: \.hasIntervals)), script: script)
        }
    }

    private static func memorySplit(_ history: SweepHistory) -> ReportPicture? {
        PlotScript.memorySplit(history).map { script in
            ReportPicture(
                suffix: "memory", alternative: "Tracked memory at its peak, split by what it holds, for every method",
                caption: "The program's own tensors at the moment their sum was largest, stacked from left to right in the order of the "
                    + "legend. The diamond is the figure by the papers' convention, the triangle the peak of the whole process."
                    + (history.predictions.isEmpty ? "" : " *Predicted* cells were planned and not run."), script: script)
        }
    }
}
