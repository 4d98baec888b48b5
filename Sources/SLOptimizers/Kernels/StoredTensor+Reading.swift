import SLNumerics

/// Sums with a tensor that is kept in whatever format, a piece at a time.
extension StoredTensor {
    /// matrix ← matrix + these elements.
    func add(to matrix: Matrix<Element>) {
        forEachPiece { start, count, row in Element.addScaled(matrix.base + start, 1, row, count) }
    }

    /// Σ of the squares, in the order of the elements.
    func sumOfSquares() -> Double {
        if let matrix { return matrix.sumOfSquares() }
        var sum = 0.0
        // Cut where the sum over elements in full is cut, too.
        forEachPiece(of: 4096) { _, count, row in sum += Element.sumOfSquares(row, count) }
        return sum
    }

    /// Σ (matrix + these elements)².
    func sumOfSquares(addedTo matrix: Matrix<Element>) -> Double {
        var sum = 0.0
        forEachPiece { start, count, row in
            Element.addScaled(row, 1, matrix.base + start, count)
            sum += Element.sumOfSquares(row, count)
        }
        return sum
    }

    private func forEachPiece(of size: Int = 2048, _ body: (_ start: Int, _ count: Int, _ row: UnsafeMutablePointer<Element>) -> Void) {
        withUnsafeTemporaryAllocation(of: Element.self, capacity: size) { buffer in
            guard let row = buffer.baseAddress else { return }
            for start in stride(from: 0, to: count, by: size) {
                let piece = start..<min(start + size, count)
                read(piece, into: row)
                body(start, piece.count, row)
            }
        }
    }
}
