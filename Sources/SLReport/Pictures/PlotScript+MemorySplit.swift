import SLSpec

extension PlotScript {
    /// What fills the memory at its peak: a stacked bar per cell, a panel per model size, cells that were only planned among
    /// the others. `nil` when no run recorded its memory and none was planned.
    public static func memorySplit(_ history: SweepHistory) -> String? { script(MemoryPanel.panels(history)) }
}

/// The stacked bars of one model size.
struct MemoryPanel: PlotPanel {
    let model: String
    let entries: [MemoryEntry]
    /// Of the legend: parts, then marks.
    let labels: [String]
    private let names: [String]
    private let unit: ByteUnit
    private let horizontal: Axis

    private static let parts: [(name: String, bytes: @Sendable (MemoryBreakdown) -> Int)] = [
        ("weights", { $0.weights }), ("gradients", { $0.gradients }), ("optimizer", { $0.optimizer }), ("indices", { $0.indices }),
        ("activations", { $0.activations }), ("workspace", { $0.workspace }),
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
        self.model = model
        self.entries = entries
        names = PlotScript.shortened(entries.map(\.label), to: 40)
        let figures = entries.flatMap { [$0.split.total, $0.paperBytes, $0.residentBytes ?? 0] }
        let unit = ByteUnit.suited(to: figures)
        self.unit = unit
        guard let largest = figures.max(), largest > 0, let axis = Axis(linear: [0, Double(largest) / unit.bytes * 1.04], padding: 0, wantedTicks: 6)
        else { return nil }
        horizontal = axis
        labels = Self.parts.map(\.name) + ["paper figure"] + (entries.contains { $0.residentBytes != nil } ? ["resident peak"] : [])
    }

    var innerHeight: Int { max(Self.innerHeight(60, labels: labels), Int(Self.bar) * (entries.count) + 6) }
    /// From bar to bar, in pixels.
    private static let bar = 26.0

    /// The middle of a text on a part of a bar that leaves a mark uncovered, in pixels; `nil` when there is no room.
    static func place(width: Double, between start: Double, _ end: Double, around mark: Double) -> Double? {
        let reach = 11.0
        let free = [(start, min(end, mark - reach)), (max(start, mark + reach), end)].filter { $0.1 - $0.0 >= width }
        return free.max { $0.1 - $0.0 < $1.1 - $1.0 }.map { ($0.0 + $0.1) / 2 }
    }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let left = min(0.42, PictureLayout.share(of: names))
        let right = layout.right
        var text = ""
        var plots: [String] = []
        var captions: [String] = []
        var starts = [Double](repeating: 0, count: entries.count)
        let pixelsPerUnit = (right - left) * Double(PictureLayout.width) / horizontal.range.upperBound
        for (number, part) in Self.parts.enumerated() {
            let rows = entries.indices.map { place in
                let width = Double(part.bytes(entries[place].split)) / unit.bytes
                let y = Double(entries.count - place)
                defer { starts[place] += width }
                // Named where there is room: then the parts are told by more than colour.
                if let middle = Self.place(
                    width: Double(part.name.count) * 5.8 + 8, between: starts[place] * pixelsPerUnit, (starts[place] + width) * pixelsPerUnit,
                    around: Double(entries[place].paperBytes) / unit.bytes * pixelsPerUnit) {
                    captions.append(
                        "set label \(PlotScript.quoted(part.name)) at \(PlotScript.number(middle / pixelsPerUnit)), \(PlotScript.number(y)) "
                            + "center font \",10\" textcolor rgb \"\(PictureColor.inkOnFill)\" front\n")
                }
                return [starts[place], y, starts[place], starts[place] + width, y - 0.36, y + 0.36]
            }
            text += PlotScript.dataBlock("part_\(index)_\(number)", rows)
            let fill = "fillstyle solid 1 border linecolor rgb \"\(PictureColor.paper)\""
            plots.append("$part_\(index)_\(number) using 1:2:3:4:5:6 with boxxyerror linecolor rgb \"\(PictureColor.fills[number])\" \(fill) "
                + "title \(PlotScript.quoted(part.name))")
        }
        let marks: [(name: String, point: Int, bytes: (MemoryEntry) -> Int?)] = [
            ("paper figure", 13, { $0.paperBytes }), ("resident peak", 9, { $0.residentBytes }),
        ]
        for (number, mark) in marks.enumerated() {
            let rows = entries.indices.compactMap { place in
                mark.bytes(entries[place]).map { [Double($0) / unit.bytes, Double(entries.count - place)] }
            }
            guard !rows.isEmpty else { continue }
            text += PlotScript.dataBlock("mark_\(index)_\(number)", rows)
            // A rim in the colour of the page: the mark may stand on a bar of any colour.
            for (color, size, title) in [(PictureColor.paper, "1.7", "notitle"), (PictureColor.ink, "1.1", "title \(PlotScript.quoted(mark.name))")] {
                plots.append("$mark_\(index)_\(number) using 1:2 with points pointtype \(mark.point) pointsize \(size) linecolor rgb \"\(color)\" \(title)")
            }
        }
        let ticks = entries.indices.map { "\(PlotScript.quoted(names[$0])) \(entries.count - $0)" }.joined(separator: ", ")
        return text + """
            \(layout.frame(index, left: left, right: right))
            \(layout.key(index, sampleLength: 1.5))
            unset label
            set title \(PlotScript.inked("\(model): tracked memory at the peak"))
            set xlabel \(PlotScript.inked("memory (\(unit.rawValue))"))
            set ylabel ''
            \(PlotScript.axis("x", horizontal))
            set yrange [\(PlotScript.number(Double(entries.count) + 0.6 - Double(innerHeight) / Self.bar)):\(entries.count).6]
            set ytics (\(ticks)) font ",12"
            \(captions.joined())\(PlotScript.plot(plots))
            """
    }
}
