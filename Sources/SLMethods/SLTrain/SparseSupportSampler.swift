import SLNumerics
import SLRandom

/// Draws a support of exactly ⌊δ·m·n⌋ entries, uniformly over all supports of that size.
enum SparseSupportSampler {
    static func entryCount(delta: Double, rows: Int, columns: Int) -> Int { Int(delta * Double(rows) * Double(columns)) }

    /// Selection sampling: every position in row-major order is taken with probability (entries still needed) /
    /// (positions still to come). One pass, sorted, no memory besides the result.
    ///
    /// Source: Knuth, The Art of Computer Programming 2, §3.4.2, Algorithm S.
    static func fill(rowStarts: IndexVector, columns: IndexVector, rows: Int, columnCount: Int, from stream: inout RandomStream) {
        var needed = columns.count
        var remaining = rows * columnCount
        var entry = 0
        for row in 0..<rows {
            rowStarts[row] = entry
            for column in 0..<columnCount {
                if needed > 0, stream.uniform() * Double(remaining) < Double(needed) {
                    columns[entry] = column
                    entry += 1
                    needed -= 1
                }
                remaining -= 1
            }
        }
        rowStarts[rows] = entry
    }
}
