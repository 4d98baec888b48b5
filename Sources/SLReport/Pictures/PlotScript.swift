import Foundation
import SLSpec

/// gnuplot scripts with their data inside. Run by gnuplot 5.4 or newer, they write SVG to standard output.
///
/// Colour and shape stand for the method, the same in every picture of a sweep; filling and dash tell its cells apart.
public enum PlotScript {
    static let width = 900
    static let panelHeight = 560

    /// What comes before any panel. Text is taken as it is (`noenhanced`): method names have underscores.
    static func preamble(panels: Int) -> String {
        """
        set terminal svg size \(width),\(panelHeight * max(1, panels)) noenhanced background "#ffffff" font "sans-serif,13"
        set encoding utf8
        set border 3 linecolor rgb "#444444"
        set tics nomirror out textcolor rgb "#222222"
        set grid linecolor rgb "#dddddd" linewidth 1 dashtype solid

        """
    }

    /// A text in single quotes, where gnuplot replaces nothing: neither backslashes nor commands in backticks.
    static func quoted(_ text: String) -> String {
        let line = text.map { $0.isNewline || $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 }
        return "'" + String(line).replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// A number with 7 significant digits: more than a picture can show, and short.
    static func number(_ value: Double) -> String { String(format: "%.7g", value) }

    static func dataBlock(_ name: String, _ rows: [[Double]]) -> String {
        "$\(name) << EOD\n" + rows.map { $0.map(number).joined(separator: " ") + "\n" }.joined() + "EOD\n"
    }

    /// The share of the picture's width that the legend takes at the right: room for its longest label, at most 40 %.
    static func legendShare(_ labels: [String]) -> Double {
        let longest = Double(labels.map(\.count).max() ?? 0)
        return min(0.4, (longest * 6.9 + 60) / Double(width))
    }

    /// Smaller letters where the longest label would not fit.
    static func legendFont(_ labels: [String]) -> Int {
        let longest = Double(labels.map(\.count).max() ?? 0)
        return longest * 6.9 + 60 <= 0.4 * Double(width) ? 12 : max(7, Int((0.4 * Double(width) - 60) / longest / 0.62))
    }

    /// The legend outside the panels at the right, its upper end level with theirs.
    static func key(top: Double, sampleLength: Double, labels: [String]) -> String {
        "set key at screen \(number(0.995 - legendShare(labels))), screen \(number(top)) left top Left reverse "
            + "samplen \(number(sampleLength)) spacing 1.25 font \",\(legendFont(labels))\" textcolor rgb \"#222222\""
    }

    static func ticks(_ axis: Axis) -> String {
        "(" + axis.ticks.map { "\(quoted(NumberFormat.general($0))) \(number($0))" }.joined(separator: ", ") + ")"
    }
}
