import Foundation

extension DataLaw {
    /// With fewer the three numbers of the law could be anything.
    package static let fewestBudgets = 3
    /// Where β is looked for. Language models' lie between 0.1 and 1.
    package static let exponents = 0.01...4.0

    /// The law nearest to the points by weighted least squares.
    ///
    /// For a given β the law is linear in E and A, which are solved for exactly (variable projection); what is left is one number, found on a
    /// logarithmic grid and then by golden section. No start values, no derivative that could vanish.
    ///
    /// - Returns: `nil` with fewer than ``fewestBudgets`` budgets, with points that are not positive and finite, and where the loss does not fall
    ///   with the tokens.
    package init?(_ points: [Point]) {
        guard Set(points.map(\.tokens)).count >= Self.fewestBudgets,
            points.allSatisfy({ $0.tokens > 0 && $0.tokens.isFinite && $0.loss.isFinite && $0.weight > 0 })
        else { return nil }
        let weight = points.reduce(0) { $0 + $1.weight }
        let scale = exp(points.reduce(0) { $0 + $1.weight * log($1.tokens) } / weight)
        let profile = Profile(points.map { (log($0.tokens / scale), $0.loss, $0.weight) })

        let steps = 120
        let (low, high) = (log(Self.exponents.lowerBound), log(Self.exponents.upperBound))
        let width = (high - low) / Double(steps)
        let grid = (0...steps).map { profile.solved(exp(low + Double($0) * width)).squares }
        guard let best = grid.indices.min(by: { grid[$0] < grid[$1] }), grid[best].isFinite else { return nil }
        let place = Self.lowest(
            from: low + Double(max(0, best - 1)) * width, to: low + Double(min(steps, best + 1)) * width, profile)
        let exponent = exp(place)
        let solution = profile.solved(exponent)
        guard solution.squares.isFinite else { return nil }
        self.init(
            floor: solution.floor, excess: solution.excess, exponent: exponent, scale: scale,
            residual: (max(0, solution.squares) / weight).squareRoot())
    }

    /// Golden section, until the bracket is a ten-thousand-millionth of a factor wide.
    private static func lowest(from start: Double, to end: Double, _ profile: Profile) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (start, end)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (profile.solved(exp(left)).squares, profile.solved(exp(right)).squares)
        while high - low > 1e-10 {
            if atLeft <= atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = profile.solved(exp(left)).squares
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = profile.solved(exp(right)).squares
            }
        }
        return (low + high) / 2
    }

    /// The sum of squares that the best E ≥ 0 and A > 0 leave, by β.
    private struct Profile {
        /// ln(D/D₀), loss, weight.
        let points: [(distance: Double, loss: Double, weight: Double)]
        let weight: Double
        let meanLoss: Double

        init(_ points: [(distance: Double, loss: Double, weight: Double)]) {
            self.points = points
            weight = points.reduce(0) { $0 + $1.weight }
            meanLoss = points.reduce(0) { $0 + $1.weight * $1.loss } / weight
        }

        /// Infinite squares where no A > 0 is best: there the loss does not fall.
        func solved(_ exponent: Double) -> (floor: Double, excess: Double, squares: Double) {
            let powers = points.map { exp(-exponent * $0.distance) }
            let meanPower = zip(points, powers).reduce(0) { $0 + $1.0.weight * $1.1 } / weight
            var (own, shared) = (0.0, 0.0)
            for (point, power) in zip(points, powers) {
                own += point.weight * (power - meanPower) * (power - meanPower)
                shared += point.weight * (power - meanPower) * (point.loss - meanLoss)
            }
            var excess = own > 0 ? shared / own : 0
            var floor = meanLoss - excess * meanPower
            if floor < 0 {
                floor = 0
                let (above, below) = zip(points, powers).reduce((0.0, 0.0)) { sums, pair in
                    (sums.0 + pair.0.weight * pair.1 * pair.0.loss, sums.1 + pair.0.weight * pair.1 * pair.1)
                }
                excess = below > 0 ? above / below : 0
            }
            guard excess > 0 else { return (floor, 0, .infinity) }
            let squares = zip(points, powers).reduce(0.0) { sum, pair in
                let distance = pair.0.loss - floor - excess * pair.1
                return sum + pair.0.weight * distance * distance
            }
            return (floor, excess, squares)
        }
    }
}
