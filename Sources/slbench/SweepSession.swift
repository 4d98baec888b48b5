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

    var threads: Int { execution.parallel.threads(config: config.threads) }
    var preparation: SweepPreparation { SweepPreparation(config: config, threads: threads) }

    /// Beside the database, where the config names no other place.
    var defaultReport: String {
        config.report ?? URL(filePath: path).deletingLastPathComponent().appending(path: "\(config.name).md").relativePath
    }

    /// Plans, registers and runs. The sweep holds all its cells, whichever are chosen this time.
    func run() throws -> SweepOutcome {
        let specs = try preparation.specs()
        let store = try ResultStore(path: path)
        for key in try store.closeAbandonedRuns() { Talk.say("run \(key.prefix(12)): its process is gone; it will be run again") }
        let ledger = StoreLedger(store: store)
        let plan = try preparation.plan(specs, ledger: ledger, choice: choice)
        try store.registerSweep(name: plan.name, specs: specs.map(\.spec), predictions: plan.predictions.map(\.record))
        Talk.say(PlanTable.readable(plan, jobs: execution.parallel.jobs))
        execution.parallel.warnOfTooManyThreads(threads)
        return try SweepRun(
            plan: plan, ledger: ledger, path: path, threads: threads, checkpoint: config.checkpoint, options: execution,
            replacesFinished: choice.rerun
        ).execute()
    }

    /// - Parameter report: where it goes; `nil` for none.
    /// - Throws: `ExitCode` when something was stopped, failed or diverged.
    func conclude(_ outcome: SweepOutcome, report: String?) throws {
        let history = try Stores.history(path, sweep: config.name)
        print(ComparisonTable.terminal(history), terminator: "")
        if let report {
            let target = try ReportTarget.ofOption(report)
            let written = try ReportWriter.write(history: history, to: URL(filePath: report), format: target.format, catalog: Program.registry.descriptors)
            Talk.say("report: \(report)" + (written.absence.map { " (without pictures: \($0))" } ?? ""))
        }
        try SweepRun.conclude(outcome)
    }
}
