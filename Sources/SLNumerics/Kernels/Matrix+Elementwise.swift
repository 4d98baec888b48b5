extension Matrix where Element: Scalar {
    /// Elements below which a kernel stays on one thread.
    static var grain: Int { 16_384 }

    /// Runs `body` on every row, rows shared out over the threads.
    @inline(__always)
    func forEachRow(_ body: @Sendable (Int) -> Void) {
        Compute.ranges(of: rows, grain: max(1, Self.grain / max(1, columns))) { _, range in
            for row in range { body(row) }
        }
    }

    public func copy(from other: Matrix) {
        precondition(rows == other.rows && columns == other.columns, "\(other.rows)x\(other.columns) into \(rows)x\(columns)")
        forEachRow { row($0).update(from: other.row($0), count: columns) }
    }

    public func fill(_ value: Element) {
        forEachRow { Element.fill(row($0), value, columns) }
    }

    /// self adds factor · other
    public func add(_ other: Matrix, scaledBy factor: Element = 1) {
        precondition(rows == other.rows && columns == other.columns, "\(other.rows)x\(other.columns) to \(rows)x\(columns)")
        if isContiguous && other.isContiguous {
            Compute.ranges(of: count, grain: Self.grain, alignment: 16) { _, range in
                Element.addScaled(base + range.lowerBound, factor, other.base + range.lowerBound, range.count)
            }
        } else {
            forEachRow { Element.addScaled(row($0), factor, other.row($0), columns) }
        }
    }

    public func scale(by factor: Element) { forEachRow { Element.scale(row($0), factor, columns) } }

    /// Σ x², rows summed in order of their thread's piece.
    public func sumOfSquares() -> Double {
        let pieces = Compute.pieceCount(of: count, grain: Self.grain)
        if isContiguous {
            let partial = PartialSums(pieces)
            Compute.ranges(of: count, grain: Self.grain, alignment: 4096) { piece, range in
                partial[piece] = Element.sumOfSquares(base + range.lowerBound, range.count)
            }
            return partial.total
        }
        return (0..<rows).reduce(0) { $0 + Element.sumOfSquares(row($1), columns) }
    }

    public var isFinite: Bool { sumOfSquares().isFinite }
}

/// One sum a thread, added in the order of the threads.
final class PartialSums: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Double>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        values = .allocate(capacity: count)
        values.initialize(repeating: 0, count: count)
    }

    deinit { values.deallocate() }

    subscript(index: Int) -> Double {
        get { values[index] }
        set { values[index] = newValue }
    }

    var total: Double { (0..<count).reduce(0) { $0 + values[$1] } }
}
