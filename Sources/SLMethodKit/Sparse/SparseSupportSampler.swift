public import SLNumerics
public import SLRandom

/// Chooses which entries of a matrix a sparse part has.
///
/// Within groups each row is cut into groups of so many neighbours, the last one perhaps shorter, and the same share is kept of each: N of
/// every M, where M is the group's size.
public struct SparseSupportSampler: Sendable, Hashable {
    /// δ: share of entries that are kept.
    public let density: Double
    /// M; `nil` where entries stand wherever they like.
    public let group: Int?
    /// So many entries are kept of every matrix at least, where they stand wherever they like.
    public let least: Int

    public init(density: Double, group: Int? = nil, least: Int = 0) {
        self.density = density
        self.group = group
        self.least = least
    }

    /// Entries of an m × n matrix that are kept: ⌊δ·m·n⌋, or ⌊δ·M⌋ of every group.
    public func entryCount(rows: Int, columns: Int) -> Int {
        guard let group else { return max(least, Int(density * Double(rows) * Double(columns))) }
        return rows * (columns / group * kept(of: group) + kept(of: columns % group))
    }

    /// N of a group. A share like 0.3 of 10 is 3, however it is rounded.
    private func kept(of size: Int) -> Int { Int(density * Double(size) + 1e-9) }

    /// Uniform over all supports of that size: positions in row-major order, ascending.
    ///
    /// Selection sampling: every position is taken with probability (entries still needed) / (positions still to come). One pass, sorted.
    ///
    /// Source: Knuth, The Art of Computer Programming 2, §3.4.2, Algorithm S.
    public func random(rows: Int, columns: Int, from stream: inout RandomStream) -> [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(entryCount(rows: rows, columns: columns))
        forEachGroup(rows: rows, columns: columns) { range, count in
            positions += Self.sample(count, of: range.count, from: &stream) { range.lowerBound + $0 }
        }
        return positions
    }

    /// `count` of the numbers below `total`, ascending, each through `place`.
    static func sample(_ count: Int, of total: Int, from stream: inout RandomStream, _ place: (Int) -> Int) -> [Int] {
        var chosen: [Int] = []
        var (needed, remaining) = (count, total)
        for index in 0..<total where needed > 0 {
            if stream.uniform() * Double(remaining) < Double(needed) {
                chosen.append(place(index))
                needed -= 1
            }
            remaining -= 1
        }
        return chosen
    }

    /// The entries of largest magnitude, or of smallest, of the matrix or of each group.
    ///
    /// - Parameter dense: contiguous.
    public func byMagnitude<Element: Scalar>(of dense: Matrix<Element>, smallest: Bool = false) -> [Int] {
        guard group != nil else {
            let count = entryCount(rows: dense.rows, columns: dense.columns)
            return smallest ? dense.smallestMagnitudes(count) : dense.largestMagnitudes(count)
        }
        var positions: [Int] = []
        forEachGroup(rows: dense.rows, columns: dense.columns) { range, count in
            let part = dense.reshaped(from: range.lowerBound, rows: 1, columns: range.count)
            positions += (smallest ? part.smallestMagnitudes(count) : part.largestMagnitudes(count)).map { range.lowerBound + $0 }
        }
        return positions
    }

    /// Ranges of positions and how many of each are kept.
    private func forEachGroup(rows: Int, columns: Int, _ body: (_ range: Range<Int>, _ count: Int) -> Void) {
        guard let group else { return body(0..<rows * columns, entryCount(rows: rows, columns: columns)) }
        for row in 0..<rows {
            for start in stride(from: 0, to: columns, by: group) {
                let range = row * columns + start..<row * columns + min(start + group, columns)
                body(range, kept(of: range.count))
            }
        }
    }
}
