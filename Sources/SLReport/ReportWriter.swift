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
        var drawn: [URL] = []
        if let gnuplot {
            for (script, suffix, place) in [
                (PlotScript.lossCurves(history), "loss", \ReportPictures.lossCurves),
                (PlotScript.tradeOff(history), "tradeoff", \ReportPictures.tradeOff),
            ] {
                guard let script else { continue }
                let name = "\(stem)-\(suffix).svg"
                do {
                    try gnuplot.run(script: script, output: folder.appendingPathComponent(name))
                    pictures[keyPath: place] = name
                    drawn.append(folder.appendingPathComponent(name))
                } catch let error as PictureError {
                    pictures.absence = "A picture could not be drawn: \(error.problem)."
                }
            }
            if drawn.isEmpty && pictures.absence == nil { pictures.absence = "No run has recorded anything to draw yet." }
        } else {
            pictures.absence = "There are no pictures: gnuplot, which draws them, was not found. The tables hold the same results."
        }
        let text = SweepReport.markdown(history, catalog: catalog, published: published, pictures: pictures)
        do {
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw StorageError(file: file.path, problem: "the report could not be written: \(error.localizedDescription)")
        }
        return Outcome(report: file, pictures: drawn, absence: pictures.absence)
    }
}
