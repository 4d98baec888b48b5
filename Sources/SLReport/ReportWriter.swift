public import Foundation
public import SLSpec
import SLSystem

/// Writes a report and what belongs beside it: `60m.md` with `60m-loss.svg` and `60m-tradeoff.svg`, `60m.html` alone, `60m.tex` with
/// `60m-loss.pdf`, or a folder with a CSV file for each table.
public enum ReportWriter {
    /// The files that were written, and why a picture is missing, if one is.
    public struct Outcome: Sendable, Hashable {
        /// The report; for CSV the folder.
        public var report: URL
        public var pictures: [URL]
        /// The CSV files; empty for any other format.
        public var tables: [URL] = []
        public var absence: String?
    }

    /// Each file appears whole or not at all, the report last, so that it never links to a picture that isn't there.
    ///
    /// - Parameters:
    ///   - file: the report; missing folders on the way are made. For CSV the folder that takes the tables.
    ///   - gnuplot: what draws the pictures; `nil` for a report without any.
    ///   - goesOnWhenStopped: whether a request to stop costs the pictures only.
    ///   - checkTable: asked for every CSV file and its columns before the first is written; throws to have none written.
    /// - Throws: `FileError` when a file can't be written. A picture that can't be drawn is no error.
    @discardableResult
    public static func write(
        history: SweepHistory, to file: URL, format: ReportFormat = .markdown, catalog: [MethodDescriptor] = [],
        published: [PublishedFigure] = PublishedFigures.all, gnuplot: GnuplotRunner? = .find(), goesOnWhenStopped: Bool = true,
        checkTable: (_ file: URL, _ columns: [String]) throws -> Void = { _, _ in }
    ) throws -> Outcome {
        let folder = format == .csv ? file : file.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError(file: folder.path, problem: "the report's folder could not be made: \(error.localizedDescription)")
        }
        if format == .csv {
            let document = SweepReport.document(history, catalog: catalog, published: published)
            let files = document.csvFiles(stem: Slug.make(history.name))
            for (name, text) in files { try checkTable(folder.appendingPathComponent(name), Self.columns(text)) }
            let tables = try files.map { name, text in
                let table = folder.appendingPathComponent(name)
                try write(Data(text.utf8), to: table, what: "table")
                return table
            }
            return Outcome(report: folder, pictures: [], tables: tables)
        }
        var gnuplot = gnuplot
        gnuplot?.scratch = folder
        let pictures = draw(history, stem: file.deletingPathExtension().lastPathComponent, gnuplot: gnuplot, asPDF: format == .latex)
        if !goesOnWhenStopped, StopFlag.isRaised {
            throw RunFailure(status: .interrupted, reason: .interrupted, step: 0, message: "\(file.relativePath) was not written")
        }
        // A page holds its pictures itself.
        let beside = format == .html ? [] : pictures.drawn
        let files = try beside.map { drawn in
            let picture = folder.appendingPathComponent(drawn.pdf == nil ? drawn.file : drawn.pdfFile)
            try write(drawn.pdf ?? Data(drawn.svg.utf8), to: picture, what: "picture")
            return picture
        }
        let document = SweepReport.document(history, catalog: catalog, published: published, pictures: pictures)
        try write(Data(ReportMarker(history).stamped(document.text(as: format) ?? "", as: format).utf8), to: file, what: "report")
        return Outcome(report: file, pictures: files, absence: pictures.absence)
    }

    /// The titles of a CSV text's first record that need no quotes, as those of the first column don't.
    private static func columns(_ text: String) -> [String] {
        text.prefix { $0 != "\r\n" }.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
    }

    /// Every picture that there is something for, drawn but not written.
    ///
    /// - Parameters:
    ///   - stem: what the pictures' names begin with.
    ///   - asPDF: whether they are wanted as PDF too, which LaTeX reads.
    public static func draw(_ history: SweepHistory, stem: String, gnuplot: GnuplotRunner? = .find(), asPDF: Bool = false) -> ReportPictures {
        guard let gnuplot else {
            return ReportPictures(absence: "There are no pictures: gnuplot, which draws them, was not found. The tables hold the same results.")
        }
        var pictures = ReportPictures()
        for picture in ReportPicture.all(history) {
            do throws(PictureError) {
                let (svg, pdf) = asPDF ? try gnuplot.svgAndPDF(script: picture.script) : (try gnuplot.svg(script: picture.script), nil)
                pictures.drawn.append(.init(picture: picture, file: "\(stem)-\(picture.suffix).svg", svg: svg, pdf: pdf))
            } catch {
                pictures.absence = "A picture could not be drawn: \(error.problem)."
                if error.isLasting { break }
            }
        }
        if pictures.drawn.isEmpty && pictures.absence == nil { pictures.absence = "No run has recorded anything to draw yet." }
        return pictures
    }

    private static func write(_ data: Data, to file: URL, what: String) throws {
        do {
            try data.write(to: file, options: .atomic)
        } catch {
            throw FileError(file: file.path, problem: "the \(what) could not be written: \(error.localizedDescription)")
        }
    }
}
