import SLCluster
import SLHarness
import SLReport
import SLSpec

/// How the runs of a sweep stand, as a table.
enum StandingTable {
    /// - Parameter view: of the cluster, for a sweep that was submitted to one.
    static func of(_ runs: [RunStanding], _ view: ClusterView?) -> ValueTable {
        let cells = byRun(view)
        return ValueTable(
            columns: [
                "run_id", "size", "method", "rank", "seed", "status", "step", "steps", "loss", "eval_loss", "tokens_per_second",
                "remaining_seconds", "silent_seconds", "failure", "job", "node", "queue_state", "queue_reason", "queue_start",
            ],
            rows: runs.map { run in
                let cell = cells[run.runID]
                return [
                    .text(run.runID), .text(run.size), .text(run.method), .init(run.rank), .integer(run.seed),
                    .text(cell.map { ClusterTable.word($0) } ?? run.status?.rawValue ?? "waiting"), .integer(run.step), .integer(run.steps), .init(run.loss),
                    .init(run.evalLoss), .init(run.tokensPerSecond), .init(run.status == .running ? run.remainingSeconds : nil), .init(run.silentSeconds),
                    .init(run.failure), .init((cell?.queue?.id ?? cell?.last?.id)?.description), .init(cell?.queue?.nodes), .init(cell?.queue?.state.word),
                    .init(cell?.queue?.reason), .init(cell?.queue?.start),
                ]
            })
    }

    /// - Parameters:
    ///   - lines: for the runs; `nil` for all of them.
    ///   - columns: at which a line is cut; `nil` for no cut.
    static func readable(_ name: String, _ runs: [RunStanding], _ view: ClusterView?, lines: Int?, columns: Int?) -> String {
        let excerpt = StandingExcerpt(runs, lines: lines)
        let cells = byRun(view)
        let onCluster = view == nil ? [] : ["job", "node"]
        let table = ValueTable(
            columns: ["run", "size", "method", "rank", "seed", "status", "step", "loss", "eval loss", "tokens/s", "eta"] + onCluster,
            rows: excerpt.shown.map { run in
                let cell = cells[run.runID]
                let place: [ValueTable.Cell] = view == nil ? [] : [.init((cell?.queue?.id ?? cell?.last?.id)?.description), .init(cell?.queue?.nodes)]
                return [
                    .text(run.runID), .text(run.size), .text(run.method), .init(run.rank), .integer(run.seed),
                    .text(cell.map { ClusterTable.words($0) } ?? words(run)), .text("\(run.step)/\(run.steps)"), .text(NumberFormat.loss(run.loss)),
                    .text(NumberFormat.loss(run.evalLoss)), .text(NumberFormat.tokensPerSecond(run.tokensPerSecond)),
                    run.status == .running ? run.remainingSeconds.map { .text(DurationText.clock($0)) } ?? .null : .null,
                ] + place
            })
        let counts = view.map { ClusterTable.counts($0) + ClusterTable.closing($0) } ?? StandingExcerpt.counts(runs)
        let text = "sweep \(name): \(counts)\n" + TableRenderer.render(table, as: .table) + (excerpt.rest.map { $0 + "\n" } ?? "")
        guard let columns else { return text }
        let cut = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.prefix(max(1, columns - 1))) }
        return cut.joined(separator: "\n")
    }

    private static func byRun(_ view: ClusterView?) -> [String: ClusterView.Cell] {
        Dictionary((view?.cells ?? []).map { ($0.standing.runID, $0) }, uniquingKeysWith: { $1 })
    }

    /// A run that says `running` and has been silent for long may have lost its process.
    private static func words(_ run: RunStanding) -> String {
        guard let status = run.status else { return "waiting" }
        if status == .running, let silent = run.silentSeconds, silent > 60 { return "running, silent for \(DurationText.clock(silent))" }
        if status == .running, let silent = run.silentSeconds, silent < -60 { return "running, by a clock that is \(DurationText.clock(-silent)) ahead" }
        guard let failure = run.failure else { return status.rawValue }
        return "\(status.rawValue): \(failure.prefix { !$0.isNewline }.prefix(60))"
    }
}
