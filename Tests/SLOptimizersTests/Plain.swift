import SLNumerics

/// A matrix as the definition has it: rows of numbers, loops, no storage.
struct Plain {
    var rows: [[Double]]

    init(_ rows: [[Double]]) { self.rows = rows }
    init(_ matrix: Matrix<Double>) {
        rows = (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix[row, $0] } }
    }
    init(_ count: Int, _ columns: Int) { rows = Array(repeating: Array(repeating: 0, count: columns), count: count) }

    var elements: [Double] { rows.flatMap { $0 } }
    var transposed: Plain { Plain(rows[0].indices.map { column in rows.map { $0[column] } }) }
    var squared: Double { elements.reduce(0) { $0 + $1 * $1 } }
    var length: Double { squared.squareRoot() }

    static func * (a: Plain, b: Plain) -> Plain {
        let columns = b.transposed.rows
        func product(_ row: [Double], _ column: [Double]) -> Double {
            var sum = 0.0
            for (x, y) in Swift.zip(row, column) { sum += x * y }
            return sum
        }
        return Plain(a.rows.map { row in columns.map { product(row, $0) } })
    }
    static func * (a: Double, b: Plain) -> Plain { b.map { a * $0 } }
    static func + (a: Plain, b: Plain) -> Plain { a.zip(b) { $0 + $1 } }
    static func - (a: Plain, b: Plain) -> Plain { a.zip(b) { $0 - $1 } }

    func map(_ body: (Double) -> Double) -> Plain { Plain(rows.map { $0.map(body) }) }
    func zip(_ other: Plain, _ body: (Double, Double) -> Double) -> Plain {
        Plain(Swift.zip(rows, other.rows).map { Swift.zip($0, $1).map(body) })
    }
}

/// GaLore's family in plain words: R = GPᵀ or PᵀG, Adam on R in Hugging Face's form, and what comes of it.
struct PlainProjection {
    let isRight: Bool
    let scale: Double
    var m: Plain
    var v: Plain
    var previous = 0.0
    var error: Plain
    private(set) var updates = 0

    init(rows: Int, columns: Int, rank: Int, scale: Double) {
        isRight = rows >= columns
        self.scale = scale
        m = isRight ? Plain(rows, rank) : Plain(rank, columns)
        v = m
        error = Plain(rows, columns)
    }

    func project(_ g: Plain, _ p: Plain) -> Plain { isRight ? g * p.transposed : p.transposed * g }
    func back(_ n: Plain, _ p: Plain) -> Plain { isRight ? n * p : p * n }

    /// N and the size of its step.
    mutating func adam(_ r: Plain, rate: Double) -> (Plain, Double) {
        updates += 1
        m = 0.9 * m + 0.1 * r
        v = 0.999 * v + 0.001 * r.map { $0 * $0 }
        var (c1, c2) = (1.0, 1.0)
        for _ in 0..<updates { (c1, c2) = (c1 * 0.9, c2 * 0.999) }
        return (m.zip(v) { $0 / ($1.squareRoot() + 1e-6) }, rate * (1 - c2).squareRoot() / (1 - c1))
    }

    /// φ, and the limit of its growth.
    mutating func scaled(_ g: Plain, _ n: Plain, _ r: Plain, perTensor: Bool, factor: Double, limit: Double?) -> Plain {
        func lengths(_ x: Plain) -> [Double] { (isRight ? x : x.transposed).rows.map { Plain([$0]).length } }
        let factors = perTensor
            ? Array(repeating: n.length / (r.length + 1e-8), count: isRight ? g.rows.count : g.rows[0].count)
            : Swift.zip(lengths(n), lengths(r)).map { $0 / ($1 + 1e-8) }
        var s = factor * Plain(g.rows.enumerated().map { i, row in row.enumerated().map { j, x in x * factors[isRight ? i : j] } })
        let z = s.length
        let c = updates == 1 || limit == nil ? 1 : max(z / (previous + 1e-8), limit ?? 1) / (limit ?? 1)
        s = (1 / c) * s
        previous = z / c
        return s
    }
}
