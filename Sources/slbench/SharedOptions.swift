import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec

extension TableFormat: ExpressibleByArgument {}

/// Where results are.
struct DatabaseOptions: ParsableArguments {
    @Option(name: .customLong("db"), help: "Results database. Also $SLBENCH_DB.")
    var database: String?

    func path(config: String? = nil) -> String {
        database ?? ProcessInfo.processInfo.environment["SLBENCH_DB"] ?? config ?? Program.defaultDatabase
    }
}

/// How a listing is written.
struct FormatOptions: ParsableArguments {
    @Option(name: .long, help: "table, csv, json, markdown or latex (booktabs).")
    var format: TableFormat = .table

    func write(_ table: ValueTable) { print(TableRenderer.render(table, as: format), terminator: "") }
}

/// A config file and what is changed in it.
struct ConfigOptions: ParsableArguments {
    @Argument(help: "The sweep's config, a JSON file.", completion: .file(extensions: ["json"]))
    var config: String

    @Option(name: .customLong("set"), help: "Override a key: training.steps=200, methods.sltrain.rank=64. May be repeated.")
    var overrides: [String] = []

    /// - Throws: `ConfigError` with everything that is wrong, what only a method itself can find included.
    func load() throws -> SweepConfig {
        let loaded = try SweepConfig.load(
            file: URL(filePath: config), overrides: overrides, catalog: Program.registry.descriptors,
            work: { SweepPlanner.trainingFloatingPointOperations($0, registry: Program.registry) })
        var issues: [ConfigIssue] = []
        for cell in loaded.cells {
            do {
                _ = try Program.registry.make(cell.method, options: cell.options, model: cell.model)
            } catch let error as MethodOptionError {
                let issue = ConfigIssue(
                    file: config, keyPath: "\(cell.origin).\(error.option)",
                    problem: error.value.map { "\($0) is not possible" } ?? "missing", allowed: error.wanted)
                if !issues.contains(issue) { issues.append(issue) }
            }
        }
        guard issues.isEmpty else { throw ConfigError(issues) }
        return loaded
    }
}
