public import SLSpec

extension PlotScript {
    /// The final evaluation loss of every cell, a row each and families under their names, where a size has so many methods that curves can't be
    /// told apart; `nil` where none has.
    public static func finalLosses(_ history: SweepHistory) -> String? {
        script(SizeGroup.groups(of: history).filter(\.isGrouped).compactMap(FinalLossPanel.init))
    }
}

/// The final losses of one model size.
struct FinalLossPanel: PlotPanel {
    /// A line of the picture: a family's name, or a cell of it.
    private struct Row {
        var name: String
        var isFamily = false
        var mean: Double?
        /// Of every seed.
        var losses: [Double] = []
    }

    let model: String
    private let loss: String
    let labels: [String]
    private let rows: [Row]
    private let reference: Double?
    private let counted: [CountedModel]
    private let horizontal: Axis

    /// From row to row, in pixels.
    private static let row = 18.0

    init?(_ group: SizeGroup) {
        var rows: [Row] = []
        var family: MethodFamily?
        for cell in group.cells {
            if rows.isEmpty || cell.family != family { rows.append(Row(name: (cell.family?.rawValue ?? "others").uppercased(), isFamily: true)) }
            family = cell.family
            rows.append(Row(name: cell.legendLabel, mean: cell.evalLoss?.mean, losses: cell.results.map(\.reported.loss)))
        }
        let means = rows.compactMap(\.mean)
        // Rows that learnt next to nothing leave the frame: the others must stay apart.
        let counted = group.counted
        let ceiling = (counted.map(\.loss).max() ?? .infinity) * 1.02
        let framed = means.filter { $0 <= ceiling }
        guard !means.isEmpty,
            let axis = Axis(linear: (framed.isEmpty ? means : framed) + counted.map(\.loss), padding: 0.04, wantedTicks: 8)
        else { return nil }
        let names = PlotScript.shortened(rows.map(\.name), to: 48)
        self.rows = zip(rows, names).map { row, name in
            var row = row
            row.name = name
            return row
        }
        self.counted = counted
        model = group.model.name
        loss = group.cells.lossName
        reference = group.baseline?.evalLoss?.mean
        horizontal = axis
        labels = ["mean over seeds", "seeds"] + [group.baseline?.label].compactMap(\.self) + counted.map(\.label)
    }

    /// Its left margin is that of the cells' names.
    var numbers: [String] { [] }
    var innerHeight: Int { max(Self.innerHeight(60, labels: labels), Int(Self.row * Double(rows.count)) + 12) }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let left = PictureLayout.share(of: rows.map(\.name))
        let (low, high) = (horizontal.range.lowerBound, horizontal.range.upperBound)
        func height(_ place: Int) -> Double { Double(rows.count - place) }
        let ticks = rows.indices.map { "\(PlotScript.quoted(rows[$0].name)) \(Int(height($0)))" }.joined(separator: ", ")
        let bottom = Double(rows.count) + 0.8 - Double(innerHeight) / Self.row
        var (text, plots, keys) = ("", [String](), [String]())
        func draw(_ name: String, _ points: [[Double]], _ words: String) {
            guard !points.isEmpty else { return }
            text += PlotScript.dataBlock("\(name)_\(index)", points)
            plots.append("$\(name)_\(index) using 1:2 with \(words) notitle")
        }
        func key(_ words: String, _ title: String) { keys.append("keyentry with \(words) title \(PlotScript.quoted(title))") }
        // What lies beyond the frame stands at its edge.
        func inside(_ loss: Double) -> Double { min(max(loss, low), high) }

        let bars = rows.indices.filter { rows[$0].isFamily }
        for place in bars { draw("family\(place)", [[low, height(place)], [high, height(place)]], "lines linecolor rgb \"\(PictureColor.guide)\" linewidth 1") }
        let marks = "points pointtype 7 pointsize 0.8 linecolor rgb \"\(PictureColor.cells[1])\""
        let seeds = "points pointtype 6 pointsize 0.45 linecolor rgb \"\(PictureColor.ink)\""
        if let reference {
            let words = "lines linecolor rgb \"\(PictureColor.ink)\" linewidth 1.5 dashtype (8,5)"
            draw("reference", [[reference, bottom], [reference, Double(rows.count) + 0.8]], words)
            key(words, labels[2])
        }
        for (number, one) in counted.enumerated() {
            let words = "lines linecolor rgb \"\(PictureColor.guide)\" linewidth 1.5 dashtype \(one.order == .unigram ? "(8,4)" : "(2,4)")"
            draw("counted\(number)", [[one.loss, bottom], [one.loss, Double(rows.count) + 0.8]], words)
            key(words, one.label)
        }
        draw("mean", rows.indices.compactMap { place in rows[place].mean.map { [inside($0), height(place)] } }, marks)
        draw("seed", rows.indices.flatMap { place in rows[place].losses.map { [inside($0), height(place)] } }, seeds)
        return text + """
            \(layout.frame(index, left: left, right: layout.right))
            \(layout.key(index, sampleLength: 2.5))
            unset label
            set title \(PlotScript.inked("\(model): final \(loss), lower is better"))
            set xlabel \(PlotScript.inked("loss (nats per token)"))
            set ylabel ''
            unset logscale
            \(PlotScript.axis("x", horizontal))
            set yrange [\(PlotScript.number(bottom)):\(rows.count).8]
            set ytics (\(ticks)) font ",12"
            \(PlotScript.plot(plots + ["keyentry with \(marks) title 'mean over seeds'", "keyentry with \(seeds) title 'a seed'"] + keys))
            """
    }
}
