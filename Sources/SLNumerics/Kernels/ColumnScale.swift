extension Operand {
    /// self[n, j] ← source[n, j] · factors[0, j]
    public func setScaledColumns(_ source: Operand, by factors: Matrix<Element>) {
        precondition(rows == source.rows && columns == source.columns && factors.rows == 1 && factors.columns == columns)
        let count = columns
        fillRows { row, target in
            withUnsafeTemporaryAllocation(of: Element.self, capacity: source.matrix == nil ? count : 1) { buffer in
                guard let space = buffer.baseAddress else { return }
                Element.normalize(source.inFull(row, space), 1, factors.base, target, count)
            }
        }
    }
}

extension Matrix where Element: Scalar {
    /// self[0, j] ← Σ over n of a[n, j] · b[n, j], in the order of the rows.
    public func setColumnDots(_ a: Operand<Element>, _ b: Operand<Element>) {
        precondition(rows == 1 && columns == a.columns && a.columns == b.columns && a.rows == b.rows)
        fill(0)
        Compute.ranges(of: columns, grain: max(1, Self.grain / max(1, a.rows)), alignment: 16) { _, range in
            let (a, b) = (a.window(rows: 0..<a.rows, columns: range), b.window(rows: 0..<b.rows, columns: range))
            withUnsafeTemporaryAllocation(of: Element.self, capacity: 2 * range.count) { buffer in
                guard let space = buffer.baseAddress else { return }
                for row in 0..<a.rows {
                    addProducts(base + range.lowerBound, a.inFull(row, space), b.inFull(row, space + range.count), range.count)
                }
            }
        }
    }
}

/// y adds a ⊙ b
@specialized(where S == Float)
private func addProducts<S: Scalar>(_ y: S.Row, _ a: S.Row, _ b: S.Row, _ n: Int) {
    for i in 0..<n { y[i] += a[i] * b[i] }
}
