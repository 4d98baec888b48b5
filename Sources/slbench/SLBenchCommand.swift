import ArgumentParser
import Foundation
import Logging
import SLSpec
import SLSystem

/// The program: parses, runs, and ends with the exit code that the outcome has.
@main
struct SLBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slbench",
        abstract: "Pretrains LLaMA models with memory-efficient methods on equal terms, and compares them.",
        discussion: """
            A sweep runs every cell of sizes x methods x options x seeds in a process of its own and records it in a SQLite
            database. Run the same command again and only what is missing runs.

              slbench sweep configs/quick.json                  a first look, under three minutes
              slbench plan configs/60m.json                     what a sweep would take
              slbench tune configs/9m.json                      settings chosen by equally many trials, then the sweep
              slbench query "SELECT * FROM comparison"          the results
              slbench report 60m -o results/60m.md              the report with its pictures
              slbench estimate --model 60m,1b,7b                memory beside the published figures

            Exit codes: 0 all well; 1 unexpected failure; 2 a sweep finished with failed or diverged runs; 3 a check failed;
            64 usage; 65 bad input data; 66 a missing file; 70 internal;
            74 database or I/O; 75 interrupted, run again to go on; 78 bad config; 141 the reader of the results is gone (head).
            """,
        version: Program.versionText,
        subcommands: [
            SweepCommand.self, TuneCommand.self, TrainCommand.self, PlanCommand.self, ValidateCommand.self, ReportCommand.self, StatusCommand.self,
            CollectCommand.self, CancelCommand.self,
            CompareCommand.self, CheckCommand.self, ClaimsCommand.self, ExportCommand.self, DiagnoseCommand.self, QueryCommand.self, DatabaseCommand.self, EstimateCommand.self,
            MethodsCommand.self, VerifyCommand.self, DoctorCommand.self, DocsCommand.self, RunCellCommand.self, BenchStepCommand.self,
            BenchKernelsCommand.self, BenchProductsCommand.self, BenchExchangeCommand.self, MeasureProductsCommand.self,
        ])

    static func main() {
        StandardStreams.prepare()
        LoggingSystem.bootstrap { label -> any LogHandler in Talk.isSilent ? SwiftLogNoOpLogHandler(label) : StreamLogHandler.standardError(label: label) }
        ProgramEnd.leave(with: ProgramEnd.status(afterResults: status(of: Array(CommandLine.arguments.dropFirst()))))
    }

    private static func status(of arguments: [String]) -> Int32 {
        do {
            try RankSession.listen(to: arguments)
            try ProgramStart.checkOpenFiles()
            try ProgramStart.checkEnvironment()
            try refuseUnknownCommand(arguments)
            var command = try parsed(arguments)
            if !(command is DoctorCommand) { try ProgramStart.checkLimits() }
            try command.run()
            return 0
        } catch {
            return ProgramEnd.status(of: error)
        }
    }
}

extension SLBenchCommand {
    /// What is wrong with a command line is wrong on every rank: the first says it.
    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        do { return try parseAsRoot(try ProgramStart.expanded(arguments)) } catch {
            if Talk.isSilent { throw ExitCode(ErrorPresentation.status(of: error)) }
            throw error
        }
    }

    /// A mistyped command is told the nearest one; the parser itself would only call it unexpected.
    private static func refuseUnknownCommand(_ arguments: [String]) throws {
        let names = configuration.subcommands.map { $0.configuration.commandName ?? "" }
        guard let name = arguments.first, !name.hasPrefix("-"), name != "help", !names.contains(name) else { return }
        let listed = zip(names, configuration.subcommands).filter { $1.configuration.shouldDisplay }.map(\.0)
        let hint = NearestName.of(name, among: listed).map { "\n  hint: did you mean '\($0)'?" } ?? ""
        Talk.say("slbench: unknown command '\(name)'\n  allowed: \(listed.joined(separator: ", "))\(hint)")
        throw ExitCode.validationFailure
    }
}
