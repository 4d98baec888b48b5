import ArgumentParser
import Foundation
import SLHarness
import SLMethodKit
import SLReport
import SLSpec
import SLStore
import SLSystem

struct ClaimsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims", abstract: "Set published claims beside what the results database says of them.",
        discussion: """
            A file of claims says of each what would be seen if it holds: which rows are compared, in what, by how much. Verdicts are holds, refuted,
            undecided and not tested; they come from runs alone. Without a database nothing is tested. A refuted claim is a result and no failure: the
            exit code is 0.

            With -o the report goes to a Markdown file, with its picture beside it. As table, markdown and latex a row is a claim; as csv and json a row
            is a comparison, with everything that was measured.

              slbench claims
              slbench claims --sweep study -o results/claims.md
              slbench claims --format json
            """)

    @Argument(help: "File of claims.", completion: .file(extensions: ["json"]))
    var file = "results/claims.json"

    @Option(name: .long, help: "A sweep to ask; may be repeated. All of the database if not given.")
    var sweep: [String] = []

    @Option(name: .shortAndLong, help: "Markdown file to write.", completion: .file(extensions: ["md"]))
    var output: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var format: FormatOptions

    func validate() throws {
        if let output { try OutputName.checkOption(output, holds: "a Markdown report", extensions: ["md", "markdown"]) }
    }

    func run() throws {
        let path = database.path()
        let place = try output.map { try self.place($0, path) }
        let claims = try Claims.load(file: URL(filePath: file), catalog: Program.registry.catalog)
        let histories = try histories(path)
        let results = claims.map { ClaimResult($0, in: histories) }
        guard let place else {
            let isForPeople = [TableFormat.table, .markdown, .latex].contains(format.format)
            return format.write(isForPeople ? ClaimsReport.listing(results) : ClaimsReport.records(results))
        }
        try write(results, histories.map(\.name), to: place)
    }

    /// The sweeps that were named, or all; none where nobody named a database and there is none.
    private func histories(_ path: String) throws -> [SweepHistory] {
        if database.database == nil, sweep.isEmpty, !FileManager.default.fileExists(atPath: path) {
            Talk.say("\(path): there is no such database, so nothing is tested")
            return []
        }
        let names = try sweep.isEmpty ? Stores.reading(path).sweepNames() : sweep
        return try names.map { try Stores.history(path, sweep: $0) }
    }

    // MARK: The report

    /// - Throws: `OutputRefusal` or `FileError` when it can't be written there.
    private func place(_ name: String, _ path: String) throws -> URL {
        let protection = OutputGuard(database: path, inputs: [(file, "the file of claims")])
        let place = try protection.file(name, what: "report", isFormer: FormerOutput.begins(ClaimsReport.heading))
        try protection.file(Self.picture(of: place).path, what: "picture", isFormer: FormerOutput.isPicture)
        return place
    }

    private static func picture(of report: URL) -> URL { URL(filePath: report.deletingPathExtension().path + "-baselines.svg") }

    private func write(_ results: [ClaimResult], _ sweeps: [String], to place: URL) throws {
        let picture = Self.picture(of: place)
        let pictures = drawn(as: picture.lastPathComponent, in: place.deletingLastPathComponent())
        do {
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            for drawn in pictures.drawn { try Data(drawn.svg.utf8).write(to: picture, options: .atomic) }
            let text = ClaimsReport.document(results, sweeps: sweeps, pictures: pictures).text(as: .markdown) ?? ""
            try Data(text.utf8).write(to: place, options: .atomic)
        } catch {
            throw FileError(file: place.path, problem: "can't be written: \(error.localizedDescription)")
        }
        Talk.say("claims: \(output ?? place.path)" + (pictures.absence.map { " (\($0))" } ?? ""))
    }

    private func drawn(as name: String, in folder: URL) -> ReportPictures {
        guard let picture = ClaimsReport.picture(), var gnuplot = GnuplotRunner.find() else {
            return ReportPictures(absence: "There is no picture: gnuplot, which draws it, was not found. The table holds the same figures.")
        }
        gnuplot.scratch = folder
        do throws(PictureError) {
            return ReportPictures(drawn: [.init(picture: picture, file: name, svg: try gnuplot.svg(script: picture.script))])
        } catch {
            return ReportPictures(absence: "The picture could not be drawn: \(error.problem).")
        }
    }
}
