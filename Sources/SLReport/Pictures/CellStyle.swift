/// Colour, shape and dash of a cell, the same in all pictures of a sweep.
struct CellStyle {
    var color: String
    var point: Int
    var dash: Int
    var pointSize: Double

    /// The palette of Okabe and Ito, told apart with every common form of colour blindness; grey in place of its yellow,
    /// which is too pale on white.
    private static let colors = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F"]
    /// gnuplot's point types: filled, open. Circle, square, triangle, inverted triangle, diamond, pentagon.
    private static let shapes = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (15, 14), (3, 2), (1, 1)]

    /// - Parameters:
    ///   - method: place of the method among those of the sweep
    ///   - variant: place of the cell among those of its method and size
    init(method: Int, variant: Int) {
        let shape = Self.shapes[method % Self.shapes.count]
        color = Self.colors[method % Self.colors.count]
        point = variant % 2 == 0 ? shape.0 : shape.1
        dash = 1 + variant % 4
        pointSize = 0.9 + 0.35 * Double(variant / 2)
    }

    static func styles(_ groups: [SizeGroup]) -> [[CellStyle]] {
        let methods = MarkdownText.distinct(groups.flatMap(\.cells).map(\.method))
        return groups.map { group in
            var seen: [String: Int] = [:]
            return group.cells.map { cell in
                let variant = seen[cell.method, default: 0]
                seen[cell.method] = variant + 1
                return CellStyle(method: methods.firstIndex(of: cell.method) ?? 0, variant: variant)
            }
        }
    }
}
