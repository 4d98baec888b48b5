/// Where the panels of a picture stand: below each other, each with room for its title above and its axis below, and one
/// column at the right for all their legends.
package struct PictureLayout {
    package static let width = 900
    /// Width of a digit at the size of the axes' numbers, and what a title and a tick take beside them.
    private static let digit = 7.7
    private static let title = 44.0
    private static let head = 46
    private static let foot = 78
    /// Widths of letters in gnuplot's svg terminal at the legend's size, and what a sample takes beside them.
    private static let letter = 6.9
    private static let sample = 72.0
    /// Height of an entry of a legend.
    package static let row = 18

    /// Heights of the drawing areas, in pixels.
    package let innerHeights: [Int]
    /// The share of the width that the legends take.
    let legendShare: Double
    /// The left end of drawing areas with numbers at their left, wide enough for the longest of them.
    package let left: Double
    /// Between two drawing areas side by side, the right one with numbers at its left but without a title.
    package let gap: Double

    /// - Parameter numbers: of all vertical axes.
    package init(innerHeights: [Int], labels: [String], numbers: [String]) {
        self.innerHeights = innerHeights
        let digits = Double(numbers.map(\.count).max() ?? 0) * Self.digit
        left = max(83, digits + Self.title) / Double(Self.width)
        gap = max(50, digits + 14) / Double(Self.width)
        let longest = Double(labels.map(\.count).max() ?? 0)
        legendShare = min(0.42, (longest * Self.letter + Self.sample) / Double(Self.width))
    }

    package var height: Int { innerHeights.reduce(0) { $0 + $1 + Self.head + Self.foot } }
    /// The right end of the drawing areas, as a share of the width.
    package var right: Double { 0.985 - legendShare }

    /// The upper end of a panel, as a share of the picture's height from below.
    package func top(_ index: Int) -> Double {
        let above = innerHeights[..<index].reduce(Self.head) { $0 + $1 + Self.head + Self.foot }
        return 1 - Double(above) / Double(height)
    }

    /// The drawing area's place in the picture, so that the axes of all panels line up whatever their labels need.
    package func frame(_ index: Int, left: Double, right: Double) -> String {
        """
        set lmargin at screen \(PlotScript.number(left))
        set rmargin at screen \(PlotScript.number(right))
        set tmargin at screen \(PlotScript.number(top(index)))
        set bmargin at screen \(PlotScript.number(top(index) - Double(innerHeights[index]) / Double(height)))
        """
    }

    /// The legend at the right of a panel, their upper ends level.
    package func key(_ index: Int, sampleLength: Double) -> String {
        "set key at screen \(PlotScript.number(0.995 - legendShare)), screen \(PlotScript.number(top(index))) left top Left reverse "
            + "samplen \(PlotScript.number(sampleLength)) spacing 1 font \",12\" textcolor rgb \"\(PictureColor.ink)\""
    }

    /// The share of the width that texts of the legend's size take, with a margin.
    package static func share(of labels: [String]) -> Double {
        (Double(labels.map(\.count).max() ?? 0) * letter + 30) / Double(width)
    }
}

/// A panel of a picture, all but its place.
package protocol PlotPanel {
    /// Of its legend.
    var labels: [String] { get }
    /// At the left of its vertical axis.
    var numbers: [String] { get }
    /// Height of the drawing area in pixels.
    var innerHeight: Int { get }
    /// gnuplot's commands for it.
    func commands(_ index: Int, _ layout: PictureLayout) -> String
}

extension PlotPanel {
    /// High enough for every entry of the legend, with rows to spare: gnuplot drops those that don't fit.
    static func innerHeight(_ wanted: Int, labels: [String]) -> Int { max(wanted, (labels.count + 4) * PictureLayout.row) }
}
