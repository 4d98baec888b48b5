import Foundation
import SLCluster
import SLHarness
import SLReport
import SLSpec

/// A sweep on a cluster in words.
enum ClusterTable {
    /// What would be submitted: a line for each array.
    static func plan(_ arrays: [PlannedArray], facts: ClusterFacts, spec: SlurmSpec) -> String {
        guard !arrays.isEmpty else { return "nothing to submit: every cell is done, queued, or was tried" }
        let table = ValueTable(
            columns: ["array", "jobs", "runs", "cores", "memory MB", "time limit", "estimate", "node-hours"],
            rows: arrays.enumerated().map { index, array in
                let seconds = array.elements.map { $0.reduce(0) { $0 + $1.estimatedSeconds } }
                return [
                    .integer(index + 1), .integer(array.elements.count), .integer(array.cells.count),
                    .integer(array.resources.ranks * array.resources.cores), .integer(array.resources.memory.megabytes),
                    .text(array.resources.time.text), .text(DurationText.words(seconds.max() ?? 0)),
                    .text(NumberText.fixed(nodeHours(array, facts: facts, spec: spec), decimals: 2)),
                ]
            })
        let hours = arrays.reduce(0) { $0 + nodeHours($1, facts: facts, spec: spec) }
        let runs = arrays.reduce(0) { $0 + $1.cells.count }
        return TableRenderer.render(table, as: .table)
            + "\(runs) \(runs == 1 ? "run" : "runs") in \(arrays.count) \(arrays.count == 1 ? "array" : "arrays") would be submitted to "
            + "\(facts.partitions.joined(separator: ", ")), about \(NumberText.fixed(hours, decimals: 2)) node-hours; nothing was"
    }

    /// By the share of a node's cores, all of it where a job has the node for itself.
    private static func nodeHours(_ array: PlannedArray, facts: ClusterFacts, spec: SlurmSpec) -> Double {
        let share = spec.exclusive ? 1 : facts.nodeCores.map { Double(array.resources.ranks * array.resources.cores) / Double($0) } ?? 1
        return array.cells.reduce(0) { $0 + $1.estimatedSeconds } / 3600 * share
    }

    /// How one run stands.
    static func words(_ cell: ClusterView.Cell) -> String {
        switch cell.state {
        case .new: return "not submitted"
        case .finished(let hasGhost):
            return hasGhost ? "finished, though job \(cell.queue?.id.description ?? "?") still stands in the queue" : "finished"
        case .waiting where cell.behind > 0 && cell.queue?.state.phase == .working:
            return "waiting: \(cell.behind) \(cell.behind == 1 ? "run" : "runs") of its job before it"
        case .waiting: return "waiting" + (cell.queue?.reason.map { ": \($0)" } ?? "") + start(cell)
        case .working(let isSilent):
            let silence = cell.standing.silentSeconds.map { DurationText.clock($0) } ?? "a while"
            if isSilent { return "running, silent for \(silence); see \(log(cell))" }
            return cell.standing.status == .running ? "running" : "starting"
        case .interrupted: return "interrupted"
        case .cancelled: return "cancelled"
        case .outOfMemory: return "out of memory" + (cell.formerMemory.map { " with \($0) MB" } ?? "") + "; --retry-failed gives it more"
        case .lost:
            let last = lastWords(cell)
            let often = NextStep(.lost, losses: cell.losses) == .giveUp ? ", for the \(cell.losses)th time" : ""
            return "lost\(often)" + (last.map { ": \($0)" } ?? "")
        case .heldBack: return heldWords(cell) ?? "not begun: its job ended before its turn came"
        case .failed, .diverged:
            let failure = cell.standing.failure.map { ": \($0.prefix { !$0.isNewline }.prefix(60))" } ?? ""
            return (cell.standing.status?.rawValue ?? "failed") + failure
        case .elsewhere: return "running elsewhere"
        case .unknown: return "unknown: the queue can't be seen"
        }
    }

    private static func start(_ cell: ClusterView.Cell) -> String {
        cell.queue?.start.map { ", expected to start \($0.replacing("T", with: " "))" } ?? ""
    }

    /// What its job left to say of it.
    private static func heldWords(_ cell: ClusterView.Cell) -> String? {
        let mark = cell.last.map { $0.folder.heldMark($0.task.runID) }
        return mark.flatMap { try? String(contentsOf: $0, encoding: .utf8) }?.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// The job that comes last, as long as there is something to say of it; after the counts.
    static func closing(_ view: ClusterView) -> String {
        guard let closing = view.closing, let entry = closing.entry else { return "" }
        switch entry.state.phase {
        case .waiting, .working: return "; job \(closing.job) collects at the end (\(entry.reason ?? entry.state.word.lowercased()))"
        case .ended where entry.state.word == "COMPLETED" || entry.state.word == "CANCELLED": return ""
        case .ended: return "; job \(closing.job), which was to collect at the end, ended \(entry.state.word): see \(closing.folder.closingLog(of: closing.job).path)"
        }
    }

    private static func log(_ cell: ClusterView.Cell) -> String {
        guard let entry = cell.last, let id = entry.id else { return "its log" }
        return entry.folder.log(of: id).path
    }

    /// What a job that left no record wrote at last.
    private static func lastWords(_ cell: ClusterView.Cell) -> String? {
        guard let entry = cell.last, let id = entry.id, let text = try? String(contentsOf: entry.folder.log(of: id), encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(100)) }
    }

    /// `3 finished, 2 running, 1 waiting`, in the order in which they come first.
    static func counts(_ view: ClusterView) -> String {
        let words = view.cells.map(word)
        var order: [String] = []
        for word in words where !order.contains(word) { order.append(word) }
        return order.map { word in "\(words.count { $0 == word }) \(word)" }.joined(separator: ", ")
    }

    /// In a word or two.
    static func word(_ cell: ClusterView.Cell) -> String {
        switch cell.state {
        case .new: "not submitted"
        case .finished: "finished"
        case .waiting: "waiting"
        case .working: "running"
        case .interrupted: "interrupted"
        case .cancelled: "cancelled"
        case .outOfMemory: "out of memory"
        case .lost: "lost"
        case .heldBack: "held back"
        case .failed: "failed"
        case .diverged: "diverged"
        case .elsewhere: "running elsewhere"
        case .unknown: "unknown"
        }
    }
}

extension ClusterView {
    /// What became of a sweep of which nothing is on its way, and the cells that are not done.
    var outcome: (SweepOutcome, left: [Cell]) {
        var outcome = SweepOutcome()
        var left: [Cell] = []
        for cell in cells {
            switch cell.state {
            case .finished: outcome.alreadyDone += 1
            case .diverged: outcome.diverged += 1
            case .failed, .outOfMemory, .lost: outcome.failed += 1
            default: outcome.open += 1
            }
            if case .finished = cell.state { continue }
            left.append(cell)
        }
        return (outcome, left)
    }
}
