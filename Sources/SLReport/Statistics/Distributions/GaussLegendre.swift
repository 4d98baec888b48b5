import Foundation

/// Integrals by Gauss and Legendre's rule of 16 points on each piece of a range.
enum GaussLegendre {
    private static let points: [(place: Double, weight: Double)] = {
        let count = 16
        return (0..<count).map { index in
            // Newton's iteration for the root of the Legendre polynomial, from Tricomi's first guess.
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var (last, value) = (1.0, x)
                for n in 2...count { (last, value) = (value, ((2 * Double(n) - 1) * x * value - (Double(n) - 1) * last) / Double(n)) }
                slope = Double(count) * (x * value - last) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            return (x, 2 / ((1 - x * x) * slope * slope))
        }
    }()

    /// - Parameter edges: ascending; between two of them the function is smooth.
    static func integral(_ edges: [Double], _ function: (Double) -> Double) -> Double {
        zip(edges, edges.dropFirst()).reduce(0) { sum, piece in
            let (middle, half) = ((piece.0 + piece.1) / 2, (piece.1 - piece.0) / 2)
            guard half > 0 else { return sum }
            return sum + half * points.reduce(0) { $0 + $1.weight * function(middle + half * $1.place) }
        }
    }
}
