import SLSpec

extension PlotScript {
    /// Training loss (moving mean) and evaluation loss over the tokens trained on, a panel per model size.
    /// `nil` when no run has recorded anything.
    public static func lossCurves(_ history: SweepHistory) -> String? {
        let groups = SizeGroup.groups(of: history)
        let styles = CellStyle.styles(groups)
        let panels = groups.indices.compactMap { index -> (SizeGroup, [LossCurve])? in
            let group = groups[index]
            let curves = group.cells.indices.compactMap { LossCurve(group.cells[$0], style: styles[index][$0]) }
            return curves.isEmpty ? nil : (group, curves)
        }
        guard !panels.isEmpty else { return nil }
        let labels = panels.flatMap { $0.1.map(\.label) }
        let bodies = panels.indices.compactMap { lossPanel($0, of: panels.count, panels[$0].0, panels[$0].1, legend: labels) }
        return preamble(panels: panels.count) + "set multiplot\n" + bodies.joined() + "unset multiplot\n"
    }

    private static func lossPanel(_ index: Int, of count: Int, _ group: SizeGroup, _ curves: [LossCurve], legend: [String]) -> String? {
        let points = { (curve: LossCurve) in curve.training + curve.evaluation }
        // A diverged run may leave the picture at the top: the others must stay readable.
        let settled = curves.filter(\.isFinished)
        let framing = (settled.isEmpty ? curves : settled).flatMap(points)
        let largest = curves.flatMap(points).map(\.tokens).max() ?? 0
        let (scale, unit) = tokenScale(largest)
        guard let vertical = Axis(logarithmic: framing.map(\.loss), padding: 0.04, wantedTicks: 9),
            let horizontal = Axis(linear: [0, largest / scale], padding: 0, wantedTicks: 8)
        else { return nil }
        var text = ""
        var plots: [String] = []
        for (number, curve) in curves.enumerated() {
            let color = "linecolor rgb \"\(curve.style.color)\""
            if !curve.training.isEmpty {
                text += dataBlock("train_\(index)_\(number)", curve.training.map { [$0.tokens / scale, $0.loss] })
                plots.append("$train_\(index)_\(number) using 1:2 with lines \(color) linewidth 2 dashtype \(curve.style.dash) notitle")
            }
            if !curve.evaluation.isEmpty {
                text += dataBlock("eval_\(index)_\(number)", curve.evaluation.map { [$0.tokens / scale, $0.loss] })
                plots.append("$eval_\(index)_\(number) using 1:2 with points \(color) pointtype \(curve.style.point) "
                    + "pointsize \(curve.style.pointSize * 0.8) notitle")
            }
            plots.append("keyentry with linespoints \(color) linewidth 2 dashtype \(curve.style.dash) "
                + "pointtype \(curve.style.point) pointsize \(curve.style.pointSize * 0.8) title \(quoted(curve.label))")
        }
        let share = legendShare(legend)
        let title = "\(group.model.name): training loss (lines, moving mean) and evaluation loss (points)"
        text += """
            \(frame(index, of: count, left: 0.08, right: 0.985 - share))
            \(key(top: top(index, of: count), sampleLength: 2.5, labels: legend))
            set title \(quoted(title)) textcolor rgb "#222222"
            set xlabel \(quoted("tokens trained on" + unit)) textcolor rgb "#222222"
            set ylabel 'loss (nats per token, logarithmic)' textcolor rgb "#222222"
            unset logscale
            set logscale y
            set xrange [\(number(horizontal.range.lowerBound)):\(number(horizontal.range.upperBound))]
            set yrange [\(number(vertical.range.lowerBound)):\(number(vertical.range.upperBound))]
            set xtics \(ticks(horizontal))
            set ytics \(ticks(vertical))
            plot \(plots.joined(separator: ", \\\n    "))

            """
        return text
    }

    static func tokenScale(_ largest: Double) -> (scale: Double, unit: String) {
        switch largest {
        case ..<10_000: (1, "")
        case ..<1_000_000: (1e3, " (thousands)")
        case ..<1_000_000_000: (1e6, " (millions)")
        default: (1e9, " (10⁹)")
        }
    }

    /// The upper end of a panel, as a share of the picture's height from below.
    static func top(_ index: Int, of count: Int) -> Double { 1 - (Double(index) + 0.085) / Double(count) }

    /// The panel's place in the picture, so that the axes of all panels line up whatever their labels need.
    static func frame(_ index: Int, of count: Int, left: Double, right: Double) -> String {
        let bottom = 1 - (Double(index) + 0.865) / Double(count)
        return """
            set lmargin at screen \(number(left))
            set rmargin at screen \(number(right))
            set tmargin at screen \(number(top(index, of: count)))
            set bmargin at screen \(number(bottom))
            """
    }
}
