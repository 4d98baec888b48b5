import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run every cell of a config that is not done yet, then compare.",
        discussion: """
            Each cell runs in its own process and is recorded in the database as it goes. Ctrl-C stops after the current update
            (twice: at once) with exit code 75; the same command goes on with what is missing, and unfinished runs go on from
            their checkpoints with the bits that they would have had ("checkpoint" in the config says how often they are written).

            With --jobs several cells run side by side, as far as their predicted memory fits; those behind one that does not fit wait
            with it. Cells are run seed by seed and size by size, the methods in turns. Nothing begins when the disk is too small.

              slbench sweep configs/60m.json
              slbench sweep configs/9m.json --jobs 2 --threads 1
              slbench sweep configs/9m.json --set training.steps=100 --db /tmp/try.sqlite
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var execution: ExecutionOptions

    @Flag(help: "Print the plan and stop: the same as `slbench plan`.")
    var dryRun = false

    @OptionGroup var choice: RunChoice

    @OptionGroup var output: ReportOptions

    func run() throws {
        let loaded = try config.load()
        let session = SweepSession(config: loaded, path: database.path(config: loaded.database), execution: execution, choice: choice)
        if dryRun { return try PlanCommand.show(session.preparation, database: session.path, .table, choice, jobs: execution.parallel.jobs) }
        if let tuning = loaded.tuning {
            try refuseTuned(loaded.name, database: session.path)
            Talk.say("\(tuning.trialsPerCell) trials a cell are configured and not made: `slbench tune` makes them first")
        }
        let report = try output.place(
            otherwise: session.defaultReport, protection: OutputGuard(config: config.config, loaded, database: session.path))
        let lock = try session.lock(loaded.name)
        try withExtendedLifetime(lock) { try session.conclude(try session.run(), report: report) }
    }

    /// A sweep whose settings were chosen must not be planned anew with those that its config began with.
    private func refuseTuned(_ name: String, database path: String) throws {
        guard FileManager.default.fileExists(atPath: path),
            try ResultStore(readOnlyPath: path).sweepNames().contains(name + TuneCommand.suffix)
        else { return }
        throw ValidationError(
            "the settings of '\(name)' were chosen by trials: `slbench tune \(config.config)` goes on with it; give the config another \"name\" for a sweep without them")
    }
}
