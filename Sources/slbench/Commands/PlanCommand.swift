import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show a sweep's cells, what they would take, and what is done already.",
        discussion: """
            Reads and tokenizes the text if that was not done before (its hash is part of a run's identity), says so, and trains nothing.
            The same as sweep --dry-run. Cells of the
            key 'predict' are marked 'predicted': their memory is planned and no sweep runs them. 'disk' is what a cell takes while it
            runs: checkpoints, weights, records. A cell that was run with other data, or by another version of the program, says so.
            The last lines say what the seeds can show: the smallest p, the smallest difference, the smallest margin of equivalence, in
            nats where the database holds seeds of the baseline that tell its noise.
            """)

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var choice: RunChoice

    @OptionGroup var parallel: ParallelOptions

    func run() throws {
        let loaded = try config.load()
        let preparation = SweepPreparation(config: loaded, threads: parallel.threads(config: loaded.threads))
        try Self.show(preparation, database: database.path(config: loaded.database), output.format, choice, jobs: parallel.jobs)
    }

    /// Prints the plan; what `sweep --dry-run` does too.
    static func show(
        _ preparation: SweepPreparation, database: String, _ format: TableFormat, _ choice: RunChoice, jobs: Int
    ) throws {
        let (specs, text, missing) = try preparation.specsForPlan()
        let plan = try preparation.plan(specs, ledger: try ledger(database), choice: choice)
        let isNamed = missing == nil
        if isNamed, FileManager.default.fileExists(atPath: database) {
            let left = try ResultStore(readOnlyPath: database).finishedRuns(of: plan.name, besides: specs.map { try $0.spec.runKey() })
            if let words = SweepSession.dropped(left, name: plan.name) { Talk.say("if it were run: " + words) }
        }
        if let missing {
            Talk.say("\(ErrorPresentation.words(missing))\n  The plan stands without it: what is done already can't be told.")
        }
        switch format {
        case .table:
            let store = FileManager.default.fileExists(atPath: database) ? try ResultStore(readOnlyPath: database) : nil
            let table = try PlanTable.readable(plan, jobs: jobs, isNamed: isNamed, evidence: preparation.config.evidence, database: store)
            print(([table] + text).joined(separator: "\n"))
            if !preparation.config.name.hasSuffix(TuneCommand.suffix), let tuning = preparation.config.tuning {
                for words in TuningTable.prospect(tuning) { print("slbench tune comes first: \(words)") }
            }
            if let trials = preparation.config.tuning?.drafts, let data = specs.first?.spec.data {
                for words in SweepPlanner.silences(ofTrials: trials, data: data, registry: Program.registry) {
                    print("trials of tune will not see: \(words)")
                }
            }
        default: print(TableRenderer.render(PlanTable.of(plan, isNamed: isNamed), as: format), terminator: "")
        }
    }

    /// A database that does not exist yet holds no runs; a plan creates none.
    ///
    /// - Parameter anywhere: whether speeds of runs on any machine tell how long others take.
    static func ledger(_ path: String, anywhere: Bool = false) throws -> any RunLedger {
        guard FileManager.default.fileExists(atPath: path) else { return EmptyLedger() }
        return StoreLedger(store: try ResultStore(readOnlyPath: path), isOfAnyHost: anywhere)
    }
}

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a config, every problem at once, and count its cells. Exit code 78 if it is bad.",
        discussion: "Says what the runs of every size and budget are given: tokens, tokens for each parameter of the size's dense model, FLOPs. Reads no text.")

    @OptionGroup var config: ConfigOptions

    func run() throws {
        let loaded = try config.load(readsData: false)
        let trials = loaded.tuning.map { ", \($0.words)\($0.duplicates > 0 ? ", \($0.duplicates) named more than once" : "")" } ?? ""
        let repeated = loaded.duplicates > 0 ? ", \(loaded.duplicates) named more than once" : ""
        let predicted = loaded.predicted.isEmpty ? "" : ", \(loaded.predicted.count) predicted"
        print("\(config.config): OK, \(loaded.cells.count) cells\(repeated)\(predicted)\(trials)")
        for line in BudgetLines.of(loaded) { print(line) }
    }
}
