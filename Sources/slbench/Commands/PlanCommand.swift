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
        discussion: "Prepares the data (its hash is part of a run's identity) and trains nothing. The same as sweep --dry-run.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: FormatOptions

    @Option(help: "Threads of each run; all cores if not given.")
    var threads: Int?

    func run() throws {
        let loaded = try config.load()
        let preparation = SweepPreparation(config: loaded, threads: Program.threads(threads, config: loaded.threads))
        let plan = try preparation.plan(try preparation.specs(), ledger: try Self.ledger(database.path(config: loaded.database)))
        if output.format == .table { print(PlanTable.readable(plan)) } else { output.write(PlanTable.of(plan)) }
    }

    /// A database that does not exist yet holds no runs; a plan creates none.
    static func ledger(_ path: String) throws -> any RunLedger {
        guard FileManager.default.fileExists(atPath: path) else { return EmptyLedger() }
        return StoreLedger(store: try ResultStore(readOnlyPath: path))
    }
}

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a config, every problem at once, and count its cells. Exit code 78 if it is bad.")

    @OptionGroup var config: ConfigOptions

    func run() throws {
        let loaded = try config.load()
        let repeated = loaded.duplicates > 0 ? ", \(loaded.duplicates) named more than once" : ""
        print("\(config.config): OK, \(loaded.cells.count) cells\(repeated)")
    }
}
