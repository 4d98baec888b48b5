import Foundation
public import SLSpec

extension PlotScript {
    /// Evaluation loss over rank, a line per method and a panel per model size; `nil` when no method was run with two ranks.
    public static func rankSweep(_ history: SweepHistory) -> String? { script(RankPanel.panels(history)) }
}

/// The rank sweeps of one model size.
package struct RankPanel: PlotPanel {
    package let model: String
    private let loss: String
    package let lines: [RankLine]
    /// Full rank, drawn as a level.
    package let baseline: SampleSummary?
    package let labels: [String]
    private let vertical: Axis

    static func panels(_ history: SweepHistory) -> [RankPanel] {
        PicturePart.all(history).compactMap { part in
            RankPanel(model: part.title, lines: RankLine.lines(part.group, part.styles), baseline: part.group.baseline, loss: part.group.cells.lossName)
        }
    }

    init?(model: String, lines: [RankLine], baseline: ReportCell?, loss: String) {
        let losses = lines.flatMap(\.points).map(\.loss) + [baseline?.evalLoss].compactMap(\.self)
        let framed = IntervalFrame.values(losses.map(\.mean), losses.compactMap(\.interval95), logarithmic: false)
        guard !lines.isEmpty, let vertical = Axis(linear: framed, wantedTicks: 8) else { return nil }
        self.model = model
        self.loss = loss
        self.lines = lines
        self.baseline = baseline?.evalLoss
        self.vertical = vertical
        labels = PlotScript.shortened(lines.map(\.label) + [baseline?.label].compactMap(\.self))
    }

    package var numbers: [String] { vertical.ticks.map(PlotScript.tick) }
    package var innerHeight: Int { Self.innerHeight(400, labels: labels) }
    var hasIntervals: Bool { (lines.flatMap(\.points).map(\.loss) + [baseline].compactMap(\.self)).contains { $0.interval95 != nil } }

    package func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let ranks = Set(lines.flatMap(\.points).map(\.rank)).sorted().map(Double.init)
        let (low, high) = ((ranks.first ?? 1) / 1.25, (ranks.last ?? 1) * 1.25)
        var text = ""
        var plots: [String] = []
        if let baseline {
            let ends = baseline.interval95.map { [$0.lowerBound, $0.upperBound] } ?? []
            text += PlotScript.dataBlock("base_\(index)", [[low, baseline.mean] + ends, [high, baseline.mean] + ends])
            let color = "linecolor rgb \"\(PictureColor.guide)\""
            let title = PlotScript.quoted(labels[lines.count])
            if !ends.isEmpty { plots.append(PlotScript.band("$base_\(index)", color)) }
            plots.append("$base_\(index) using 1:2 with lines \(color) linewidth 2 dashtype (8,5) title \(title)")
        }
        for (number, line) in lines.enumerated() {
            // Set a little apart, so that intervals at one rank don't cover each other.
            let shift = exp2(min(0.03, 0.15 / Double(lines.count)) * (Double(number) - Double(lines.count - 1) / 2))
            let rows = line.points.map { [Double($0.rank) * shift, $0.loss.mean] }
            let block = "rank_\(index)_\(number)"
            text += PlotScript.dataBlock(block, rows)
            plots.append("$\(block) using 1:2 with lines \(line.points[0].style.lineWords(width: 2)) notitle")
            for (place, point) in line.points.enumerated() {
                let bounds = point.loss.interval95.map { [$0.lowerBound, $0.upperBound] } ?? []
                text += PlotScript.dataBlock("\(block)_\(place)", [rows[place] + bounds])
                if !bounds.isEmpty { plots.append(point.style.interval("\(block)_\(place)")) }
                plots += point.style.points("\(block)_\(place)", scale: 1.3)
            }
            plots.append(line.points[0].style.curveKey(labels[number], width: 2, scale: 1))
        }
        return text + """
            \(layout.frame(index, left: layout.left, right: layout.right))
            \(layout.key(index, sampleLength: 3.5))
            set title \(PlotScript.inked("\(model): \(loss) by rank, lower is better"))
            set xlabel \(PlotScript.inked("rank (logarithmic)"))
            set ylabel \(PlotScript.inked("\(loss) (nats per token)"))
            unset logscale
            set logscale x 2
            set xrange [\(PlotScript.number(low)):\(PlotScript.number(high))]
            set xtics \(PlotScript.ticks(Self.ticks(ranks)))
            \(PlotScript.axis("y", vertical))
            \(PlotScript.plot(plots))
            """
    }

    /// The ranks that were run, those left out whose numbers would run into their neighbour's.
    package static func ticks(_ ranks: [Double]) -> [Double] {
        guard let first = ranks.first, let last = ranks.last, last > first else { return ranks }
        let closest = log(last / first) / 14
        return ranks.reduce(into: []) { kept, rank in
            if kept.last.map({ log(rank / $0) >= closest }) ?? true { kept.append(rank) }
        }
    }
}
