import ArgumentParser
import Foundation
import SLCluster
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

            Machines that share nothing run a part of the cells each, into a database each, and one of them merges: --shard 1/2 and 2/2.

            With --on slurm the runs are jobs of a cluster: this command submits those that are missing and not queued yet and ends, and given
            again it submits what is missing then. Runs record into their own folders beside the database, which `status`, this command and
            `slbench collect` merge; a job that comes last does so when nobody is logged in, and writes the report. "slurm" in the config says
            what is asked of the cluster, and --pack puts short runs one after the other into one job.

              slbench sweep configs/60m.json
              slbench sweep configs/9m.json --jobs 2 --threads 1
              slbench sweep configs/60m.json --on slurm --threads 8
              slbench sweep configs/9m.json --set training.steps=100 --db /tmp/try.sqlite
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var execution: ExecutionOptions

    @Flag(help: "Print the plan and stop: the same as `slbench plan`.")
    var dryRun = false

    @OptionGroup var choice: RunChoice

    @Option(
        help: "Run the first of three parts of the cells: 1/3. Without --db into a database of its own (NAME-1-of-3.sqlite), for `slbench db merge`; no report.",
        transform: ShardArgument.init(parsing:))
    var shard: ShardArgument?

    @Option(
        help: ArgumentHelp(
            "Run nothing: write the cells to run as tasks for the jobs of a batch system (the README says how), and `slbench collect` for what they record.",
            valueName: "file"),
        completion: .file(extensions: ["json"]))
    var tasks: String?

    @OptionGroup var cluster: ClusterOptions

    @OptionGroup var output: ReportOptions

    func run() throws {
        try cluster.check(execution, choice)
        if cluster.on != nil, shard != nil || tasks != nil {
            throw ValidationError("--\(shard != nil ? "shard" : "tasks") is for machines without Slurm's commands, and --on slurm gives every cell a job of its own")
        }
        let loaded = try config.load()
        let session = SweepSession(config: loaded, path: path(loaded), execution: execution, choice: choice, shard: shard)
        if let pack = cluster.pack, pack > 1, loaded.ranks > 1 {
            throw ValidationError("--pack \(pack): the ranks of a job are started once, for one run; \"ranks\" is \(loaded.ranks)")
        }
        let closingReport = output.noReport ? nil : URL(fileURLWithPath: output.report ?? session.defaultReport).standardizedFileURL.path
        let onCluster = ClusterSweep(
            config: loaded, path: session.path, execution: execution, choice: choice, options: cluster, report: closingReport)
        if cluster.printScript { return print(try onCluster.script().text, terminator: "") }
        if dryRun, cluster.on != nil { return try onCluster.show() }
        if dryRun { return try PlanCommand.show(session.preparation, database: session.path, .table, choice, jobs: execution.parallel.jobs) }
        if let tuning = loaded.tuning {
            try refuseTuned(loaded.name, database: session.path)
            Talk.say("\(tuning.words) are configured and not made: `slbench tune` makes them first")
        }
        if cluster.on == nil { try ClusterSession(name: loaded.name, path: session.path).refuseWhileQueued() }
        if let tasks {
            let lock = try session.lock(loaded.name)
            let count = try withExtendedLifetime(lock) { try session.writeTasks(to: tasks) }
            return Talk.say("\(tasks): \(count) \(count == 1 ? "task" : "tasks")")
        }
        // A part is no comparison: its report is written when it is asked for.
        let report = shard != nil && output.report == nil ? nil : try output.place(
            otherwise: session.defaultReport, protection: OutputGuard(config: config.config, loaded, database: session.path))
        let lock = try session.lock(loaded.name)
        try withExtendedLifetime(lock) {
            guard cluster.on == nil else { return try conclude(try onCluster.run(), session, report) }
            try session.conclude(try session.run(), report: report)
        }
    }

    /// A sweep of which jobs are on their way has no end to speak of yet.
    private func conclude(_ ended: ClusterSweep.Ended, _ session: SweepSession, _ report: ReportOutput?) throws {
        let name = session.config.name
        for ghost in ended.view.ghosts { Talk.say("job \(ghost) has nothing left to do, its run is finished: `scancel \(ghost)` takes it away") }
        guard ended.submitted == 0, !ended.view.isOpen else {
            Talk.say(
                "\(ended.submitted == 0 ? "nothing" : "\(ended.submitted) \(ended.submitted == 1 ? "run" : "runs")") submitted; before that: \(ClusterTable.counts(ended.view))\n"
                    + "`slbench status \(name) --watch` shows how they stand; the same command again submits what is missing then and no more")
            return
        }
        let (outcome, left) = ended.view.outcome
        if !left.isEmpty { Talk.say(left.map { "run \($0.standing.runID): \(ClusterTable.words($0))" }.joined(separator: "\n")) }
        try session.conclude(
            SweepSession.Ended(outcome: outcome, runKeys: ended.runKeys, predictions: ended.predictions, holdsChosen: true), report: report)
    }

    private func path(_ config: SweepConfig) -> String {
        let path = database.path(config: config.database)
        guard database.database == nil, let shard else { return path }
        return shard.database(path)
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
