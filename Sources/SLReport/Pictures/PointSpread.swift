/// Points that would cover each other, moved apart sideways as far as they must be.
package enum PointSpread {
    /// - Parameters:
    ///   - points: in pixels.
    ///   - distance: at which two points are told apart, in pixels.
    ///   - width: of the drawing area; no point leaves it.
    /// - Returns: the points' new horizontal places.
    package static func apart(_ points: [(x: Double, y: Double)], distance: Double, width: Double) -> [Double] {
        var places = points.map(\.x)
        // In the order in which they stand, so that none passes another.
        let order = points.indices.sorted { (points[$0].x, points[$0].y, $0) < (points[$1].x, points[$1].y, $1) }
        for _ in 0..<200 {
            var isSettled = true
            for (rank, left) in order.enumerated() {
                for right in order[(rank + 1)...] where abs(points[left].y - points[right].y) < distance {
                    let missing = distance - (places[right] - places[left])
                    guard missing > 0.01, missing < 2 * distance else { continue }
                    places[left] -= missing / 2
                    places[right] += missing / 2
                    isSettled = false
                }
            }
            places = places.map { min(max($0, 0), width) }
            if isSettled { break }
        }
        return places
    }
}
