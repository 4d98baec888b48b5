import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore

/// A plan as a table: what each cell is, what it will take, and what the sweep will do with it.
enum PlanTable {
    /// - Parameter isNamed: whether the data, and so the runs' identities, are known.
    static func of(_ plan: SweepPlan, isNamed: Bool = true) -> ValueTable {
        ValueTable(
            columns: [
                "run_id", "size", "method", "rank", "seed", "state", "total_parameters", "trainable_parameters", "paper_memory_bytes",
                "predicted_bytes", "flops", "predicted_seconds", "memory_options", "computation", "disk_bytes", "note", "steps", "tokens", "silent_events", "activations",
                "tokens_per_block_parameter",
            ],
            rows: plan.cells.map { cell in
                [
                    isNamed ? .text(cell.runID) : .null, .text(cell.spec.model.name), .text(cell.spec.method), .init(cell.spec.rank),
                    .integer(Int(cell.spec.seed)), isNamed ? .text(state(cell)) : .null, .integer(cell.totalParameters),
                    .integer(cell.trainableParameters), .integer(cell.paperBytes), .integer(cell.memory.total), .real(cell.totalFloatingPointOperations),
                    .real(cell.time.seconds), options(cell.spec.training), .init(cell.computation),
                    .integer(cell.disk.peakBytes), .init(isNamed ? cell.note : nil), .integer(cell.spec.training.steps),
                    .integer(Int(cell.spec.expectedTargets.rounded())),
                    cell.silent.isEmpty ? .null : .text(cell.silent.joined(separator: "; ")), .init(ActivationTable.words(cell)),
                    .real(cell.spec.tokensPerParameter()),
                ]
            } + plan.predictions.map { cell in
                [
                    .null, .text(cell.record.spec.model.name), .text(cell.record.spec.method), .init(cell.record.spec.rank), .null,
                    .text(predicted), .integer(cell.totalParameters), .integer(cell.trainableParameters), .integer(cell.record.paperBytes),
                    .integer(cell.record.predictedBytes), .null, .null, options(cell.record.spec.training), .null, .null, .null,
                    .null, .null, .null, .null, .null,
                ]
            })
    }

    /// The same for people.
    ///
    /// - Parameters:
    ///   - jobs: runs side by side, for the sweep's time and disk.
    ///   - evidence: what the runs are to be held against.
    ///   - database: what tells of the noise of seeds; `nil` for none.
    static func readable(
        _ plan: SweepPlan, jobs: Int, isNamed: Bool = true, evidence: EvidenceSpec = EvidenceSpec(), database: ResultStore? = nil
    ) throws -> String {
        let table = ValueTable(
            columns: [
                "run", "size", "method", "rank", "seed", "state", "params", "trained", "paper", "memory", "tokens", "per param", "FLOPs", "time", "disk",
            ],
            rows: plan.cells.map { cell in
                [
                    isNamed ? .text(cell.runID) : .null, .text(cell.spec.model.name), method(cell.spec.method, cell.spec.training, cell.distinction),
                    .init(cell.spec.rank), .integer(Int(cell.spec.seed)), isNamed ? .text(stateInFull(cell)) : .null,
                    .text(NumberFormat.parameters(cell.totalParameters)),
                    .text(NumberFormat.parameters(cell.trainableParameters)), .text(NumberFormat.bytes(cell.paperBytes)),
                    .text(NumberFormat.bytes(cell.memory.total)), .text(NumberFormat.tokens(Int(cell.spec.expectedTargets.rounded()))),
                    .text(String(format: "%.3g", cell.spec.tokensPerParameter())), .text(String(format: "%.2g", cell.totalFloatingPointOperations)),
                    .text(DurationText.words(cell.time.seconds)), .text(NumberFormat.bytes(cell.disk.peakBytes)),
                ]
            } + plan.predictions.map { cell in
                [
                    .null, .text(cell.record.spec.model.name), method(cell.record.spec.method, cell.record.spec.training),
                    .init(cell.record.spec.rank), .null, .text(predicted), .text(NumberFormat.parameters(cell.totalParameters)),
                    .text(NumberFormat.parameters(cell.trainableParameters)), .text(NumberFormat.bytes(cell.record.paperBytes)),
                    .text(NumberFormat.bytes(cell.record.predictedBytes)), .null, .null, .null, .null, .null,
                ]
            })
        let todo = plan.count(.run)
        let elsewhere = plan.count(.skipRunning)
        let closing =
            todo == 0
            ? elsewhere == 0
                ? "nothing to run: every cell is done or was tried"
                : "nothing to run here: \(elsewhere) of \(plan.cells.count) cells are in another process's hands, by its record, and not done"
            : "\(todo) of \(plan.cells.count) cells to run, about \(DurationText.words(plan.remainingSeconds(jobs: jobs))), "
                + "up to \(NumberFormat.bytes(plan.diskNeed(jobs: jobs).total)) of disk"
        let failed = plan.count(.skipFailed)
        let retry = failed > 0 ? "\n\(failed) failed or diverged before and are left alone; --retry-failed runs them again" : ""
        let stale = plan.cells.count { $0.action == .skipDone && $0.note != nil }
        let anew = stale == 0 ? "" : "\n\(stale) finished before with another version of the program and left alone; --rerun runs them anew"
        let ways = Set(plan.cells.compactMap { cell in cell.computation.map { "\(cell.spec.model.name) \(cell.spec.method): linears computed \($0)" } })
        let chosen = ways.sorted().map { "\n" + $0 }.joined()
        let count = plan.predictions.count
        let note = count > 0 ? "\n\(count) \(count == 1 ? "cell is" : "cells are") predicted: memory by plan alone, never run" : ""
        let share = "\nper param: tokens for each parameter of the block linears of the size's dense model"
        let specs = plan.cells.map(\.spec)
        let shown = PlannedEvidence.sentences(
            specs, predictions: plan.predictions.map(\.record), methods: Program.registry.descriptors, evidence: evidence,
            finished: isNamed ? try database?.finishedRuns(ofGroups: specs.map { try $0.groupKey() }) ?? [] : [])
        return TableRenderer.render(table, as: .table) + closing + share + retry + anew + note + chosen + probes(plan) + padding(plan) + silences(plan)
            + matches(plan) + ActivationTable.lines(plan).map { "\n" + $0 }.joined()
            + shown.map { "\n" + $0 }.joined()
    }

    /// Shapes that were picked to match another row, each once.
    private static func matches(_ plan: SweepPlan) -> String {
        var models: [ModelShape] = []
        for model in plan.cells.map(\.spec.model) + plan.predictions.map(\.record.spec.model) where model.match != nil && !models.contains(model) { models.append(model) }
        return models.compactMap { model in
            model.match.map { match in
                "\npicked: \(model.name): hidden \(model.hiddenSize), intermediate \(model.intermediateSize), \(model.layerCount) layers, \(model.headCount) heads, for the "
                    + match.all.map { "\($0.quantity.words) of \($0.row) at \($0.size), \(NumberText.fixed(100 * $0.deviation, decimals: 2)) % off" }
                    .joined(separator: ", and the ")
            }
        }.joined()
    }

    /// What is measured on the way, and what that takes beside the run's own memory.
    private static func probes(_ plan: SweepPlan) -> String {
        guard let probes = plan.cells.lazy.compactMap(\.spec.probes).first, let most = plan.cells.map(\.probeBytes).max() else { return "" }
        return "\nprobes at \(probes.moments) moments, gradients on \(NumberFormat.tokens(probes.tokens)) tokens: up to \(NumberFormat.bytes(most)) beside a run's "
            + "memory and in none of its figures; their time is in no speed"
    }

    /// What of the rows is padding, where some is: budgets, FLOPs and tokens are without it.
    private static func padding(_ plan: SweepPlan) -> String {
        var words: [String] = []
        for spec in plan.cells.map(\.spec) where spec.targetShare < 1 {
            let length = spec.training.sequenceLength
            let line = "\nrows are padded: \(NumberText.fixed(spec.data.targetsPerRow(of: length), decimals: 1)) of \(length) positions are targets "
                + "in the mean, \(NumberFormat.tokens(Int(spec.targetsPerUpdate.rounded()))) an update, "
                + "\(NumberFormat.tokens(Int(spec.expectedTargets.rounded()))) a run of \(spec.training.steps) updates; tokens and FLOPs are those of targets"
            if !words.contains(line) { words.append(line) }
        }
        return words.joined()
    }

    /// What cells are asked for and will not see, the seeds of a cell together.
    private static func silences(_ plan: SweepPlan) -> String {
        var said: [String] = []
        for cell in plan.cells {
            let name = cell.label.replacing(" seed \(cell.spec.seed)", with: "")
            for sentence in cell.silent where !said.contains("\nwill not happen: \(name): \(sentence)") {
                said.append("\nwill not happen: \(name): \(sentence)")
            }
        }
        return said.joined()
    }

    /// Memory options that are not the default; NULL for an ordinary run.
    private static func options(_ training: TrainingSpec) -> ValueTable.Cell {
        let words = training.memory.words
        return words.isEmpty ? .null : .text(words.joined(separator: ", "))
    }

    private static func method(_ name: String, _ training: TrainingSpec, _ distinction: [String] = []) -> ValueTable.Cell {
        let words = training.words + distinction
        return .text(words.isEmpty ? name : "\(name) (\(words.joined(separator: ", ")))")
    }

    /// Stands where a run's state would.
    private static let predicted = "predicted"

    private static func stateInFull(_ cell: PlannedCell) -> String { state(cell) + (cell.note.map { " (\($0))" } ?? "") }

    private static func state(_ cell: PlannedCell) -> String {
        switch cell.action {
        case .run: cell.status.map { "\($0.rawValue), runs again" } ?? "new"
        case .skipDone: "done"
        case .skipFailed: cell.status?.rawValue ?? "failed"
        case .skipRunning: "running elsewhere"
        }
    }
}
