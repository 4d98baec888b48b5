import Foundation
public import SLSpec

extension PlotScript {
    /// Loss of trials over each number that they varied, a panel a model and key; `nil` where nothing was tried at two values.
    public static func sensitivity(_ history: SweepHistory) -> String? { script(SensitivityPanel.panels(history)) }
}

/// How the loss of the trials of a model's cells depends on one key.
package struct SensitivityPanel: PlotPanel {
    struct Line {
        var curve: TrialCurve
        var style: CellStyle
    }

    private let title: String
    private let key: String
    let lines: [Line]
    package let labels: [String]
    private let horizontal: Axis
    private let vertical: Axis

    package var numbers: [String] { vertical.ticks.map(PlotScript.tick) }
    package var innerHeight: Int { Self.innerHeight(320, labels: labels) }
    var hasDivergences: Bool { lines.contains { $0.curve.points.contains { $0.loss == nil } } }

    package static func panels(_ history: SweepHistory) -> [SensitivityPanel] {
        let tuned = history.tuning.filter { $0.groupKey != nil }
        return PicturePart.all(history).flatMap { part -> [SensitivityPanel] in
            let drawn = zip(part.group.cells, part.styles).flatMap { cell, style -> [(line: Line, label: String)] in
                guard let key = try? cell.spec.groupKey(), let tuned = tuned.first(where: { $0.groupKey == key }) else { return [] }
                // Zero has no place on a logarithmic axis, and what is best there no octave.
                return TrialCurve.curves(tuned).filter { curve in curve.points.count { $0.value > 0 } > 1 }.map { (Line(curve: $0, style: style), cell.legendLabel) }
            }
            return MarkdownText.distinct(drawn.map(\.line.curve.key)).compactMap { key in
                SensitivityPanel(title: part.title, key: key, drawn.filter { $0.line.curve.key == key })
            }
        }
    }

    private init?(title: String, key: String, _ drawn: [(line: Line, label: String)]) {
        let points = drawn.flatMap(\.line.curve.points).filter { $0.value > 0 }
        // Far above the best one loss is as bad as another; the frame shows what decides.
        let losses = points.compactMap(\.loss).sorted()
        guard let lowest = losses.first, let horizontal = Axis(logarithmic: points.map(\.value), wantedTicks: 8) else { return nil }
        let highest = max(losses.last { $0 <= lowest + Self.mostNats } ?? lowest, lowest + 0.01)
        guard let vertical = Axis(linear: [lowest, highest], wantedTicks: 7) else { return nil }
        (self.title, self.key, self.horizontal, self.vertical) = (title, key, horizontal, vertical)
        lines = drawn.map(\.line)
        labels = PlotScript.shortened(drawn.map(\.label))
    }

    /// Height of a panel at the most.
    private static let mostNats = 2.0

    package func commands(_ index: Int, _ layout: PictureLayout) -> String {
        var text = ""
        var plots: [String] = []
        let top = vertical.range.upperBound
        for (number, line) in lines.enumerated() {
            let block = "tuning_\(index)_\(number)"
            let points = line.curve.points.filter { $0.value > 0 }
            let finished = points.compactMap { point in point.loss.map { [point.value, $0] } }
            if !finished.isEmpty {
                text += PlotScript.dataBlock(block, finished)
                plots.append("$\(block) using 1:2 with lines \(line.style.lineWords(width: 2)) notitle")
                plots += line.style.points(block, scale: 1)
            }
            let best = line.curve.best
            if best.value > 0, let loss = best.loss {
                text += PlotScript.dataBlock("\(block)_best", [[best.value, loss]])
                plots.append("$\(block)_best using 1:2 with points \(line.style.colorWords) pointtype 6 pointsize 2.2 linewidth 2 notitle")
            }
            // They stand on the frame's upper edge, a little apart from each other.
            let diverged = points.filter { $0.loss == nil }.map { point in
                [point.value * exp2(0.04 * (Double(number) - Double(lines.count - 1) / 2)), top]
            }
            if !diverged.isEmpty {
                text += PlotScript.dataBlock("\(block)_diverged", diverged)
                plots.append("$\(block)_diverged using 1:2 with points \(line.style.colorWords) pointtype 2 pointsize 1.4 linewidth 2 notitle")
            }
            plots.append(line.style.curveKey(labels[number], width: 2, scale: 1))
        }
        return text + """
            \(layout.frame(index, left: layout.left, right: layout.right))
            \(layout.key(index, sampleLength: 3.5))
            set title \(PlotScript.inked("\(title): evaluation loss of trials by \(key), lower is better"))
            set xlabel \(PlotScript.inked("\(key) (logarithmic)"))
            set ylabel \(PlotScript.inked("evaluation loss (nats per token)"))
            unset logscale
            set logscale x 2
            \(PlotScript.axis("x", horizontal))
            \(PlotScript.axis("y", vertical))
            \(PlotScript.plot(plots))
            """
    }
}
