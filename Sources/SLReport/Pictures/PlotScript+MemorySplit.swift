public import SLSpec

extension PlotScript {
    /// What fills the memory at its peak: a stacked bar per cell, a panel per model size, cells that were only planned among
    /// the others. `nil` when no run recorded its memory and none was planned.
    public static func memorySplit(_ history: SweepHistory) -> String? { script(MemoryPanel.panels(history)) }
}

/// The stacked bars of one model size.
package struct MemoryPanel: PlotPanel {
    package let model: String
    package let entries: [MemoryEntry]
    /// Of the legend: parts, then marks.
    package let labels: [String]
    private let names: [String]
    private let unit: ByteUnit
    private let horizontal: Axis

    /// From bar to bar, in pixels.
    private static let bar = 26.0
    private static let parts: [(name: String, bytes: @Sendable (MemoryBreakdown) -> Int)] = [
        ("weights", { $0.weights }), ("gradients", { $0.gradients }), ("optimizer", { $0.optimizer }), ("indices", { $0.indices }),
        ("activations", { $0.activations }), ("workspace", { $0.workspace }),
    ]
    private static let marks: [(name: String, point: Int, bytes: @Sendable (MemoryEntry) -> Int?)] = [
        ("paper figure", 13, { $0.paperBytes }), ("resident peak", 9, { $0.residentBytes }),
    ]

    static func panels(_ history: SweepHistory) -> [MemoryPanel] {
        var sizes = SizeGroup.groups(of: history).map { ($0.model, $0.cells.compactMap { MemoryEntry($0) }) }
        for (model, cells) in PredictedCell.groups(of: history.predictions) {
            let planned = cells.map { cell in
                var entry = MemoryEntry(cell)
                entry.label += ", predicted"
                return entry
            }
            if let place = sizes.firstIndex(where: { $0.0 == model }) { sizes[place].1 += planned } else { sizes.append((model, planned)) }
        }
        return sizes.compactMap { MemoryPanel(model: $0.0.name, entries: $0.1) }
    }

    init?(model: String, entries: [MemoryEntry]) {
        let figures = entries.flatMap { [$0.split.total, $0.paperBytes, $0.residentBytes ?? 0] }
        let unit = ByteUnit.suited(to: figures)
        let largest = Double(figures.max() ?? 0) / unit.bytes
        guard largest > 0, let axis = Axis(linear: [0, largest * 1.04], padding: 0, wantedTicks: 6) else { return nil }
        self.model = model
        self.entries = entries
        self.unit = unit
        horizontal = axis
        names = PlotScript.shortened(entries.map(\.label), to: 40)
        labels = Self.parts.map(\.name) + Self.marks.filter { mark in entries.contains { mark.bytes($0) != nil } }.map(\.name)
    }

    /// Its left margin is that of the cells' names.
    package var numbers: [String] { [] }
    package var innerHeight: Int { max(Self.innerHeight(60, labels: labels), Int(Self.bar) * entries.count + 6) }

    package func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let left = PictureLayout.share(of: names)
        let bars = bars(index, pixels: (layout.right - left) * Double(PictureLayout.width))
        let marks = marks(index)
        let lowest = Double(entries.count) + 0.6 - Double(innerHeight) / Self.bar
        let ticks = entries.indices.map { "\(PlotScript.quoted(names[$0])) \(entries.count - $0)" }.joined(separator: ", ")
        return bars.data + marks.data + """
            \(layout.frame(index, left: left, right: layout.right))
            \(layout.key(index, sampleLength: 1.5))
            unset label
            \(bars.names)set title \(PlotScript.inked("\(model): tracked memory at the peak"))
            set xlabel \(PlotScript.inked("memory (\(unit.rawValue))"))
            set ylabel ''
            \(PlotScript.axis("x", horizontal))
            set yrange [\(PlotScript.number(lowest)):\(entries.count).6]
            set ytics (\(ticks)) font ",12"
            \(PlotScript.plot(bars.plots + marks.plots))
            """
    }

    /// - Parameter pixels: the width of the drawing area.
    private func bars(_ index: Int, pixels: Double) -> (data: String, names: String, plots: [String]) {
        var (data, texts, plots) = ("", "", [String]())
        var starts = [Double](repeating: 0, count: entries.count)
        let scale = pixels / horizontal.range.upperBound
        for (number, part) in Self.parts.enumerated() {
            let name = PlotScript.quoted(part.name)
            let rows = entries.indices.map { place in
                let start = starts[place]
                let end = start + Double(part.bytes(entries[place].split)) / unit.bytes
                starts[place] = end
                let y = Double(entries.count - place)
                // Named where there is room: then the parts are told by more than colour.
                if let middle = Self.textPlace(
                    width: Double(part.name.count) * 5.5 + 5, between: start * scale, end * scale,
                    around: Double(entries[place].paperBytes) / unit.bytes * scale) {
                    texts += "set label \(name) at \(PlotScript.number(middle / scale)), \(PlotScript.number(y)) center font \",10\" "
                        + "textcolor rgb \"\(PictureColor.inkOnFill)\" front\n"
                }
                return [start, y, start, end, y - 0.36, y + 0.36]
            }
            data += PlotScript.dataBlock("part_\(index)_\(number)", rows)
            plots.append(
                "$part_\(index)_\(number) using 1:2:3:4:5:6 with boxxyerror linecolor rgb \"\(PictureColor.fills[number])\" "
                    + "fillstyle solid 1 border linecolor rgb \"\(PictureColor.paper)\" title \(name)")
        }
        return (data, texts, plots)
    }

    private func marks(_ index: Int) -> (data: String, plots: [String]) {
        var (data, plots) = ("", [String]())
        for (number, mark) in Self.marks.enumerated() {
            let rows = entries.indices.compactMap { place in
                mark.bytes(entries[place]).map { [Double($0) / unit.bytes, Double(entries.count - place)] }
            }
            guard !rows.isEmpty else { continue }
            data += PlotScript.dataBlock("mark_\(index)_\(number)", rows)
            let points = "$mark_\(index)_\(number) using 1:2 with points pointtype \(mark.point)"
            // A rim in the colour of the page: the mark may stand on a bar of any colour.
            plots.append("\(points) pointsize 1.7 linecolor rgb \"\(PictureColor.paper)\" notitle")
            plots.append("\(points) pointsize 1.1 linecolor rgb \"\(PictureColor.ink)\" title \(PlotScript.quoted(mark.name))")
        }
        return (data, plots)
    }

    /// The middle of a text on a part of a bar that leaves a mark uncovered, in pixels; `nil` when there is no room.
    package static func textPlace(width: Double, between start: Double, _ end: Double, around mark: Double) -> Double? {
        let reach = 11.0
        let free = [(start, min(end, mark - reach)), (max(start, mark + reach), end)].filter { $0.1 - $0.0 >= width }
        return free.max { $0.1 - $0.0 < $1.1 - $1.0 }.map { ($0.0 + $0.1) / 2 }
    }
}
