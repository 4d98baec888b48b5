/// Colour, shape and dash of a cell, the same in all pictures of a sweep; those of a method are the same in every report.
///
/// Colour stands for the method, and so does the shape; filling and size of the shape, and the dash, tell its cells apart.
/// No two cells share all of them, so that nothing is told by colour alone.
package struct CellStyle: Hashable {
    package var color: String
    package var point: Int
    package var dash: String
    var pointSize: Double

    /// gnuplot's point types, filled and open: circle, square, triangle, inverted triangle, diamond, pentagon.
    private static let shapes = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (15, 14)]
    /// Seven, a prime: steps of three through them meet every one.
    private static let dashes = ["solid", "(10,4)", "(3,3)", "(12,3,3,3)", "(6,3)", "(14,3,3,3,3,3)", "(2,6)"]

    /// - Parameters:
    ///   - method: place of the method in ``MethodPalette``
    ///   - variant: place of the cell among those of its method and size
    package init(method: Int, variant: Int) {
        // Cells beyond six of a method have another shape, too.
        let shape = Self.shapes[(method + variant / 6) % Self.shapes.count]
        color = MethodPalette.color(method)
        point = variant % 2 == 0 ? shape.0 : shape.1
        dash = Self.dashes[(method + 3 * variant) % Self.dashes.count]
        pointSize = 0.9 + 0.2 * Double(variant / 2 % 3)
    }

    /// Small grey dots for cells that a panel shows without naming them.
    static let other: CellStyle = {
        var style = CellStyle(method: 0, variant: 0)
        (style.color, style.pointSize) = (PictureColor.guide, 0.35)
        return style
    }()

    var colorWords: String { "linecolor rgb \"\(color)\"" }
    func lineWords(width: Double) -> String { "\(colorWords) linewidth \(NumberFormat.general(width)) dashtype \(dash)" }

    /// - Parameter scale: how much larger than the style's own size.
    func pointWords(scale: Double) -> String { "\(colorWords) \(shapeWords(scale: scale))" }

    private func shapeWords(scale: Double) -> String { "pointtype \(point) pointsize \(NumberFormat.general(pointSize * scale))" }

    /// The point at a place of a data block: an open one is filled with the colour of the page, so that it stays open over
    /// others.
    package func points(_ block: String, scale: Double) -> [String] {
        let own = "$\(block) using 1:2 with points \(pointWords(scale: scale)) linewidth 2 notitle"
        guard let filled = Self.shapes.first(where: { $0.1 == point })?.0 else { return [own] }
        var ground = self
        (ground.color, ground.point) = (PictureColor.paper, filled)
        return ["$\(block) using 1:2 with points \(ground.pointWords(scale: scale)) notitle", own]
    }

    /// A curve in a legend.
    func curveKey(_ title: String, width: Double, scale: Double) -> String {
        "keyentry with linespoints \(lineWords(width: width)) \(shapeWords(scale: scale)) title \(PlotScript.quoted(title))"
    }

    /// The interval of a point, in the third and fourth column of its data block.
    package func interval(_ block: String) -> String {
        "$\(block) using 1:2:3:4 with yerrorbars \(colorWords) pointtype -1 linewidth 1.5 notitle"
    }

    package static func styles(_ groups: [SizeGroup]) -> [[CellStyle]] {
        let places = MethodPalette.places(groups.flatMap(\.cells).map(\.method))
        return groups.map { group in
            var seen: [String: Int] = [:]
            return group.cells.map { cell in
                let variant = seen[cell.method, default: 0]
                seen[cell.method] = variant + 1
                return CellStyle(method: places[cell.method] ?? 0, variant: variant)
            }
        }
    }
}
