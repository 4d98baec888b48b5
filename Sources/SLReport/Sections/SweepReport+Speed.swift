import SLSpec

extension SweepReport {
    /// What the training cost in time and arithmetic.
    static func speed(_ groups: [SizeGroup]) -> [ReportDocument.Block] {
        let tables = groups.compactMap(speedTable)
        guard !tables.isEmpty else { return [] }
        let words = """
            *Tokens/s* leaves evaluation and the first update out; ± is the standard deviation over the seeds. *FLOPs* are those of all updates \
            of a run by formula, without evaluation and subspace refreshes; *GFLOP/s* are FLOPs per token times tokens/s. *Refreshes* is the \
            share of the training time that finding subspaces anew took. Wall time, FLOPs and shares are means over the seeds.
            """
        let results = groups.flatMap(\.cells).flatMap(\.results)
        let unknown = results.count { $0.companionRuns == nil }
        var notes: [String] = []
        if groups.flatMap(\.cells).contains(where: \.isDisturbed) { notes.append("† " + disturbance) }
        if unknown > 0 {
            let which = unknown == results.count ? "these runs" : "\(unknown) of \(results.count) runs"
            notes.append("Whether other runs were in training meanwhile is not known of \(which).")
        }
        return [.section("Speed"), .paragraph(words)] + tables + (notes.isEmpty ? [] : [.list(notes)])
    }

    /// What † means.
    static let disturbance = "Other runs were in training on the machine meanwhile: the speed does not compare."

    private static func speedTable(_ group: SizeGroup) -> ReportDocument.Block? {
        let cells = group.cells.filter { !$0.results.isEmpty }
        guard !cells.isEmpty else { return nil }
        let name = MarkdownText.inline(group.model.name)
        func means(_ title: String, _ name: String, _ text: (Double?) -> String, _ value: (RunResult) -> Double?) -> ReportColumn {
            let all = cells.map { $0.summary(value) }
            return ReportColumn(title, all.map { text($0?.mean) }, figures: .summary(name, all))
        }
        let columns = [
            ReportColumn(words: name, cells.map { MarkdownText.inline($0.label) }, name: "cell"), seeds(cells),
            ReportColumn(
                "tokens/s", best(cells, .highest, \.undisturbedSpeed) { markedSpeed($0) },
                figures: .summary("tokens_per_second", cells.map(\.tokensPerSecond)) + .words("compares", cells.map { $0.isDisturbed ? "no" : "yes" })),
            means("wall time", "wall_seconds", { NumberFormat.duration(seconds: $0) }, \.wallSeconds),
            means("FLOPs per run", "training_flops", { NumberFormat.operations($0) }, \.trainingFloatingPointOperations),
            means("GFLOP/s", "flop_per_second", { NumberFormat.fixed($0.map { $0 / 1e9 }, decimals: 1) }, operationsPerSecond),
            means("refreshes", "refresh_share", { NumberFormat.share($0) }, \.refreshShare),
        ]
        return .table("speed \(group.model.name)", "Speed and cost of the training at \(name).", columns)
    }

    private static func operationsPerSecond(_ result: RunResult) -> Double? {
        guard let operations = result.trainingFloatingPointOperations, result.tokens > 0, let speed = result.tokensPerSecond, speed > 0
        else { return nil }
        return operations / Double(result.tokens) * speed
    }

    /// Mean and spread, with † where other runs trained meanwhile.
    static func markedSpeed(_ cell: ReportCell) -> String { speed(cell.tokensPerSecond) + (cell.isDisturbed ? " †" : "") }
}

extension ReportCell {
    /// Whether another run was seen in training on the machine while one of these was.
    var isDisturbed: Bool { results.contains { ($0.companionRuns ?? 0) > 0 } }

    /// Mean tokens/s, where it compares.
    var undisturbedSpeed: Double? { isDisturbed ? nil : tokensPerSecond?.mean }
}
