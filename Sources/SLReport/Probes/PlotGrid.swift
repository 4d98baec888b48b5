import Foundation

/// Small panels beside and below each other under one title, with one legend below them all. Panels share their horizontal axis.
struct PlotGrid {
    /// One of the panels.
    struct Panel {
        var title: String
        var vertical: Axis
        var isLogarithmic: Bool
        /// Its lines, each in one of the legend's styles.
        var lines: [Line]
        /// Horizontal places that are marked through the whole height.
        var marks: [Double] = []
    }

    struct Line {
        var points: [(x: Double, y: Double)]
        var style: CellStyle
        var width = 2.0
        /// Whether every point is marked.
        var isMarked = true
    }

    var title: String
    var columns: Int
    var panels: [Panel]
    var horizontal: Axis
    /// Texts at some ticks in place of their numbers.
    var tickNames: [(value: Double, name: String)] = []
    var isHorizontalLogarithmic = true
    var horizontalTitle: String
    var legend: [(label: String, style: CellStyle)]
    /// Of a panel's drawing area, in pixels.
    var panelHeight = 150

    // MARK: Measures in pixels

    private static let (head, panelHead, gap, foot, row) = (34, 24, 14, 62, 18)
    private static let (left, right, between) = (64, 14, 52)
    private var legendColumns: Int { legend.contains { $0.label.count > 34 } ? 2 : 3 }
    private var rows: Int { (panels.count + columns - 1) / columns }
    private var legendHeight: Int { (legend.count + legendColumns - 1) / legendColumns * Self.row + 10 }
    var height: Int { Self.head + rows * (panelHeight + Self.panelHead + Self.gap) + Self.foot + legendHeight }

    /// gnuplot's commands for it in a picture of `total` pixels of height, of which it takes those from `top` on.
    func commands(_ index: Int, top: Int, total: Int) -> String {
        var text = "unset arrow\nunset label\nunset key\n"
        text += label(title, x: Double(Self.left), y: top + 16, total, font: 14)
        text += legendWords(top: top + height - legendHeight, total)
        for number in panels.indices { text += panel(index, number, top: top, total) }
        return text
    }

    private func share(_ y: Int, of total: Int) -> String { PlotScript.number(1 - Double(y) / Double(total)) }
    private func wide(_ x: Double) -> String { PlotScript.number(x / Double(PictureLayout.width)) }

    private func label(_ text: String, x: Double, y: Int, _ total: Int, font: Int) -> String {
        "set label \(PlotScript.quoted(text)) at screen \(wide(x)), screen \(share(y, of: total)) left font \",\(font)\" textcolor rgb \"\(PictureColor.ink)\"\n"
    }

    /// Drawn by hand: gnuplot's own legends do not stand below many panels.
    private func legendWords(top: Int, _ total: Int) -> String {
        let column = Double(PictureLayout.width - Self.left) / Double(legendColumns)
        return legend.enumerated().map { number, entry in
            let x = Double(Self.left) + column * Double(number % legendColumns)
            let y = top + 8 + number / legendColumns * Self.row
            let (left, right, place) = (wide(x), wide(x + 34), share(y, of: total))
            return "set arrow from screen \(left), screen \(place) to screen \(right), screen \(place) nohead \(entry.style.lineWords(width: 2))\n"
                + "set label '' at screen \(wide(x + 17)), screen \(place) point \(entry.style.pointWords(scale: 0.8))\n"
                + label(entry.label, x: x + 42, y: y, total, font: 12)
        }.joined()
    }

    private func panel(_ index: Int, _ number: Int, top: Int, _ total: Int) -> String {
        let panel = panels[number]
        let (row, column) = (number / columns, number % columns)
        let inner = (Double(PictureLayout.width - Self.left - Self.right) - Double((columns - 1) * Self.between)) / Double(columns)
        let left = Double(Self.left) + Double(column) * (inner + Double(Self.between))
        let upper = top + Self.head + row * (panelHeight + Self.panelHead + Self.gap) + Self.panelHead
        let isLowest = number + columns >= panels.count
        let lines = lines(index, number, panel)
        let ticks = horizontal.ticks.map { tick in
            let name = tickNames.first { $0.value == tick }?.name ?? PlotScript.tick(tick)
            return "\(PlotScript.quoted(isLowest ? name : "")) \(PlotScript.number(tick))"
        }.joined(separator: ", ")
        // What stands in the whole picture is drawn with the first panel.
        let once = number == 0 ? "" : "unset arrow\nunset label\n"
        let marks = panel.marks.map { mark in
            let x = PlotScript.number(mark)
            return "set arrow from first \(x), graph 0 to first \(x), graph 1 nohead linecolor rgb \"\(PictureColor.guide)\" linewidth 1 dashtype (2,3)\n"
        }.joined()
        return lines.data + once + marks + """
            set lmargin at screen \(wide(left))
            set rmargin at screen \(wide(left + inner))
            set tmargin at screen \(share(upper, of: total))
            set bmargin at screen \(share(upper + panelHeight, of: total))
            set title \(PlotScript.inked(panel.title)) font ",12" offset 0,-0.6
            set xlabel \(PlotScript.inked(isLowest ? horizontalTitle : "")) font ",11"
            set ylabel ''
            unset logscale
            \(isHorizontalLogarithmic ? "set logscale x" : "")
            \(panel.isLogarithmic ? "set logscale y" : "")
            set xrange [\(PlotScript.number(horizontal.range.lowerBound)):\(PlotScript.number(horizontal.range.upperBound))]
            set xtics (\(ticks)) font ",10"
            \(PlotScript.axis("y", panel.vertical)) font ",10"
            \(PlotScript.plot(lines.plots))
            """
    }

    private func lines(_ index: Int, _ number: Int, _ panel: Panel) -> (data: String, plots: [String]) {
        var (data, plots) = ("", [String]())
        for (place, line) in panel.lines.enumerated() where !line.points.isEmpty {
            let block = "grid_\(index)_\(number)_\(place)"
            data += PlotScript.dataBlock(block, line.points.map { [$0.x, $0.y] })
            plots.append("$\(block) using 1:2 with lines \(line.style.lineWords(width: line.width)) notitle")
            if line.isMarked { plots.append("$\(block) using 1:2 with points \(line.style.pointWords(scale: 0.6)) notitle") }
        }
        return (data, plots)
    }

    /// Grids below each other; `nil` without any.
    static func script(_ grids: [PlotGrid]) -> String? {
        guard !grids.isEmpty else { return nil }
        let total = grids.reduce(0) { $0 + $1.height }
        var text = PlotScript.preamble(height: total)
        var top = 0
        for (index, grid) in grids.enumerated() {
            text += grid.commands(index, top: top, total: total)
            top += grid.height
        }
        return text + "unset multiplot\n"
    }
}
