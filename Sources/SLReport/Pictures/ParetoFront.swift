/// The points that no other beats, where less is better on both axes.
package enum ParetoFront {
    /// The places of the non-dominated points, by ascending x. A point is dominated when another is nowhere worse and
    /// somewhere better; of equal points none dominates. A point that is not finite is never on the front.
    package static func indices(_ points: [(x: Double, y: Double)]) -> [Int] {
        let order = points.indices.filter { points[$0].x.isFinite && points[$0].y.isFinite }
            .sorted { (points[$0].x, points[$0].y, $0) < (points[$1].x, points[$1].y, $1) }
        var front: [Int] = []
        for index in order {
            guard let last = front.last else {
                front.append(index)
                continue
            }
            let (point, best) = (points[index], points[last])
            if point.y < best.y || (point.x == best.x && point.y == best.y) { front.append(index) }
        }
        return front
    }

    /// The cells of the front as far as the seeds show one, by ascending cost: the cheapest, and every cell whose loss is lower than
    /// that of each cheaper cell by more than the 95 % t-interval of their paired difference. Without several seeds no
    /// difference is known to be more than noise, and only the cheapest remains.
    package static func shown(_ cells: [(cost: Double, cell: ReportCell)]) -> [Int] {
        let order = cells.indices.filter { cells[$0].cost.isFinite && cells[$0].cell.evalLoss != nil }
            .sorted { (cells[$0].cost, cells[$0].cell.evalLoss?.mean ?? 0, $0) < (cells[$1].cost, cells[$1].cell.evalLoss?.mean ?? 0, $1) }
        return order.enumerated().filter { rank, place in
            order[..<rank].allSatisfy { cheaper in
                let difference = PairedDifference(cells[place].cell, against: cells[cheaper].cell).loss
                return (difference?.interval95?.upperBound ?? .infinity) < 0
            }
        }.map(\.element)
    }

    /// The border of what the points reach, as corners of a staircase: down to the first point from the frame's upper end,
    /// then right and down from point to point, and from the last to the frame's right end.
    package static func staircase(_ points: [(x: Double, y: Double)], right: Double, top: Double) -> [(x: Double, y: Double)] {
        let front = indices(points).map { points[$0] }
        guard let first = front.first, let last = front.last else { return [] }
        var corners = [(first.x, top), (first.x, first.y)]
        for (before, point) in zip(front, front.dropFirst()) where point.y < before.y {
            corners += [(point.x, before.y), (point.x, point.y)]
        }
        return corners + [(right, last.y)]
    }
}
