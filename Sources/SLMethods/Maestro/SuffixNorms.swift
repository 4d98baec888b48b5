import SLMethodKit
import SLNumerics

/// What the hierarchical group lasso is made of: the norms ‖A_{i:}‖ of all rows from i on, and ‖B_{:,i:}‖ of all columns, i < width.
struct SuffixNorms {
    let down: [Double]
    let up: [Double]

    /// - Parameter row: [1, max(in, r)] of temporary space.
    init<Element: Scalar>(_ factors: LowRankFactors<Element>, width: Int, row: Matrix<Element>) {
        let (inFeatures, rank) = (factors.down.columns, factors.rank)
        let (wide, narrow) = (row.window(rows: 0..<1, columns: 0..<inFeatures), row.window(rows: 0..<1, columns: 0..<rank))
        let rows = (0..<width).map { index -> Double in
            factors.down.stored.read(rows: index..<index + 1, into: wide)
            return wide.sumOfSquares()
        }
        var sums = [Double](repeating: 0, count: rank)
        for index in 0..<factors.up.rows {
            factors.up.stored.read(rows: index..<index + 1, into: narrow)
            narrow.addSquares(to: &sums)
        }
        down = Self.norms(rows)
        up = Self.norms(Array(sums.prefix(width)))
    }

    private static func norms(_ squares: [Double]) -> [Double] {
        var sum = 0.0
        return squares.reversed().map { square in
            sum += square
            return sum.squareRoot()
        }.reversed()
    }

    /// What the gradient of Σᵢ‖x_{i:}‖ multiplies vector j with: Σ_{i ≤ j} 1/‖x_{i:}‖.
    static func slopes(_ norms: [Double]) -> [Double] {
        var sum = 0.0
        return norms.map { norm in
            if norm > 0 { sum += 1 / norm }
            return sum
        }
    }

    /// Of every rank: the product of both norms.
    var importance: [Double] { zip(down, up).map { $0 * $1 } }
}
