import Foundation
import SLSpec

/// Writes a report with its pictures beside it: `60m.md`, `60m-loss.svg`, `60m-tradeoff.svg`.
public enum ReportWriter {
    /// The files that were written, and why a picture is missing, if one is.
    public struct Outcome: Sendable, Hashable {
        public var report: URL
        public var pictures: [URL]
        public var absence: String?
    }

    /// Each file appears whole or not at all, the report last, so that it never links to a picture that isn't there.
    ///
    /// - Parameters:
    ///   - file: the report; missing folders on the way are made.
    ///   - gnuplot: what draws the pictures; `nil` for a report without any.
    /// - Throws: `StorageError` when a file can't be written. A picture that can't be drawn is no error.
    @discardableResult
    public static func write(
        history: SweepHistory, to file: URL, catalog: [MethodDescriptor] = [],
        published: [PublishedFigure] = PublishedFigures.all, gnuplot: GnuplotRunner? = .find()
    ) throws -> Outcome {
        let folder = file.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw StorageError(file: folder.path, problem: "the report's folder could not be made: \(error.localizedDescription)")
        }
        let stem = file.deletingPathExtension().lastPathComponent
        var pictures = ReportPictures()
        if let gnuplot {
            for picture in ReportPicture.all(history) {
                let name = "\(stem)-\(picture.suffix).svg"
                do {
                    let svg = try gnuplot.svg(script: picture.script)
                    try write(svg, to: folder.appendingPathComponent(name), what: "picture")
                    pictures.drawn.append(.init(picture: picture, file: name, svg: svg))
                } catch let error as PictureError {
                    pictures.absence = "A picture could not be drawn: \(error.problem)."
                }
            }
            if pictures.drawn.isEmpty && pictures.absence == nil { pictures.absence = "No run has recorded anything to draw yet." }
        } else {
            pictures.absence = "There are no pictures: gnuplot, which draws them, was not found. The tables hold the same results."
        }
        let text = SweepReport.markdown(history, catalog: catalog, published: published, pictures: pictures)
        try write(text, to: file, what: "report")
        return Outcome(
            report: file, pictures: pictures.drawn.map { folder.appendingPathComponent($0.file) }, absence: pictures.absence)
    }

    private static func write(_ text: String, to file: URL, what: String) throws {
        do {
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw StorageError(file: file.path, problem: "the \(what) could not be written: \(error.localizedDescription)")
        }
    }
}
