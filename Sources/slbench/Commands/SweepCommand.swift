import ArgumentParser
import Foundation
import SLData
import SLHarness
import SLMethodKit
import SLNumerics
import SLReport
import SLSpec
import SLStore
import SLTraining

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run every cell of a config that is not done yet, then compare.",
        discussion: """
            Each cell runs in its own process and is recorded in the database as it goes. Ctrl-C stops after the current update
            (twice: at once) with exit code 75; the same command goes on with what is missing, and unfinished runs go on from
            their checkpoints with the bits that they would have had ("checkpoint" in the config says how often they are written).

              slbench sweep configs/60m.json
              slbench sweep configs/9m.json --set training.steps=100 --db /tmp/try.sqlite
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions

    @Option(help: "Threads of each run; all cores if not given.")
    var threads: Int?

    @Flag(help: "Print the plan and stop: the same as `slbench plan`.")
    var dryRun = false

    @OptionGroup var choice: RunChoice

    @Option(help: "Longest time of a run, e.g. 90s, 15m, 2h: then it leaves a checkpoint and counts as timed out.")
    var timeout: DurationArgument?

    @Option(help: "Start no other run after so many failed or diverged.")
    var maxFailures: Int?

    @Option(help: "Where the report goes; beside the database if not given.", completion: .file(extensions: ["md"]))
    var report: String?

    @Flag(help: "Write no report at the end.")
    var noReport = false

    func validate() throws {
        if let maxFailures, maxFailures < 1 { throw ValidationError("--max-failures \(maxFailures): 1 is the least") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads \(threads): 1 to 1024 are possible") }
    }

    func run() throws {
        let loaded = try config.load()
        let path = database.path(config: loaded.database)
        let count = Program.threads(threads, config: loaded.threads)
        let preparation = SweepPreparation(config: loaded, threads: count)
        if dryRun { return try PlanCommand.show(preparation, database: path, .table, choice) }
        let specs = try preparation.specs()
        let store = try ResultStore(path: path)
        for key in try store.closeAbandonedRuns() { Talk.say("run \(key.prefix(12)): its process is gone; it will be run again") }
        let ledger = StoreLedger(store: store)
        let plan = try preparation.plan(specs, ledger: ledger, choice: choice)
        try store.registerSweep(name: plan.name, specs: plan.cells.map(\.spec), predictions: plan.predictions.map(\.record))
        Talk.say(PlanTable.readable(plan))
        let outcome = try execute(plan, ledger, path, count, loaded.checkpoint)
        try conclude(plan, outcome, store, loaded, path)
    }

    private func execute(
        _ plan: SweepPlan, _ ledger: StoreLedger, _ path: String, _ threads: Int, _ checkpoint: CheckpointPolicy
    ) throws -> SweepOutcome {
        guard let executable = ProgramFile.forChildren else { throw ExitCode(70) }
        let folder = URL(filePath: path).deletingLastPathComponent().appending(path: "runs")
        let data = DataDirectory.standard().root.path
        StopFlag.raise()
        if choice.rerun {
            for cell in plan.cells where cell.action == .run { CheckpointFolder(url: folder.appending(path: cell.runID)).removeCheckpoints() }
        }
        // A process that was killed between its last record and its clearing up leaves checkpoints of a finished run.
        for cell in plan.cells where cell.action == .skipDone {
            CheckpointFolder(url: folder.appending(path: cell.runID)).removeCheckpoints()
        }
        let runner = SweepRunner(
            launcher: CellLauncher(executable: executable, folder: folder), ledger: ledger, memory: MemoryGuard(threads: threads),
            order: { cell in
                CellOrder(
                    spec: cell.spec, data: cell.data, dataDirectory: data, database: path, sweep: plan.name, threads: threads,
                    checkpointFolder: folder.appending(path: cell.runID).path, checkpoint: checkpoint,
                    timeout: timeout?.seconds, replacesFinished: choice.rerun)
            },
            freeDiskBytes: { MachineProbe.freeDiskBytes(at: path) }, maxFailures: maxFailures, clock: { MonotonicClock.seconds })
        var display = ProgressDisplay(terminal: .standardError(), clock: { MonotonicClock.seconds }) {
            FileHandle.standardError.write(Data($0.utf8))
        }
        return try runner.run(plan, display: &display)
    }

    private func conclude(_ plan: SweepPlan, _ outcome: SweepOutcome, _ store: ResultStore, _ loaded: SweepConfig, _ path: String) throws {
        let history = try store.sweepHistory(name: plan.name)
        print(ComparisonTable.terminal(history), terminator: "")
        if !noReport {
            let file =
                report ?? loaded.report
                ?? URL(filePath: path).deletingLastPathComponent().appending(path: "\(plan.name).md").relativePath
            let written = try ReportWriter.write(history: history, to: URL(filePath: file), catalog: Program.registry.descriptors)
            Talk.say("report: \(file)" + (written.absence.map { " (without pictures: \($0))" } ?? ""))
        }
        if StopFlag.isRaised || outcome.interrupted > 0 {
            Talk.say("stopped; run the same command again to go on")
            throw ExitCode(75)
        }
        if outcome.hasFailures {
            Talk.say("\(outcome.failed) failed, \(outcome.diverged) diverged; their reasons stand in the report")
            throw ExitCode(2)
        }
    }
}
