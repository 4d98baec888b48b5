import SLSpec

extension PlotScript {
    /// Perplexity against memory, by the papers' convention on the left and as tracked on the right; a row per model size.
    /// `nil` when no run finished.
    public static func tradeOff(_ history: SweepHistory) -> String? {
        script(TradeOffPanel.memory(history))
    }

    /// Perplexity against parameters, all that are stored on the left and those that are trained on the right.
    /// `nil` when no run finished.
    public static func parameters(_ history: SweepHistory) -> String? {
        script(TradeOffPanel.parameters(history))
    }
}

/// One row of a trade-off picture: perplexity against two kinds of cost, side by side.
struct TradeOffPanel: PlotPanel {
    let model: String
    let subject: String
    let costs: [TradeOffCost]
    let points: [TradeOffPoint]
    let unit: TradeOffUnit
    let labels: [String]
    private let vertical: Axis

    static func memory(_ history: SweepHistory) -> [TradeOffPanel] {
        panels(history, subject: "memory", TradeOffCost.memory, TradeOffUnit.bytes)
    }

    static func parameters(_ history: SweepHistory) -> [TradeOffPanel] {
        panels(history, subject: "parameters", TradeOffCost.parameters, TradeOffUnit.count)
    }

    private static func panels(
        _ history: SweepHistory, subject: String, _ costs: [TradeOffCost], _ unit: ([Int]) -> TradeOffUnit
    ) -> [TradeOffPanel] {
        let groups = SizeGroup.groups(of: history)
        return zip(groups, CellStyle.styles(groups)).compactMap { group, styles in
            let points = zip(group.cells, styles).compactMap { TradeOffPoint($0, style: $1) }
            let figures = points.flatMap { point in costs.compactMap { $0.value(point.cell) } }
            return TradeOffPanel(model: group.model.name, subject: subject, costs: costs, points: points, unit: unit(figures))
        }
    }

    init?(model: String, subject: String, costs: [TradeOffCost], points: [TradeOffPoint], unit: TradeOffUnit) {
        let framed = IntervalFrame.values(points.map(\.perplexity), points.compactMap(\.interval), logarithmic: true)
        guard let vertical = Axis(logarithmic: framed, padding: 0.1, wantedTicks: 8) else { return nil }
        self.model = model
        self.subject = subject
        self.costs = costs
        self.points = points
        self.unit = unit
        self.vertical = vertical
        labels = PlotScript.shortened(points.map(\.label))
    }

    var innerHeight: Int { Self.innerHeight(430, labels: labels) }
    var hasIntervals: Bool { points.contains { $0.interval != nil } }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let gap = 0.055
        let left = PictureLayout.left
        let width = (layout.right - left - gap) / 2
        // One title for both, over their middle.
        var heading = "\(model): perplexity and \(subject), lower left is better"
        var text = ""
        for (place, cost) in costs.enumerated() {
            let start = left + Double(place) * (width + gap)
            let shown = points.indices.compactMap { number in
                cost.value(points[number].cell).map { (number: number, x: Double($0) / unit.scale, y: points[number].perplexity) }
            }
            guard let horizontal = Axis(linear: shown.map(\.x), padding: 0.12, wantedTicks: 4) else { continue }
            let block = "\(cost.name)_\(index)"
            var plots: [String] = []
            let stairs = ParetoFront.staircase(
                shown.map { ($0.x, $0.y) }, right: horizontal.range.upperBound, top: vertical.range.upperBound)
            text += PlotScript.dataBlock("\(block)_front", stairs.map { [$0.x, $0.y] })
            plots.append("$\(block)_front using 1:2 with lines linecolor rgb \"\(PictureColor.guide)\" linewidth 1 dashtype (6,4) notitle")
            for (number, x, y) in shown {
                let point = points[number]
                let bounds = point.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
                text += PlotScript.dataBlock("\(block)_\(number)", [[x, y] + bounds])
                if !bounds.isEmpty { plots.append(point.style.interval("\(block)_\(number)")) }
                plots += point.style.points("\(block)_\(number)", scale: 1.3)
            }
            let isLast = place == costs.count - 1
            if isLast {
                plots += points.indices.map {
                    "keyentry with points \(points[$0].style.pointWords(scale: 1.3)) linewidth 2 title \(PlotScript.quoted(labels[$0]))"
                }
                plots.append("keyentry with lines linecolor rgb \"\(PictureColor.guide)\" linewidth 1 dashtype (6,4) title 'Pareto front'")
            }
            text += """
                \(layout.frame(index, left: start, right: start + width))
                \(isLast ? layout.key(index, sampleLength: 1) : "unset key")
                set title \(PlotScript.inked(heading)) offset screen \(PlotScript.number(heading.isEmpty ? 0 : (width + gap) / 2)), 0
                set xlabel \(PlotScript.inked(cost.title(unit)))
                set ylabel \(PlotScript.inked(place == 0 ? "perplexity (logarithmic)" : ""))
                unset logscale
                set logscale y
                \(PlotScript.axis("x", horizontal))
                \(PlotScript.axis("y", vertical))
                \(PlotScript.plot(plots))
                """
            heading = ""
        }
        return text
    }
}
