import ArgumentParser
import Foundation
import SLMethodKit
import SLReport
import SLSpec
import SLStore

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask the results database in SQL; it is never changed.",
        discussion: """
            Views: comparison (a row per finished run), summary (over seeds). Table: prediction (cells that are only planned).

              slbench query "SELECT method, rank, perplexity FROM comparison WHERE sweep = '60m' ORDER BY perplexity"
              slbench query "SELECT * FROM summary" --format csv
            """)

    @Argument(help: "One SELECT statement.")
    var sql: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: FormatOptions

    func run() throws { output.write(try Stores.reading(database.path()).query(sql)) }
}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a sweep's report in markdown, with its pictures beside it.",
        discussion: "The same database gives the same bytes. Without -o the report goes to stdout, without pictures.")

    @Argument(help: "Name of the sweep.")
    var sweep: String

    @Option(name: .shortAndLong, help: "File to write.", completion: .file(extensions: ["md"]))
    var output: String?

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let history = try Stores.reading(database.path()).sweepHistory(name: sweep)
        guard let output else {
            return print(SweepReport.markdown(history, catalog: Program.registry.descriptors), terminator: "")
        }
        let written = try ReportWriter.write(history: history, to: URL(filePath: output), catalog: Program.registry.descriptors)
        Talk.say("report: \(output)" + (written.absence.map { " (without pictures: \($0))" } ?? ""))
    }
}

enum Stores {
    /// - Throws: `DataError` when there is no such file, so that the exit code says so.
    static func reading(_ path: String) throws -> ResultStore {
        guard FileManager.default.fileExists(atPath: path) else {
            throw DataError(
                file: path, problem: "there is no such database", fix: "run a sweep first, or name the file with --db", isMissingFile: true)
        }
        return try ResultStore(readOnlyPath: path)
    }
}
