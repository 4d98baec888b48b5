extension Operand {
    /// self ← every row's chunks: row n · chunks + c is chunk c of row n of `x`.
    public func setFold(_ fold: ColumnFold, of x: Operand) {
        precondition(
            x.columns == fold.features && rows == x.rows * fold.chunks && columns == fold.width, "\(x.rows)x\(x.columns) to \(rows)x\(columns)")
        fold.withAngles(Element.self) { angles in
            nonisolated(unsafe) let angles = angles
            fillRows { row, target in
                withUnsafeTemporaryAllocation(of: Element.self, capacity: x.matrix == nil ? x.columns : 1) { buffer in
                    guard let space = buffer.baseAddress else { return }
                    fold.fold(x.inFull(row / fold.chunks, space), chunk: row % fold.chunks, into: target, angles: angles)
                }
            }
        }
    }
}

extension Matrix where Element: Scalar {
    /// self adds, row by row, the transpose of ``Operand/setFold(_:of:)``: row n · chunks + c of `z` goes to row n here.
    public func addUnfolded(_ fold: ColumnFold, _ z: Matrix) {
        precondition(
            columns == fold.features && z.rows == rows * fold.chunks && z.columns == fold.width, "\(z.rows)x\(z.columns) to \(rows)x\(columns)")
        fold.withAngles(Element.self) { angles in
            nonisolated(unsafe) let angles = angles
            withRowSpace(fold.width) { row, space in
                for chunk in 0..<fold.chunks {
                    fold.addTransposed(z.row(row * fold.chunks + chunk), chunk: chunk, to: self.row(row), angles: angles, space: space)
                }
            }
        }
    }

    /// self [out, in] adds Dᵀ·M·C: the dense matrix of M [width, width] between C, which folds the input, and the transpose of D, which
    /// folds the output, chunk by chunk.
    public func addBetween(_ output: ColumnFold, _ square: Matrix, _ input: ColumnFold) {
        precondition(rows == output.features && columns == input.features && output.chunks == input.chunks, "\(rows)x\(columns)")
        precondition(square.rows == output.width && square.columns == input.width && output.form != .rotated)
        input.withAngles(Element.self) { angles in
            nonisolated(unsafe) let angles = angles
            withRowSpace(input.width) { row, space in
                let place = output.place(of: row)
                input.addTransposed(square.row(place.index), chunk: place.chunk, to: self.row(row), angles: angles, space: space)
            }
        }
    }

    /// Runs `body` on every row, rows shared out over the threads, with `count` elements of space for each.
    @inline(__always)
    private func withRowSpace(_ count: Int, _ body: @Sendable (_ row: Int, _ space: Element.Row) -> Void) {
        forEachRow { row in
            withUnsafeTemporaryAllocation(of: Element.self, capacity: count) { buffer in
                guard let space = buffer.baseAddress else { return }
                body(row, space)
            }
        }
    }
}
