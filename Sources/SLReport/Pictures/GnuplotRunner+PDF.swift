package import Foundation
import SLSystem

extension GnuplotRunner {
    /// Draws a script from ``PlotScript`` as SVG and, where this gnuplot can, as PDF, which LaTeX reads: both in one go.
    ///
    /// - Throws: ``PictureError`` as ``svg(script:)`` does.
    func svgAndPDF(script: String) throws(PictureError) -> (svg: String, pdf: Data?) {
        guard let folder = ScratchFolder(prefix: "slbench-pdf", otherwise: [scratch].compactMap(\.self)) else {
            return (try svg(script: script), nil)
        }
        defer { folder.remove() }
        let file = folder.url.appendingPathComponent("plot.pdf")
        do throws(PictureError) {
            let svg = try svg(script: script + PlotScript.asPDF(script, file: file.path))
            let pdf = try? Data(contentsOf: file)
            return (svg, pdf.flatMap { $0.starts(with: Data("%PDF".utf8)) ? Self.withoutDate($0) : nil })
        } catch {
            // A gnuplot without the terminal for PDF still writes SVG.
            if error.isLasting { throw error }
            return (try svg(script: script), nil)
        }
    }

    /// The same picture has the same bytes whenever it is drawn: the date is written over, digit by digit, so that every offset
    /// in the file stays right.
    package static func withoutDate(_ pdf: Data) -> Data {
        var pdf = pdf
        for key in ["/CreationDate", "/ModDate"] {
            var rest = pdf.startIndex..<pdf.endIndex
            while let found = pdf.range(of: Data(key.utf8), in: rest) {
                var place = found.upperBound
                while place < pdf.endIndex, pdf[place] != UInt8(ascii: ")") {
                    if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(pdf[place]) { pdf[place] = UInt8(ascii: "0") }
                    if pdf[place] == UInt8(ascii: "-") { pdf[place] = UInt8(ascii: "+") }
                    place += 1
                }
                rest = place..<pdf.endIndex
            }
        }
        return pdf
    }
}

extension PlotScript {
    /// The same drawing once more into a PDF file. A pixel becomes a point, so that letters keep their share of the picture.
    static func asPDF(_ script: String, file: String) -> String {
        guard let head = script.firstMatch(of: #/^set terminal svg size (\d+),(\d+) [^\n]*\n/#), let width = Double(head.1), let height = Double(head.2)
        else { return "" }
        return "reset\nset terminal pdfcairo size \(number(width / 72))in,\(number(height / 72))in noenhanced background \"\(PictureColor.paper)\" "
            + "font \"sans-serif,13\" fontscale 0.92 linewidth 2 dashlength 1.2 pointscale 2\nset output \(quoted(file))\n" + script[head.range.upperBound...] + "unset output\n"
    }
}
