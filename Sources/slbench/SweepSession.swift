import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore

/// A sweep from its config to its report.
struct SweepSession {
    let config: SweepConfig
    /// The database.
    let path: String
    let execution: ExecutionOptions
    let choice: RunChoice
    /// Which part of the cells is run here; `nil` for all.
    var shard: ShardArgument?

    /// What became of a plan, and what the plan was.
    struct Ended {
        var outcome: SweepOutcome
        var runKeys: [String]
        var predictions: [PredictionRecord]
        /// Whether `--only` left cells of it.
        var holdsChosen: Bool
    }

    var threads: Int { execution.parallel.threads(config: config.threads, ranks: config.ranks) }
    var preparation: SweepPreparation { SweepPreparation(config: config, threads: threads, shard: shard) }

    /// Beside the database, where the config names no other place.
    var defaultReport: String {
        config.report ?? URL(filePath: path).deletingLastPathComponent().appending(path: "\(config.name).md").relativePath
    }

    /// Nobody else works on a name meanwhile.
    ///
    /// - Throws: `FileError` that says who does.
    func lock(_ name: String) throws -> SweepLock {
        // Trials belong to the sweep whose settings they choose.
        let name = name.hasSuffix(TuneCommand.suffix) ? String(name.dropLast(TuneCommand.suffix.count)) : name
        return try SweepLock(sweep: name, folder: RunsFolder(database: path).url, database: path)
    }

    /// Plans, registers, and writes the cells to run for the jobs of a batch system.
    ///
    /// - Returns: how many there are.
    func writeTasks(to file: String) throws -> Int {
        let specs = try preparation.specs()
        let store = try ResultStore(path: path)
        _ = try Collector(database: path).collect(sweep: nil)
        let ledger = StoreLedger(store: store)
        let plan = try preparation.plan(specs, ledger: ledger, choice: choice)
        try store.registerSweep(name: plan.name, specs: specs.map(\.spec), predictions: plan.predictions.map(\.record), evidence: config.evidence)
        let run = SweepRun(
            plan: plan, ledger: ledger, path: path, threads: threads, checkpoint: config.checkpoint, options: execution,
            replacesFinished: choice.rerun, ranks: config.ranks)
        let (tasks, cells) = try TaskWriter(plan: plan, store: store, path: path, assignment: run.assignment).write()
        try tasks.write(to: URL(filePath: file))
        for (place, cell) in cells.enumerated() { Talk.say("task \(place + 1): \(cell.label)") }
        return cells.count
    }

    /// Plans, registers and runs. The sweep holds all its cells, whichever are chosen this time.
    ///
    /// - Parameters:
    ///   - mayBeNone: whether the choice may be about the cells of another sweep; then nothing of this one runs.
    ///   - searching: the trials of a search, of which more become known as runs end; `nil` for a sweep whose cells are all known.
    func run(mayBeNone: Bool = false, searching: TuningSession? = nil) throws -> Ended {
        let specs = try preparation.specs(searching?.identities ?? preparation.identities())
        let store = try ResultStore(path: path)
        for key in try store.closeAbandonedRuns() { Talk.say("run \(ShortKey.of(key)): its process is gone; it will be run again") }
        let ledger = StoreLedger(store: store)
        let plan = try preparation.plan(specs, ledger: ledger, choice: choice, mayBeNone: mayBeNone)
        let predictions = plan.predictions.map(\.record)
        let planned = try specs.map { try $0.spec.runKey() }
        if let words = Self.dropped(try store.finishedRuns(of: plan.name, besides: planned), name: plan.name) { Talk.say(words) }
        let keys = try store.registerSweep(name: plan.name, specs: specs.map(\.spec), predictions: predictions, evidence: config.evidence)
        let isNone = plan.cells.isEmpty && !specs.isEmpty
        Talk.say(isNone ? "--only \(choice.only.joined(separator: " ")): none of the \(specs.count) cells of \(plan.name)" : try PlanTable.readable(plan, jobs: execution.parallel.jobs, evidence: config.evidence, database: store))
        execution.parallel.warnOfTooManyThreads(threads, ranks: config.ranks)
        var run = SweepRun(
            plan: plan, ledger: ledger, path: path, threads: threads, checkpoint: config.checkpoint, options: execution,
            replacesFinished: choice.rerun, ranks: config.ranks)
        var known = Set(planned)
        if let searching { run.following = { try following(searching, &known, ledger) } }
        let outcome = try run.execute()
        return Ended(outcome: outcome, runKeys: keys, predictions: predictions, holdsChosen: !isNone)
    }

    /// Trials that a search asks for by now and did not before: they join the sweep.
    private func following(_ search: TuningSession, _ known: inout Set<String>, _ ledger: StoreLedger) throws -> [PlannedCell] {
        let cells = try search.cells()
        let specs = try cells.map { (spec: try search.spec($0), origin: $0.origin) }
        let new = try specs.filter { known.insert(try $0.spec.runKey()).inserted }
        guard !new.isEmpty else { return [] }
        try ledger.store.registerSweep(name: config.name, specs: specs.map(\.spec))
        return try preparation.plan(new, ledger: ledger, choice: choice, mayBeNone: true, calibrates: false).cells
    }

    /// What a new plan of a known name leaves out of the sweep's tables.
    static func dropped(_ runKeys: [String], name: String) -> String? {
        guard !runKeys.isEmpty else { return nil }
        let ids = runKeys.prefix(6).map { ShortKey.of($0) }.joined(separator: ", ") + (runKeys.count > 6 ? ", …" : "")
        let (count, them) = runKeys.count == 1 ? ("1 finished run", "it") : ("\(runKeys.count) finished runs", "them")
        return "\(count) of the sweep '\(name)' that this plan does not hold \(runKeys.count == 1 ? "leaves" : "leave") its tables: \(ids). "
            + "Nothing of \(them) is lost: a plan that asks for the same cells again has \(them) back without training, and another "
            + "\"name\" in the config keeps two sweeps apart."
    }

    /// The table and the report of the plan's own cells.
    ///
    /// - Parameter report: where it goes; `nil` for none.
    /// - Throws: `ExitCode` when something was stopped, failed or diverged.
    func conclude(_ ended: Ended, report: ReportOutput?) throws {
        var history = try ResultStore(readOnlyPath: path).sweepHistory(
            name: config.name, runKeys: ended.runKeys, predictions: ended.predictions)
        history.methods = Program.registry.descriptors
        print(ComparisonTable.terminal(history), terminator: "")
        try report?.write(history)
        try SweepRun.conclude(ended.outcome)
    }
}
