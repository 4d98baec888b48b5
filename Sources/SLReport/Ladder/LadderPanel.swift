import Foundation
public import SLSpec

extension PlotScript {
    /// Evaluation loss over the budgets of a ladder, a line for every row and a panel for every size; `nil` without a ladder.
    public static func ladder(_ history: SweepHistory) -> String? { script(LadderPanel.panels(history)) }
}

/// The ends of the runs of a size, budget by budget.
package struct LadderPanel: PlotPanel {
    package struct Line {
        package var label: String
        var style: CellStyle
        /// Tokens and loss, by ascending budget; two or more.
        package var points: [(tokens: Double, loss: SampleSummary)]
    }

    package let title: String
    private let loss: String
    package let lines: [Line]
    package let labels: [String]
    private let vertical: Axis
    private let horizontal: Axis
    private let unit: (scale: Double, title: String)

    static func panels(_ history: SweepHistory) -> [LadderPanel] {
        LossLadder.all(SizeGroup.groups(of: history)).flatMap { ladder in parts(ladder).compactMap { LadderPanel(title: $0.title, rows: $0.rows, styles: $0.styles) } }
    }

    /// All rows in one panel, or where there are many a panel for every family beside the reference.
    private static func parts(_ ladder: LossLadder) -> [(title: String, rows: [LossLadder.Row], styles: [CellStyle])] {
        let rows = ladder.rows
        func first(_ row: LossLadder.Row) -> ReportCell? { row.cells.compactMap(\.self).first }
        let families = rows.map { first($0)?.family }
        guard families.contains(where: { $0 != nil }) else {
            let places = MethodPalette.places(rows.compactMap { first($0)?.method })
            var seen: [String: Int] = [:]
            let styles = rows.map { row in
                let method = first(row)?.method ?? ""
                defer { seen[method, default: 0] += 1 }
                return CellStyle(method: places[method] ?? 0, variant: seen[method, default: 0])
            }
            return [(ladder.size, rows, styles)]
        }
        return (MethodFamily.allCases.map(Optional.some) + [nil]).compactMap { family in
            let own = rows.indices.filter { families[$0] == family && $0 != ladder.reference }
            guard !own.isEmpty else { return nil }
            let shown = (ladder.reference.map { [$0] } ?? []) + own
            // The first style is the reference's, here as in every picture.
            let offset = ladder.reference == nil ? 1 : 0
            return ("\(ladder.size), \(family?.rawValue ?? "others")", shown.map { rows[$0] }, shown.indices.map { CellStyle(method: offset + $0, variant: 0) })
        }
    }

    private init?(title: String, rows: [LossLadder.Row], styles: [CellStyle]) {
        let lines = zip(rows, styles).compactMap { row, style -> Line? in
            let points = row.cells.compactMap { cell in cell.flatMap { cell in cell.evalLoss.map { (cell.spec.expectedTargets, $0) } } }
            return points.count > 1 ? Line(label: row.label, style: style, points: points) : nil
        }
        let losses = lines.flatMap(\.points).map(\.loss)
        let unit = LossAxis.tokens.unit(lines.flatMap(\.points).map(\.tokens).max() ?? 1)
        let framed = IntervalFrame.values(losses.map(\.mean), losses.compactMap(\.interval95), logarithmic: false)
        guard let vertical = Axis(linear: framed, wantedTicks: 8),
            let horizontal = Axis(logarithmic: lines.flatMap(\.points).map { $0.tokens / unit.scale }, wantedTicks: 6)
        else { return nil }
        self.title = title
        loss = rows.flatMap(\.cells).compactMap(\.self).lossName
        self.lines = lines
        self.vertical = vertical
        self.horizontal = horizontal
        self.unit = unit
        labels = PlotScript.shortened(lines.map(\.label))
    }

    package var numbers: [String] { vertical.ticks.map(PlotScript.tick) }
    package var innerHeight: Int { Self.innerHeight(400, labels: labels) }
    var hasIntervals: Bool { lines.flatMap(\.points).contains { $0.loss.interval95 != nil } }

    package func commands(_ index: Int, _ layout: PictureLayout) -> String {
        var text = ""
        var plots: [String] = []
        for (number, line) in lines.enumerated() {
            // Set a little apart, so that intervals at one budget don't cover each other.
            let shift = exp(min(0.02, 0.06 / Double(lines.count)) * (Double(number) - Double(lines.count - 1) / 2))
            let rows = line.points.map { [$0.tokens / unit.scale * shift, $0.loss.mean] }
            let block = "rungs_\(index)_\(number)"
            text += PlotScript.dataBlock(block, rows)
            plots.append("$\(block) using 1:2 with lines \(line.style.lineWords(width: 2)) notitle")
            let bars = zip(rows, line.points).compactMap { row, point in point.loss.interval95.map { row + [$0.lowerBound, $0.upperBound] } }
            if !bars.isEmpty {
                text += PlotScript.dataBlock("\(block)_bars", bars)
                plots.append(line.style.interval("\(block)_bars"))
            }
            plots += line.style.points(block, scale: 1.3)
            plots.append(line.style.curveKey(labels[number], width: 2, scale: 1))
        }
        return text + """
            \(layout.frame(index, left: layout.left, right: layout.right))
            \(layout.key(index, sampleLength: 3.5))
            set title \(PlotScript.inked("\(title): \(loss) at the end of each budget, lower is better"))
            set xlabel \(PlotScript.inked("\(unit.title), logarithmic"))
            set ylabel \(PlotScript.inked("\(loss) (nats per token)"))
            unset logscale
            set logscale x
            \(PlotScript.axis("x", horizontal))
            \(PlotScript.axis("y", vertical))
            \(PlotScript.plot(plots))
            """
    }
}
