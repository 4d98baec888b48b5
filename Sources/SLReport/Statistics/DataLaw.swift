import Foundation

/// How the loss of fully decayed runs falls with their tokens: L(D) = E + A·(D/D₀)^−β with E ≥ 0, A > 0, β > 0.
///
/// The form in which Wen et al. 2025 (arXiv:2509.02046) turn losses into data. D₀ is the geometric middle of the budgets that were fitted, so that
/// A and β hardly depend on each other's unit.
package struct DataLaw: Sendable, Hashable {
    /// The mean loss of runs of one budget.
    package struct Point: Sendable, Hashable {
        package var tokens: Double
        package var loss: Double
        /// Runs behind it.
        package var weight: Double

        package init(tokens: Double, loss: Double, weight: Double = 1) {
            self.tokens = tokens
            self.loss = loss
            self.weight = weight
        }
    }

    /// E, nats a token: what no number of tokens goes below.
    package var floor: Double
    /// A, nats a token: what D₀ tokens leave above the floor.
    package var excess: Double
    /// β
    package var exponent: Double
    /// D₀
    package var scale: Double
    /// The fit's root mean square residual over runs' means, in nats.
    package var residual: Double

    package init(floor: Double, excess: Double, exponent: Double, scale: Double, residual: Double = 0) {
        self.floor = floor
        self.excess = excess
        self.exponent = exponent
        self.scale = scale
        self.residual = residual
    }

    package func loss(_ tokens: Double) -> Double { floor + excess * pow(tokens / scale, -exponent) }

    /// The tokens that reach a loss; infinite at the floor and below it.
    package func tokens(_ loss: Double) -> Double {
        loss > floor ? scale * pow((loss - floor) / excess, -1 / exponent) : .infinity
    }

    /// The one factor ρ with which L(ρ·D) comes nearest to the points, by least squares in the loss: E, A and β stay this law's, as in the law of
    /// shared exponents of Volkova et al. 2026 (arXiv:2602.07712), who find laws fitted for each optimizer apart to be ill-conditioned.
    ///
    /// - Returns: infinite where the points lie at the floor or below it.
    package func factor(_ points: [Point]) -> Double {
        // L(ρD) = E + ρ^−β·x with x = A·(D/D₀)^−β: linear in ρ^−β.
        var (above, below) = (0.0, 0.0)
        for point in points {
            let x = excess * pow(point.tokens / scale, -exponent)
            above += point.weight * x * (point.loss - floor)
            below += point.weight * x * x
        }
        guard below > 0 else { return .nan }
        return above > 0 ? pow(above / below, -1 / exponent) : .infinity
    }

    /// Root mean square distance of points from L(ρ·D).
    package func residual(_ points: [Point], factor: Double) -> Double {
        let weight = points.reduce(0) { $0 + $1.weight }
        let squares = points.reduce(0) { sum, point in
            let distance = point.loss - loss(factor * point.tokens)
            return sum + point.weight * distance * distance
        }
        return weight > 0 ? (squares / weight).squareRoot() : .nan
    }
}
