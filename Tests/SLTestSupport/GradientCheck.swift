public import SLNumerics

/// Derivatives by central differences, in `Double`.
public struct GradientCheck: Sendable {
    /// The distance h in f′(x) ≈ [8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))] / 12h.
    ///
    /// The truncation error is h⁴·f⁽⁵⁾/30 ≈ 3e-16 for functions of order 1, the rounding error 1e-16·f/h ≈ 3e-13.
    public var step: Double
    /// Allowed ‖analytic − numeric‖ / max(‖analytic‖, ‖numeric‖) of one tensor: well above the two errors for gradients
    /// of norm 1e-5 and more, and 10⁴ times below a gradient that is wrong by 1 %.
    public var tolerance: Double
    /// Gradients of a smaller norm are allowed the error of this one: rounding does not shrink with them.
    private static let smallestNorm = 1e-5

    public init(step: Double = 3e-4, tolerance: Double = 1e-6) {
        precondition(step > 0 && tolerance > 0)
        self.step = step
        self.tolerance = tolerance
    }

    /// What a comparison of one tensor found.
    public struct Result: Sendable, CustomStringConvertible {
        public let relativeError: Double
        public let numericNorm: Double
        public let passes: Bool
        /// The function does not depend on the tensor at this point.
        public var isDead: Bool { numericNorm < 1e-10 }

        public var description: String { "relative error \(relativeError), numeric norm \(numericNorm)" }
    }

    /// The derivative of `function` by every element of `values`.
    public func numeric(_ values: Matrix<Double>, _ function: () throws -> Double) throws -> [Double] {
        var result: [Double] = []
        for row in 0..<values.rows {
            for column in 0..<values.columns { result.append(try derivative(values, row: row, column: column, function)) }
        }
        return result
    }

    private func derivative(_ values: Matrix<Double>, row: Int, column: Int, _ function: () throws -> Double) throws -> Double {
        let original = values[row, column]
        defer { values[row, column] = original }
        func moved(by steps: Double) throws -> Double {
            values[row, column] = original + steps * step
            return try function()
        }
        let near = try moved(by: 1) - moved(by: -1)
        let far = try moved(by: 2) - moved(by: -2)
        return (8 * near - far) / (12 * step)
    }

    public func compare(analytic: [Double], numeric: [Double]) -> Result {
        let deviation = Deviation(analytic, from: numeric)
        let norm = numeric.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Two tensors of mere rounding error agree.
        let isZero = deviation.isComparable && deviation.scale < 1e-10
        return Result(
            relativeError: isZero ? 0 : deviation.relative, numericNorm: norm, passes: isZero || deviation.relative <= tolerance * max(1, Self.smallestNorm / deviation.scale))
    }

    /// - Parameter most: how many elements of a larger tensor are looked at, spread over it: all of them if not given.
    public func check(_ values: Matrix<Double>, analytic: [Double], most: Int = .max, _ function: () throws -> Double) throws -> Result {
        guard values.count > most else { return compare(analytic: analytic, numeric: try numeric(values, function)) }
        // A stride that is prime to the usual sides meets every row and column in turn.
        let places = Set((0..<most).map { ($0 * values.count / most + 7 * $0) % values.count }).sorted()
        let numeric = try places.map { try derivative(values, row: $0 / values.columns, column: $0 % values.columns, function) }
        return compare(analytic: places.map { analytic[$0] }, numeric: numeric)
    }
}
