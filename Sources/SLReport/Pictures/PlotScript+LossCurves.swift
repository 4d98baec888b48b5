public import SLSpec

extension PlotScript {
    /// Training loss (moving mean) and evaluation loss over tokens, operations or time, a panel per model size, or per family where it has many methods.
    /// `nil` when no run has recorded anything of the kind.
    public static func lossCurves(_ history: SweepHistory, over axis: LossAxis = .tokens) -> String? {
        script(LossPanel.panels(history, over: axis))
    }
}

/// The loss curves of one model size, or of a family of methods in it.
struct LossPanel: PlotPanel {
    let model: String
    let axis: LossAxis
    let curves: [LossCurve]
    let counted: [CountedModel]
    /// Of the legend: curves, then counted models.
    let labels: [String]
    private let strip: FinalStrip?
    private let horizontal: Axis
    private let vertical: Axis
    private let unit: (scale: Double, title: String)

    static func panels(_ history: SweepHistory, over axis: LossAxis) -> [LossPanel] {
        PicturePart.all(history).compactMap { part in
            LossPanel(
                model: part.title, axis: axis,
                curves: zip(part.group.cells, part.styles).compactMap { LossCurve($0, style: $1, over: axis) }, counted: CountedModel.validation(part.group.runs))
        }
    }

    init?(model: String, axis: LossAxis, curves: [LossCurve], counted: [CountedModel] = []) {
        self.model = model
        self.axis = axis
        self.curves = curves
        self.counted = counted
        labels = PlotScript.shortened(curves.map(\.label) + counted.map(\.label))
        // To the end of the slowest seed: a bar reaches there.
        let largest = curves.flatMap { $0.training + $0.evaluation }.map(\.amounts.upperBound).max() ?? 0
        unit = axis.unit(largest)
        let losses = Self.framed(curves, largest) + counted.map(\.loss)
        guard largest > 0, let vertical = Axis(logarithmic: losses, padding: 0.04, wantedTicks: 9),
            var horizontal = Axis(linear: [0, largest / unit.scale], padding: 0, wantedTicks: 8)
        else { return nil }
        strip = FinalStrip(curves, right: largest / unit.scale)
        if let strip { horizontal.range = horizontal.range.lowerBound...strip.end }
        self.vertical = vertical
        self.horizontal = horizontal
    }

    var hasStrip: Bool { strip != nil }
    var numbers: [String] { vertical.ticks.map(PlotScript.tick) }

    var innerHeight: Int { Self.innerHeight(450, labels: labels) }
    var hasBands: Bool { curves.contains { $0.seeds > 1 && !$0.training.isEmpty } }

    /// The losses that must be seen. A run that diverged may leave the picture at the top, and so may a spike and the first
    /// moments, in which every curve falls from the same height: what is compared must stay readable.
    private static func framed(_ curves: [LossCurve], _ largest: Double) -> [Double] {
        let settled = curves.filter(\.isFinished)
        let shown = settled.isEmpty ? curves : settled
        let start = shown.compactMap { ($0.training + $0.evaluation).map(\.mean).first }.max() ?? .infinity
        let late = shown.flatMap { $0.training + $0.evaluation }.filter { $0.amount >= 0.05 * largest }.map(\.mean)
        let tame = late.filter { $0 <= 1.05 * start }
        return tame.isEmpty ? shown.flatMap { $0.training + $0.evaluation }.map(\.mean) : tame
    }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        var text = ""
        var bands: [String] = []
        let levels = levels(index)
        text += levels.data
        var plots: [String] = levels.plots
        // Many curves are drawn finer.
        let (width, scale) = curves.count > 12 ? (1.5, 0.6) : (2, 0.8)
        for (number, curve) in curves.enumerated() {
            let style = curve.style
            if !curve.training.isEmpty {
                let block = "train_\(index)_\(number)"
                let isBand = curve.seeds > 1
                let rows = curve.training.map { row($0) + (isBand ? [$0.losses.lowerBound, $0.losses.upperBound] : []) }
                text += PlotScript.dataBlock(block, rows)
                if isBand { bands.append(PlotScript.band("$\(block)", style.colorWords)) }
                plots.append("$\(block) using 1:2 with lines \(style.lineWords(width: width)) notitle")
            }
            if !curve.evaluation.isEmpty {
                text += PlotScript.dataBlock("eval_\(index)_\(number)", curve.evaluation.map(row))
                plots.append("$eval_\(index)_\(number) using 1:2 with points \(style.pointWords(scale: scale)) notitle")
            }
            if let end = curve.evaluation.last, axis == .seconds, curve.seeds > 1 {
                let place = row(end) + [end.amounts.lowerBound / unit.scale, end.amounts.upperBound / unit.scale]
                text += PlotScript.dataBlock("span_\(index)_\(number)", [place])
                plots.append("$span_\(index)_\(number) using 1:2:3:4 with xerrorbars \(style.colorWords) pointtype -1 linewidth 1 notitle")
            }
            plots.append(style.curveKey(labels[number], width: width, scale: scale))
        }
        let ends = ends(index)
        text += ends.data
        plots += ends.plots + levels.keys
        return text + """
            \(layout.frame(index, left: layout.left, right: layout.right))
            \(layout.key(index, sampleLength: 3.5))
            unset arrow
            unset label
            \(ends.commands)\
            set title \(PlotScript.inked("\(model): training loss (lines, moving mean) and evaluation loss (points)"))
            set xlabel \(PlotScript.inked(unit.title))
            set ylabel \(PlotScript.inked("loss (nats per token, logarithmic)"))
            unset logscale
            set logscale y
            \(PlotScript.axis("x", horizontal))
            \(PlotScript.axis("y", vertical))
            \(PlotScript.plot(bands + plots))
            """
    }

    private func row(_ point: LossCurve.Point) -> [Double] { [point.amount / unit.scale, point.mean] }

    /// What counting alone reaches, as levels through the whole frame.
    private func levels(_ index: Int) -> (data: String, plots: [String], keys: [String]) {
        var (data, plots, keys) = ("", [String](), [String]())
        for (number, model) in counted.enumerated() {
            let words = "linecolor rgb \"\(PictureColor.guide)\" linewidth 1.5 dashtype \(model.order == .unigram ? "(8,4)" : "(2,4)")"
            let block = "counted_\(index)_\(number)"
            data += PlotScript.dataBlock(block, [horizontal.range.lowerBound, horizontal.range.upperBound].map { [$0, model.loss] })
            plots.append("$\(block) using 1:2 with lines \(words) notitle")
            keys.append("keyentry with lines \(words) title \(PlotScript.quoted(labels[curves.count + number]))")
        }
        return (data, plots, keys)
    }

    /// The final evaluations side by side.
    private func ends(_ index: Int) -> (data: String, plots: [String], commands: String) {
        guard let strip else { return ("", [], "") }
        var (data, plots) = ("", [String]())
        let scale = strip.marks.count > 12 ? 0.9 : 1.1
        for mark in strip.marks {
            let style = curves[mark.curve].style
            let block = "final_\(index)_\(mark.curve)"
            data += PlotScript.dataBlock(block, [[mark.x, mark.loss] + (mark.span.map { [$0.lowerBound, $0.upperBound] } ?? [])])
            if mark.span != nil { plots.append(style.interval(block)) }
            plots += style.points(block, scale: scale)
        }
        let x = PlotScript.number(strip.start)
        return (
            data, plots,
            """
            set arrow from \(x), graph 0 to \(x), graph 1 nohead linecolor rgb "\(PictureColor.guide)" linewidth 1 dashtype (4,4)
            set label \(PlotScript.quoted("end")) at \(PlotScript.number(strip.middle)), graph 0.975 center font ",11" textcolor rgb "\(PictureColor.ink)"

            """
        )
    }
}
