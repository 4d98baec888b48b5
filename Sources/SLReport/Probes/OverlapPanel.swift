import SLSpec

/// How much of a subspace stayed at each refresh, as a heat map: a row for each linear, a column for each refresh.
struct OverlapPanel: PlotPanel {
    private let title: String
    private let rows: [(name: String, values: [Double])]
    private let columns: Int

    /// From row to row, in pixels.
    private static let row = 13
    /// Columns that a picture has room for.
    private static let mostColumns = 120

    static func panels(_ history: SweepHistory) -> [OverlapPanel] {
        ProbeSeries.all(SizeGroup.groups(of: history)).flatMap { part in part.series.compactMap { OverlapPanel(model: part.title, $0) } }
    }

    /// `nil` for a cell without subspaces that are kept, or without a second refresh.
    init?(model: String, _ series: ProbeSeries) {
        rows = series.overlaps.map { ("\($0.layer) \($0.role.moduleName)", SweepReport.thinned($0.values, to: Self.mostColumns)) }
        columns = rows.map(\.values.count).max() ?? 0
        guard columns > 0 else { return nil }
        title = "\(model) \(series.label): overlap of each subspace with the one before"
    }

    var labels: [String] { ["overlap 0.00"] }
    var numbers: [String] { [] }
    var innerHeight: Int { max(120, rows.count * Self.row) }

    func commands(_ index: Int, _ layout: PictureLayout) -> String {
        let count = rows.count
        let cells = rows.enumerated().flatMap { place, row in
            row.values.enumerated().map { column, value -> [Double] in
                let (x, y) = (Double(column + 1), Double(count - place))
                return [x, y, x - 0.5, x + 0.5, y - 0.5, y + 0.5, value]
            }
        }
        let names = rows.enumerated().map { "\(PlotScript.quoted($1.name)) \(count - $0)" }.joined(separator: ", ")
        let horizontal = Axis(linear: [0.5, Double(columns) + 0.5], padding: 0, wantedTicks: 8)
        let ticks = (horizontal?.ticks ?? []).filter { $0 == $0.rounded() && $0 >= 1 }
        let right = layout.right
        return PlotScript.dataBlock("overlap_\(index)", cells) + """
            \(layout.frame(index, left: PictureLayout.share(of: rows.map(\.name)), right: right))
            unset key
            unset arrow
            unset label
            set title \(PlotScript.inked(title))
            set xlabel \(PlotScript.inked("refresh, the second first"))
            set ylabel ''
            unset logscale
            set xrange [0.5:\(columns).5]
            set yrange [0.5:\(count).5]
            set xtics \(PlotScript.ticks(ticks))
            set ytics (\(names)) font ",9"
            set palette defined (0 "#f7fbff", 0.25 "#c6dbef", 0.5 "#6baed6", 0.75 "#2171b5", 1 "#08306b")
            set cbrange [0:1]
            set colorbox user origin screen \(PlotScript.number(right + 0.03)), screen \(PlotScript.number(layout.top(index) - 110 / Double(layout.height))) size screen 0.02, screen \(PlotScript.number(110 / Double(layout.height)))
            set cbtics 0.25 textcolor rgb "\(PictureColor.ink)" font ",11"
            plot $overlap_\(index) using 1:2:3:4:5:6:7 with boxxyerror linecolor palette fillstyle solid 1 noborder notitle

            """
    }
}
