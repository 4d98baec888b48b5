import Foundation
public import SLSpec

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

/// One row of a trade-off picture: perplexity against two kinds of cost, side by side. Where a size is drawn family by family, the frame is the
/// same for all of them, and cells of the others stand in it as grey dots.
struct TradeOffPanel: PlotPanel {
    let model: String
    let subject: String
    let costs: [TradeOffCost]
    let measure: TradeOffMeasure
    /// Those of the panel, then those of the other panels of the size.
    let points: [TradeOffPoint]
    /// How many belong to the panel.
    let named: Int
    let unit: TradeOffUnit
    let labels: [String]
    /// For each cost the points on the front that the seeds show; fewer than two are none.
    let fronts: [[Int]]
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
        PicturePart.all(history).compactMap { part in
            let measure = TradeOffMeasure(part.group.cells + part.others)
            let own = zip(part.group.cells, part.styles).compactMap { TradeOffPoint($0, style: $1, as: measure) }
            let points = own + part.others.compactMap { TradeOffPoint($0, style: .other, as: measure) }
            let figures = points.flatMap { point in costs.compactMap { $0.value(point.cell) } }
            return TradeOffPanel(
                model: part.title, subject: subject, costs: costs, measure: measure, points: points, named: own.count, unit: unit(figures))
        }
    }

    init?(model: String, subject: String, costs: [TradeOffCost], measure: TradeOffMeasure, points: [TradeOffPoint], named: Int, unit: TradeOffUnit) {
        guard named > 0 else { return nil }
        let isLogarithmic = measure == .perplexity
        let framed = IntervalFrame.values(points.map(\.value), points.compactMap(\.interval), logarithmic: isLogarithmic)
        guard let vertical = isLogarithmic
            ? Axis(logarithmic: framed, padding: 0.1, wantedTicks: 8) : Axis(linear: framed, padding: 0.1, wantedTicks: 8)
        else { return nil }
        self.model = model
        self.subject = subject
        self.costs = costs
        self.measure = measure
        self.points = points
        self.named = named
        self.unit = unit
        self.vertical = vertical
        labels = PlotScript.shortened(points.prefix(named).map(\.label)) + (named < points.count ? ["methods of other families"] : [])
        fronts = costs.map { cost in
            let known = points.indices.filter { cost.value(points[$0].cell) != nil }
            return ParetoFront.shown(known.map { (Double(cost.value(points[$0].cell) ?? 0), points[$0].cell) }).map { known[$0] }
        }
    }

    var innerHeight: Int { Self.innerHeight(430, labels: labels) }
    var numbers: [String] { vertical.ticks.map(PlotScript.tick) }
    var hasIntervals: Bool { points.prefix(named).contains { $0.interval != nil } }
    /// Of the cells, whether it is drawn or its perplexity.
    var loss: String { points.map(\.cell).lossName }
    var hasFront: Bool { fronts.contains { $0.count > 1 } }

    private static let frontLine = "linecolor rgb \"\(PictureColor.guide)\" linewidth 1 dashtype (6,4)"

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let width = (layout.right - layout.left - layout.gap) / 2
        // One title for both, over their middle.
        var heading = "\(model): \(measure.name(loss)) and \(subject), lower left is better"
        var text = ""
        for (place, cost) in costs.enumerated() {
            let start = layout.left + Double(place) * (width + layout.gap)
            let isLast = place == costs.count - 1
            guard let drawn = drawn(cost, front: fronts[place], block: "\(cost.name)_\(index)", pixels: width * Double(PictureLayout.width)) else { continue }
            text += drawn.data + """
                \(layout.frame(index, left: start, right: start + width))
                \(isLast ? layout.key(index, sampleLength: 1) : "unset key")
                set title \(PlotScript.inked(heading)) offset screen \(PlotScript.number(heading.isEmpty ? 0 : (width + layout.gap) / 2)), 0
                set xlabel \(PlotScript.inked(cost.title(unit)))
                set ylabel \(PlotScript.inked(place == 0 ? measure.title(loss) : ""))
                unset logscale
                \(measure == .perplexity ? "set logscale y\n" : "")\
                \(PlotScript.axis("x", drawn.horizontal))
                \(PlotScript.axis("y", vertical))
                \(PlotScript.plot(drawn.plots + (isLast ? keys : [])))
                """
            heading = ""
        }
        return text
    }

    private var keys: [String] {
        labels.indices.map { place in
            let style = place < named ? points[place].style : .other
            return "keyentry with points \(style.pointWords(scale: 1.3)) linewidth 2 title \(PlotScript.quoted(labels[place]))"
        } + (hasFront ? ["keyentry with lines \(Self.frontLine) title 'Pareto front'"] : [])
    }

    /// - Parameter pixels: the width of the drawing area.
    private func drawn(_ cost: TradeOffCost, front: [Int], block: String, pixels: Double) -> (data: String, plots: [String], horizontal: Axis)? {
        let shown = points.indices.compactMap { number in
            cost.value(points[number].cell).map { (number: number, x: Double($0) / unit.scale, y: points[number].value) }
        }
        guard let horizontal = Axis(linear: shown.map(\.x), padding: 0.12, wantedTicks: 4) else { return nil }
        var (data, plots) = ("", [String]())
        if front.count > 1 {
            let corners = shown.filter { front.contains($0.number) }.map { ($0.x, $0.y) }
            let stairs = ParetoFront.staircase(corners, right: horizontal.range.upperBound, top: vertical.range.upperBound)
            data += PlotScript.dataBlock("\(block)_front", stairs.map { [$0.x, $0.y] })
            plots.append("$\(block)_front using 1:2 with lines \(Self.frontLine) notitle")
        }
        let others = shown.filter { $0.number >= named }
        if !others.isEmpty {
            data += PlotScript.dataBlock("\(block)_others", others.map { [$0.x, $0.y] })
            plots += CellStyle.other.points("\(block)_others", scale: 1.3)
        }
        let own = shown.filter { $0.number < named }
        let places = apart(own.map { ($0.x, $0.y) }, horizontal, pixels: pixels)
        for (place, (number, _, y)) in zip(places, own) {
            let point = points[number]
            let bounds = point.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
            data += PlotScript.dataBlock("\(block)_\(number)", [[place, y] + bounds])
            if !bounds.isEmpty { plots.append(point.style.interval("\(block)_\(number)")) }
            plots += point.style.points("\(block)_\(number)", scale: 1.3)
        }
        return (data, plots, horizontal)
    }

    /// Horizontal places at which no point covers another; those that stand free keep theirs to the digit.
    private func apart(_ points: [(x: Double, y: Double)], _ horizontal: Axis, pixels: Double) -> [Double] {
        let isLogarithmic = measure == .perplexity
        func height(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
        let (low, high) = (height(vertical.range.lowerBound), height(vertical.range.upperBound))
        let scale = pixels / (horizontal.range.upperBound - horizontal.range.lowerBound)
        let onPage = points.map { point in
            (x: (point.x - horizontal.range.lowerBound) * scale, y: (height(point.y) - low) / (high - low) * Double(innerHeight))
        }
        let moved = PointSpread.apart(onPage, distance: 13, width: pixels)
        return points.indices.map { abs(moved[$0] - onPage[$0].x) < 0.01 ? points[$0].x : moved[$0] / scale + horizontal.range.lowerBound }
    }
}
