import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLRanks
import SLReport
import SLSpec
import SLStore
import SLTraining

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train one cell of a config, from given weights if wanted.",
        discussion: """
            The run is recorded and goes on like any run of a sweep. --init starts from the weights of a safetensors file under Hugging
            Face's names instead of drawing them: dense linears for every method that makes its first values from a dense weight, the
            method's own tensors (`slbench export --factored`) for the others. What the file says, by its digest, is part of the run's identity.

              slbench train configs/9m.json --only method=galore,seed=1
              slbench train configs/9m.json --only method=lost,seed=1 --init out/model.safetensors

            Started several times by a launcher, the processes train the run together, with the bits that one process gives with as many
            training.shards. USR1 or USR2 to the launcher has them leave a checkpoint and stop.

              mpirun -n 2 slbench train configs/quick.json --only method=galore --threads 1 \\
                  --set training.gradient_accumulation=4 --set training.shards=4
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions

    @Option(
        name: .customLong("init"),
        help: ArgumentHelp("Weights to start from, a safetensors file; for a run that goes on, the digest that the file had will do.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var initial: String?

    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var choice: RunChoice

    @Flag(help: "Under mpirun or srun: more threads than cores are meant; ranks that wait give their core away.")
    var oversubscribe = false

    func run() throws {
        if let launch = try RankLaunch.current() {
            return try RankSession.run(launch, oversubscribes: oversubscribe) { session in
                try RankedTraining(session: session).run { try planned(standardThreads: session.standardThreads).ranked(session) }
            }
        }
        let run = try planned(standardThreads: nil)
        let outcome = try run.execute()
        try run.showEssence()
        try SweepRun.conclude(outcome, reasons: "its reason stands in the database")
    }

    /// - Parameter standardThreads: when nobody says how many; `nil` for all cores.
    private func planned(standardThreads: Int?) throws -> SweepRun {
        if execution.parallel.jobs != 1, standardThreads != nil { throw ValidationError("--jobs: one run is trained, by all ranks") }
        let loaded = try config.load()
        let path = database.path(config: loaded.database)
        let threads = Program.threads(execution.parallel.threads, config: loaded.threads, jobs: execution.parallel.jobs * (standardThreads == nil ? loaded.ranks : 1), otherwise: standardThreads)
        let preparation = SweepPreparation(config: loaded, threads: threads)
        let cells = try choice.selected(try preparation.specs())
        guard var cell = cells.first, cells.count == 1 else { throw ValidationError(Self.tooMany(cells.map(\.spec))) }
        let weights = try initial.map { try Self.weights($0, for: cell.spec) }
        cell.spec.initialization = weights?.digest
        let store = try ResultStore(path: path)
        for key in try store.closeAbandonedRuns() { Talk.say("run \(ShortKey.of(key)): its process is gone; it will be run again") }
        let ledger = StoreLedger(store: store)
        var plan = try preparation.plan([cell], ledger: ledger, choice: choice)
        plan.name = loaded.name + (weights == nil ? "" : "-init")
        plan.predictions = []
        Talk.say(try PlanTable.readable(plan, jobs: 1))
        if let weights { Talk.say("starts from the weights \(ShortKey.of(weights.digest))" + (weights.file.map { " of \($0)" } ?? "")) }
        return SweepRun(
            plan: plan, ledger: ledger, path: path, threads: threads, checkpoint: loaded.checkpoint, options: execution,
            replacesFinished: choice.rerun, ranks: standardThreads == nil ? loaded.ranks : 1, initialWeights: weights?.file)
    }

    /// The digest of what the run starts from, and the file unless the digest was all that was given.
    private static func weights(_ given: String, for spec: RunSpec) throws -> (digest: String, file: String?) {
        if given.utf8.count == 64, given.allSatisfy(\.isHexDigit), !FileManager.default.fileExists(atPath: given) { return (given.lowercased(), nil) }
        let weights = try InitialWeights(path: given)
        let method = try Program.registry.make(spec.method, options: spec.options, model: spec.model, activations: spec.training.activations)
        try weights.check(shape: spec.model, method: method)
        return (try weights.digest(), URL(filePath: given).path)
    }

    private static func tooMany(_ specs: [RunSpec]) -> String {
        let names = specs.prefix(20).map { spec in
            "  --only size=\(spec.model.name),method=\(spec.method)\(spec.rank.map { ",rank=\($0)" } ?? ""),seed=\(spec.seed)"
        }
        let rest = specs.count > names.count ? ["  and \(specs.count - names.count) more"] : []
        return (["the config has \(specs.count) cells and one is trained; choose it:"] + names + rest).joined(separator: "\n")
    }
}

extension SweepRun {
    /// Of a plan of one cell: what its run came to, as far as it has finished.
    func showEssence() throws {
        let rows = try ledger.store.query("SELECT * FROM comparison WHERE run_id = '\(plan.cells.map(\.runID).joined())' LIMIT 1")
        if !rows.rows.isEmpty { print(TableRenderer.render(Self.essence(of: rows), as: .table), terminator: "") }
    }

    private static let essentialColumns = ["run_id", "size", "method", "rank", "seed", "steps", "tokens", "train_loss", "eval_loss", "perplexity", "tokens_per_second"]

    private static func essence(of table: ValueTable) -> ValueTable {
        let kept = essentialColumns.compactMap { name in table.columns.firstIndex(of: name) }
        return ValueTable(columns: kept.map { table.columns[$0] }, rows: table.rows.map { row in kept.map { row[$0] } })
    }
}
