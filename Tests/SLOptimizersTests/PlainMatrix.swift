import SLNumerics

/// A matrix by the plainest loops: what rules are held against.
struct PlainMatrix: Equatable {
    let rows: Int
    let columns: Int
    var values: [Double]

    init(_ rows: Int, _ columns: Int, _ values: [Double]? = nil) {
        (self.rows, self.columns) = (rows, columns)
        self.values = values ?? Array(repeating: 0, count: rows * columns)
    }

    init(_ matrix: Matrix<Double>) { self.init(matrix.rows, matrix.columns, matrix.elements) }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    var transposed: PlainMatrix {
        var result = PlainMatrix(columns, rows)
        for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
        return result
    }

    static func * (a: PlainMatrix, b: PlainMatrix) -> PlainMatrix {
        var result = PlainMatrix(a.rows, b.columns)
        for i in 0..<a.rows { for j in 0..<b.columns { for k in 0..<a.columns { result[i, j] += a[i, k] * b[k, j] } } }
        return result
    }

    /// Entry by entry.
    func map(_ body: (Double) -> Double) -> PlainMatrix { PlainMatrix(rows, columns, values.map(body)) }

    func with(_ other: PlainMatrix, _ body: (Double, Double) -> Double) -> PlainMatrix {
        PlainMatrix(rows, columns, zip(values, other.values).map(body))
    }

    /// this · a + other · b
    func mixed(_ a: Double, _ other: PlainMatrix, _ b: Double) -> PlainMatrix { with(other) { a * $0 + b * $1 } }

    func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }
    func column(_ j: Int) -> [Double] { (0..<rows).map { self[$0, j] } }

    var sumOfSquares: Double { values.reduce(0) { $0 + $1 * $1 } }
    var rms: Double { (sumOfSquares / Double(values.count)).squareRoot() }
    var largest: Double { values.map(abs).max() ?? 0 }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }
}
