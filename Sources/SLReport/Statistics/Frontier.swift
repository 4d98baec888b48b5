/// The best that is had for no more than a cost, cost by cost.
package enum Frontier {
    package struct Step: Sendable, Hashable {
        /// From here on; up to the next step's cost.
        package var cost: Double
        /// The place of the lowest loss among all points that cost no more.
        package var best: Int
        /// Others that cost no more and of which nobody has shown that they are worse.
        package var alike: [Int]
        /// Others that cost no more of which nobody can say.
        package var unknown: [Int]
    }

    /// The steps of ``ParetoFront/indices(_:)``, points of one cost and one loss as one step.
    ///
    /// - Parameter isWorse: whether the first point is shown to be worse than the second; `nil` where nothing can tell.
    package static func steps(_ points: [(cost: Double, loss: Double)], isWorse: (Int, Int) -> Bool?) -> [Step] {
        let front = ParetoFront.indices(points.map { ($0.cost, $0.loss) })
        let best = front.indices.filter { $0 == 0 || points[front[$0]] != points[front[$0 - 1]] }.map { front[$0] }
        return best.map { best in
            let others = points.indices.filter { $0 != best && points[$0].loss.isFinite && points[$0].cost <= points[best].cost }
            let judged = others.map { ($0, isWorse($0, best)) }
            return Step(
                cost: points[best].cost, best: best, alike: judged.filter { $0.1 == false }.map(\.0), unknown: judged.filter { $0.1 == nil }.map(\.0))
        }
    }
}
