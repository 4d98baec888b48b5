import Foundation
import SLSpec

/// gnuplot scripts with their data inside. Run by gnuplot 5.4 or newer, they write SVG to standard output.
public enum PlotScript {
    /// Panels below each other; `nil` without any. Text is taken as it is (`noenhanced`): method names have underscores.
    package static func script(_ panels: [any PlotPanel]) -> String? {
        guard !panels.isEmpty else { return nil }
        let layout = PictureLayout(innerHeights: panels.map(\.innerHeight), labels: panels.flatMap(\.labels), numbers: panels.flatMap(\.numbers))
        return preamble(height: layout.height) + panels.indices.map { panels[$0].commands($0, layout) }.joined() + "unset multiplot\n"
    }

    /// What every picture begins with.
    static func preamble(height: Int) -> String {
        """
        set terminal svg size \(PictureLayout.width),\(height) noenhanced background "\(PictureColor.paper)" font "sans-serif,13"
        set encoding utf8
        set border 3 linecolor rgb "\(PictureColor.frame)"
        set tics nomirror out textcolor rgb "\(PictureColor.ink)"
        set grid linecolor rgb "\(PictureColor.grid)" linewidth 1 dashtype solid
        set multiplot

        """
    }

    /// A text in single quotes, where gnuplot replaces nothing: neither backslashes nor commands in backticks.
    package static func quoted(_ text: String) -> String {
        let line = text.map { $0.isNewline || $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 }
        return "'" + String(line).replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// A quoted text in the colour of text.
    static func inked(_ text: String) -> String { "\(quoted(text)) textcolor rgb \"\(PictureColor.ink)\"" }

    /// A number with 7 significant digits: more than a picture can show, and short.
    package static func number(_ value: Double) -> String { String(format: "%.7g", value) }

    static func dataBlock(_ name: String, _ rows: [[Double]]) -> String {
        "$\(name) << EOD\n" + rows.map { $0.map(number).joined(separator: " ") + "\n" }.joined() + "EOD\n"
    }

    /// Range and ticks of an axis.
    package static func axis(_ name: String, _ axis: Axis) -> String {
        "set \(name)range [\(number(axis.range.lowerBound)):\(number(axis.range.upperBound))]\nset \(name)tics \(ticks(axis.ticks))"
    }

    package static func ticks(_ values: [Double]) -> String {
        "(" + values.map { "\(quoted(tick($0))) \(number($0))" }.joined(separator: ", ") + ")"
    }

    static func tick(_ value: Double) -> String { NumberFormat.general(value) }

    /// A translucent band between the third and fourth column of a data block.
    static func band(_ block: String, _ color: String) -> String {
        "\(block) using 1:3:4 with filledcurves \(color) fillstyle transparent solid 0.16 noborder notitle"
    }

    package static func plot(_ parts: [String]) -> String { "plot " + parts.joined(separator: ", \\\n    ") + "\n" }

    /// Labels cut in their middle to what a legend has room for, and still told apart.
    package static func shortened(_ labels: [String], to length: Int = 44) -> [String] {
        var seen: Set<String> = []
        return labels.map { label in
            guard label.count > length else {
                seen.insert(label)
                return label
            }
            // Where the middles differ and the ends don't, the head gives way to the tail.
            for tail in stride(from: length / 2, through: length - 8, by: 2) {
                let short = label.prefix(length - 1 - tail) + "…" + label.suffix(tail)
                if seen.insert(String(short)).inserted { return String(short) }
            }
            var number = 2
            while !seen.insert("\(label.prefix(length - 5))… #\(number)").inserted { number += 1 }
            return "\(label.prefix(length - 5))… #\(number)"
        }
    }
}
