import SLSpec

extension SweepReport {
    /// What the training cost in time and arithmetic.
    package static func speed(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(speedTable)
        guard !tables.isEmpty else { return [] }
        let notes = [Disturbance(groups.flatMap(\.cells)).note, Disturbance(groups.flatMap(\.cells)).unknown].compactMap(\.self)
        return [.section("Speed"), .paragraph(speedGuide(groups.flatMap(\.cells)))] + tables + (notes.isEmpty ? [] : [.list(notes)])
    }

    private static func speedGuide(_ cells: [ReportCell]) -> String {
        var words = ["*Tokens/s* leaves evaluation and the first update out."]
        let hasSeeds = cells.contains { $0.results.count > 1 }
        if hasSeeds { words.append("± is the standard deviation over the seeds.") }
        if cells.contains(where: { $0.results.contains { $0.trainingFloatingPointOperations != nil } }) {
            words.append(
                "*FLOPs* are those of all updates of a run by formula, without evaluation and subspace refreshes; *GFLOP/s* are FLOPs per token times "
                    + "tokens/s.")
        }
        if cells.contains(where: { $0.results.contains { $0.refreshSeconds > 0 } }) {
            words.append("*Refreshes* is the share of the training time that finding subspaces anew took.")
        }
        if hasSeeds { words.append("Wall time, FLOPs and shares are means over the seeds.") }
        return words.joined(separator: " ")
    }

    private static func speedTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let cells = group.cells.filter { !$0.results.isEmpty }
        guard !cells.isEmpty else { return nil }
        let name = MarkdownText.inline(group.model.name)
        func means(_ title: String, _ name: String, _ text: (Double?) -> String, _ value: (RunResult) -> Double?) -> ReportColumn {
            let all = cells.map { $0.summary(value) }
            return ReportColumn(title, all.map { text($0?.mean) }, figures: .summary(name, all))
        }
        let foreign = cells.map { $0.results.compactMap(\.foreignProcessorShare).max() }
        let columns = [
            ReportColumn(words: name, cells.map { MarkdownText.inline($0.label) }, name: "cell"), seeds(cells),
            ReportColumn(
                "tokens/s", best(cells, .highest, \.undisturbedSpeed) { markedSpeed($0) },
                figures: .summary("tokens_per_second", cells.map(\.tokensPerSecond)) + .words("compares", cells.map { $0.isDisturbed ? "no" : "yes" })),
            means("wall time", "wall_seconds", { NumberFormat.duration(seconds: $0) }, \.wallSeconds),
            means("FLOPs per run", "training_flops", { NumberFormat.operations($0) }, \.trainingFloatingPointOperations),
            ReportColumn(
                "GFLOP/s", cells.map { $0.marked(NumberFormat.fixed($0.summary(operationsPerSecond).map { $0.mean / 1e9 }, decimals: 1)) },
                figures: .summary("flop_per_second", cells.map { $0.summary(operationsPerSecond) })),
            ReportColumn("others' processor time", foreign.map { NumberFormat.share($0) }, figures: .real("foreign_processor_share_max", foreign)),
            means("refreshes", "refresh_share", { NumberFormat.share($0) }, \.refreshShare),
        ]
        return .table("speed \(group.model.name)", "Speed and cost of the training at \(name).", columns)
    }

    private static func operationsPerSecond(_ result: RunResult) -> Double? {
        guard let operations = result.trainingFloatingPointOperations, result.tokens > 0, let speed = result.tokensPerSecond, speed > 0
        else { return nil }
        return operations / Double(result.tokens) * speed
    }

    /// Mean and spread, with † where it does not compare.
    static func markedSpeed(_ cell: ReportCell) -> String { cell.marked(speed(cell.tokensPerSecond)) }
}
