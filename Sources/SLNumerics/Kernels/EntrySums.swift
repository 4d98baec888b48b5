/// Gradients of single entries of a matrix, added up over updates: Σg and Σg² of whole updates, in however many micro-batches each comes.
///
/// Everything is in one piece of memory of numbers in full, which hold rows and columns exactly: no matrix has 2²⁴ of either.
public struct EntrySums<Element: Scalar> {
    /// g of the update at hand, Σg and Σg² of those before it; row and column of each entry, counted from 1: fresh space, all zeros, knows none.
    private let space: Matrix<Element>  // [5, n]

    /// Rows of the space.
    public static var rowCount: Int { 5 }
    /// Its first rows that are sums over an update's micro-batches: g.
    public static var summedRowCount: Int { 1 }

    public init(_ space: Matrix<Element>) {
        precondition(space.rows == Self.rowCount && space.isContiguous)
        self.space = space
    }

    private func row(_ index: Int) -> Matrix<Element> { space.window(rows: index..<index + 1) }

    /// n.
    public var count: Int { space.columns }

    /// Whether it knows which entries it is about.
    public var hasEntries: Bool { count > 0 && space[3, 0] > 0 }

    /// Forgets everything.
    public func clear() { space.fill(0) }

    /// Is about these entries from now on, of which it knows nothing yet.
    ///
    /// - Parameters:
    ///   - positions: row-major, as many as there are places. - columnCount: of the matrix.
    public func begin(_ positions: [Int], columnCount: Int) {
        precondition(positions.count == count, "\(positions.count) of \(count) entries")
        space.fill(0)
        for (index, position) in positions.enumerated() {
            space[3, index] = Element(position / columnCount + 1)
            space[4, index] = Element(position % columnCount + 1)
        }
    }

    /// Row-major, in a matrix of so many columns; empty where there are none.
    public func positions(columnCount: Int) -> [Int] {
        hasEntries ? (0..<count).map { (Int(space[3, $0]) - 1) * columnCount + Int(space[4, $0]) - 1 } : []
    }

    /// Whether all entries are none, or lie in an m × n matrix in ascending order.
    public func isValid(rows: Int, columns: Int) -> Bool {
        guard hasEntries else { return (0..<count).allSatisfy { space[3, $0] == 0 && space[4, $0] == 0 } }
        func isUpTo(_ bound: Int, _ x: Element) -> Bool { x >= 1 && x <= Element(bound) && x == x.rounded(.towardZero) }
        let isInside = (0..<count).allSatisfy { isUpTo(rows, space[3, $0]) && isUpTo(columns, space[4, $0]) }
        guard isInside else { return false }
        let positions = positions(columnCount: columns)
        return zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// One micro-batch's gradient of the whole matrix, of the update at hand.
    public func add(_ gradient: Matrix<Element>) {
        addEntries(space.row(0), gradient.base, gradient.stride, space.row(3), space.row(4), count)
    }

    /// The update at hand is complete: its gradients join the sums. Nothing where they have joined them already.
    public func finishUpdate() {
        row(1).add(row(0))
        addSquares(space.row(2), space.row(0), count)
        row(0).fill(0)
    }

    /// What there is of the update at hand is kept elsewhere, to be added later: its next micro-batches are added up from 0.
    public func beginShard() { row(0).fill(0) }

    public var sums: [Element] { row(1).elements }
    public var squares: [Element] { row(2).elements }
}

/// y adds x²
@specialized(where Element == Float)
private func addSquares<Element: Scalar>(_ y: Element.Row, _ x: Element.Row, _ n: Int) {
    for i in 0..<n { y[i] += x[i] * x[i] }
}

/// y[i] adds x[rows[i] − 1, columns[i] − 1]
@specialized(where Element == Float)
private func addEntries<Element: Scalar>(
    _ y: Element.Row, _ x: Element.Row, _ stride: Int, _ rows: Element.Row, _ columns: Element.Row, _ n: Int
) {
    for i in 0..<n { y[i] += x[(Int(rows[i]) &- 1) &* stride &+ Int(columns[i]) &- 1] }
}
