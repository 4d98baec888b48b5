import Foundation

extension PlotScript {
    /// One baseline as publications print it, a row each.
    public static func baselines(_ baselines: [PublishedBaseline] = PublishedBaseline.all) -> String? {
        script([BaselinePanel(baselines)].compactMap(\.self))
    }
}

/// Perplexities of one baseline side by side, with what their spread is in nats.
struct BaselinePanel: PlotPanel {
    private let baselines: [PublishedBaseline]
    private let names: [String]
    private let horizontal: Axis
    let labels = ["a publication", "a rerun"]
    let numbers: [String] = []

    /// From row to row, in pixels.
    private static let row = 24

    init?(_ baselines: [PublishedBaseline]) {
        guard !baselines.isEmpty, let axis = Axis(linear: baselines.map(\.perplexity), padding: 0.08, wantedTicks: 8) else { return nil }
        self.baselines = baselines
        names = PlotScript.shortened(baselines.map(\.name), to: 40)
        horizontal = axis
    }

    var innerHeight: Int { Self.innerHeight(Self.row * (baselines.count + 1), labels: labels) }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        func height(_ place: Int) -> Double { Double(baselines.count - place) }
        let ticks = names.indices.map { "\(PlotScript.quoted(names[$0])) \(Int(height($0)))" }.joined(separator: ", ")
        let styles = [CellStyle(method: 1, variant: 0), CellStyle(method: 2, variant: 1)]
        var (text, plots) = ("", [String]())
        for (number, isPublication) in [true, false].enumerated() {
            let rows = baselines.indices.filter { baselines[$0].isPublication == isPublication }.map { [baselines[$0].perplexity, height($0)] }
            guard !rows.isEmpty else { continue }
            let block = "baselines_\(index)_\(number)"
            text += PlotScript.dataBlock(block, rows)
            plots += styles[number].points(block, scale: 1.3)
            plots.append("keyentry with points \(styles[number].pointWords(scale: 1.3)) linewidth 2 title \(PlotScript.quoted(labels[number]))")
        }
        return text + """
            \(layout.frame(index, left: PictureLayout.share(of: names), right: layout.right))
            \(layout.key(index, sampleLength: 1))
            set title \(PlotScript.inked("full-rank Adam, LLaMA-60M on C4, as printed"))
            set xlabel \(PlotScript.inked("validation perplexity"))
            set ylabel ''
            unset logscale
            \(PlotScript.axis("x", horizontal))
            set yrange [0.4:\(baselines.count).6]
            set ytics (\(ticks)) font ",12"
            \(PlotScript.plot(plots))
            """
    }
}
