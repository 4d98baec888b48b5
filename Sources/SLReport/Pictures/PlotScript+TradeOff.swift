import SLSpec

extension PlotScript {
    /// Perplexity against memory, by the papers' convention on the left and as tracked on the right; a row of panels per
    /// model size. `nil` when no run finished.
    public static func tradeOff(_ history: SweepHistory) -> String? {
        let groups = SizeGroup.groups(of: history)
        let styles = CellStyle.styles(groups)
        let rows = groups.indices.compactMap { index -> (SizeGroup, [TradeOffPoint])? in
            let group = groups[index]
            let points = group.cells.indices.compactMap { TradeOffPoint(group.cells[$0], style: styles[index][$0]) }
            return points.isEmpty ? nil : (group, points)
        }
        guard !rows.isEmpty else { return nil }
        let labels = rows.flatMap { $0.1.map(\.label) }
        let bodies = rows.indices.map { tradeOffRow($0, of: rows.count, rows[$0].0, rows[$0].1, legend: labels) }
        return preamble(panels: rows.count) + "set multiplot\n" + bodies.joined() + "unset multiplot\n"
    }

    private static func tradeOffRow(
        _ index: Int, of count: Int, _ group: SizeGroup, _ points: [TradeOffPoint], legend: [String]
    ) -> String {
        let share = legendShare(legend)
        let gap = 0.055
        let left = 0.08
        let width = (0.985 - share - left - gap) / 2
        let unit = ByteUnit.suited(to: points.flatMap { [$0.paperBytes, $0.trackedBytes] })
        guard let vertical = Axis(logarithmic: points.flatMap(\.perplexityRange), padding: 0.1, wantedTicks: 8) else { return "" }
        let panels = [
            ("paper", "paper memory (\(unit.rawValue))", left, \TradeOffPoint.paperBytes),
            ("tracked", "tracked peak (\(unit.rawValue))", left + width + gap, \TradeOffPoint.trackedBytes),
        ]
        var text = ""
        for (name, title, start, bytes) in panels {
            let values = points.map { Double($0[keyPath: bytes]) / unit.bytes }
            guard let horizontal = Axis(linear: values, padding: 0.12, wantedTicks: 4) else { continue }
            let isFirst = name == "paper"
            var plots: [String] = []
            for (number, point) in points.enumerated() {
                let block = "\(name)_\(index)_\(number)"
                text += dataBlock(block, [[Double(point[keyPath: bytes]) / unit.bytes, point.perplexity] + point.perplexityRange])
                let style = "linecolor rgb \"\(point.style.color)\" pointtype \(point.style.point) "
                    + "pointsize \(NumberFormat.general(point.style.pointSize * 1.5)) linewidth 2"
                if point.perplexityRange[0] < point.perplexityRange[1] {
                    plots.append("$\(block) using 1:2:3:4 with yerrorbars \(style) notitle")
                }
                plots.append("$\(block) using 1:2 with points \(style) " + (isFirst ? "notitle" : "title \(quoted(point.label))"))
            }
            let key = isFirst ? "unset key" : key(top: top(index, of: count), sampleLength: 1, labels: legend)
            // One title for both panels, over their middle.
            let heading = isFirst ? "\(group.model.name): perplexity and memory, lower left is better" : ""
            let shift = isFirst ? (width + gap) / 2 : 0
            text += """
                \(frame(index, of: count, left: start, right: start + width))
                \(key)
                set title \(quoted(heading)) textcolor rgb "#222222" offset screen \(number(shift)), 0
                set xlabel \(quoted(title)) textcolor rgb "#222222"
                set ylabel \(quoted(isFirst ? "perplexity (logarithmic)" : "")) textcolor rgb "#222222"
                unset logscale
                set logscale y
                set xrange [\(number(horizontal.range.lowerBound)):\(number(horizontal.range.upperBound))]
                set yrange [\(number(vertical.range.lowerBound)):\(number(vertical.range.upperBound))]
                set xtics \(ticks(horizontal))
                set ytics \(ticks(vertical))
                plot \(plots.joined(separator: ", \\\n    "))

                """
        }
        return text
    }
}

/// One cell in the trade-off picture.
struct TradeOffPoint {
    var label: String
    var style: CellStyle
    var perplexity: Double
    /// exp(mean ± sd of the loss); twice the perplexity for one seed.
    var perplexityRange: [Double]
    var paperBytes: Int
    var trackedBytes: Int

    init?(_ cell: ReportCell, style: CellStyle) {
        guard let loss = cell.evalLoss, let paper = cell.paperBytes, let tracked = cell.peakTrackedBytes else { return nil }
        let spread = loss.standardDeviation ?? 0
        let value = exponential(loss.mean)
        let range = [exponential(loss.mean - spread), exponential(loss.mean + spread)]
        guard range.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
        label = cell.label
        self.style = style
        perplexity = value
        perplexityRange = range
        paperBytes = paper
        trackedBytes = tracked
    }
}
