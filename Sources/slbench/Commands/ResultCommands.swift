public import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore
import SLSystem

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

extension ReportFormat: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a sweep's report in markdown, HTML or LaTeX, or its tables as CSV.",
        discussion: """
            The same database gives the same bytes. Pictures stand beside a markdown (SVG) or LaTeX file (PDF) and inside an HTML file. What is written is what the extension says. Without -o the \
            report goes to stdout; CSV, a file for each table, needs -o.

              slbench report 60m -o 60m.html
              slbench report 60m --format latex > 60m.tex
              slbench report 60m --format csv -o 60m-tables
            """)

    @Argument(help: "Name of the sweep.")
    var sweep: String

    @Option(name: .shortAndLong, help: "File to write; for CSV the folder.", completion: .file(extensions: ["md", "html", "tex"]))
    var output: String?

    @Option(name: .long, help: "markdown, html, latex or csv; by default what the extension of -o says (.md, .html, .tex), on stdout markdown.")
    var format: ReportFormat?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if format == .csv && output == nil {
            throw ValidationError("CSV is a file for each table: name a folder for them, -o DIR.")
        }
        if let output { _ = try ReportTarget.ofOption(output, format: format) }
    }

    func run() throws {
        StopFlag.raise()
        StopFlag.endAtSecondRequest()
        let place = try output.map { try ReportOutput($0, format: format, protection: OutputGuard(database: database.path())) }
        let history = try Stores.history(database.path(), sweep: sweep)
        guard let place else { return try show(history, Program.registry.descriptors) }
        try place.write(history, goesOnWhenStopped: false)
    }

    /// Only a page can hold its pictures.
    private func show(_ history: SweepHistory, _ catalog: [MethodDescriptor]) throws {
        let chosen = format ?? .markdown
        let pictures = chosen == .html ? ReportWriter.draw(history, stem: history.name) : nil
        let text = SweepReport.document(history, catalog: catalog, pictures: pictures).text(as: chosen) ?? ""
        // What a shell puts into a file is a report too.
        print(ReportMarker(history).stamped(text, as: chosen), terminator: "")
    }
}

enum Stores {
    /// A sweep's history with what the program knows of its methods.
    static func history(_ path: String, sweep: String) throws -> SweepHistory {
        var history = try reading(path).sweepHistory(name: sweep)
        history.methods = Program.registry.descriptors
        return history
    }

    /// - Throws: `DataError` when there is no such file, so that the exit code says so.
    static func reading(_ path: String) throws -> ResultStore {
        guard FileManager.default.fileExists(atPath: path) else {
            throw DataError(
                file: path, problem: "there is no such database", fix: "run a sweep first, or name the file with --db", isMissingFile: true)
        }
        return try ResultStore(readOnlyPath: path)
    }
}
