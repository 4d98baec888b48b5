public import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLModel
import SLReport
import SLSpec
import SLSystem

extension TableFormat: ExpressibleByArgument {}

/// Where results are.
struct DatabaseOptions: ParsableArguments {
    @Option(name: .customLong("db"), help: "Results database. Also $SLBENCH_DB.")
    var database: String?

    func path(config: String? = nil) -> String {
        database ?? EnvironmentVariable.value("SLBENCH_DB") ?? config ?? Program.defaultDatabase
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

    @Option(
        name: .customLong("valid"),
        help: ArgumentHelp("Validation text, or tokens, of their own: the same as --set data.validation=FILE.", valueName: "file"))
    var validation: String?

    /// A path stays a text, whatever it looks like.
    private var allOverrides: [String] { overrides + (validation.map { ["data.validation=" + JSONValue.string($0).pretty] } ?? []) }

    /// - Parameter readsData: whether the text is prepared where a budget counts the targets of padded rows; without it such
    ///   budgets are resolved as if there were no padding.
    /// - Throws: `ConfigError` with everything that is wrong, what only a method itself can find included; `DataError` where
    ///   the text can't be used.
    func load(readsData: Bool = true) throws -> SweepConfig {
        var asking: [PredictionSpec] = []
        let loaded = try decoded {
            asking.append($0)
            return 1
        }
        try check(loaded)
        guard readsData, loaded.data.packing == .truncate, let shares = try TargetShares(loaded, asking) else { return loaded }
        return try decoded(targetShare: shares.of)
    }

    private func decoded(targetShare: @escaping (PredictionSpec) -> Double) throws -> SweepConfig {
        try SweepConfig.load(
            file: URL(filePath: config), overrides: allOverrides, catalog: Program.registry.catalog,
            work: { SweepPlanner.trainingFloatingPointOperations($0, registry: Program.registry) },
            measure: { SweepPlanner.measure($0, $1, registry: Program.registry) }, targetShare: targetShare)
    }

    private func check(_ loaded: SweepConfig) throws {
        var issues: [ConfigIssue] = []
        if let report = loaded.report {
            do {
                _ = try ReportTarget(report)
            } catch {
                issues.append(ConfigIssue(file: config, keyPath: "report", problem: "\"\(report)\": \(error.problem)", allowed: error.allowed))
            }
        }
        // What a search may try stands in no cell yet.
        for cell in loaded.cells + (loaded.tuning?.cells.compactMap(\.space).flatMap(\.namedDrafts) ?? []) {
            do {
                let method = try Program.registry.make(cell.method, options: cell.options, model: cell.model, activations: cell.training.activations)
                guard let reason = cell.training.memory.refusal(method, shape: cell.model) else { continue }
                let issue = ConfigIssue(
                    file: config, keyPath: "\(cell.origin).recompute", problem: "bottlenecks can't serve here: \(reason)",
                    allowed: "\"block\", or a method of low-rank factors such as cola")
                if !issues.contains(issue) { issues.append(issue) }
            } catch let error as MethodOptionError {
                let issue = ConfigIssue(
                    file: config, keyPath: "\(cell.origin).\(error.option)",
                    problem: error.value.map { "\($0) is not possible" } ?? "missing", allowed: error.wanted)
                if !issues.contains(issue) { issues.append(issue) }
            }
        }
        if !issues.isEmpty { throw ConfigError(issues) }
    }
}
