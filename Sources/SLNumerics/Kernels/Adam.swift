/// Adam's elementwise loops over whole tensors, whatever format weights and moments are kept in.
///
/// Shorter formats are expanded a piece at a time into a thread's own buffer, so that the step itself is the same fp32
/// arithmetic and no whole tensor exists twice.
public enum AdamKernel {
    /// w, m and v are updated in place; then w is scaled by `trailingDecay`.
    ///
    /// - Parameter key: what stochastic rounding draws from.
    public static func update<S: Scalar>(
        weight w: StoredTensor<S>, gradient g: Matrix<S>, first m: StoredTensor<S>, second v: StoredTensor<S>,
        _ c: AdamCoefficients<S>, trailingDecay: S = 1, key: UInt64 = 0
    ) {
        precondition(g.isContiguous && w.count == g.count && w.count == m.count && w.count == v.count)
        Compute.ranges(of: w.count, grain: Matrix<S>.grain, alignment: StoredTensor<S>.piece) { _, range in
            if let w = w.matrix, let m = m.matrix, let v = v.matrix {
                let start = range.lowerBound
                S.adam(w.base + start, g.base + start, m.base + start, v.base + start, range.count, c)
                if trailingDecay != 1 { S.scale(w.base + start, trailingDecay, range.count) }
            } else {
                pieces(range, of: [w, m, v], key: key) { start, count, rows in
                    S.adam(rows[0], g.base + start, rows[1], rows[2], count, c)
                    if trailingDecay != 1 { S.scale(rows[0], trailingDecay, count) }
                }
            }
        }
    }

    /// g becomes the direction; m and v are updated in place.
    public static func direction<S: Scalar>(
        gradient g: Matrix<S>, first m: StoredTensor<S>, second v: StoredTensor<S>, _ c: AdamCoefficients<S>, key: UInt64 = 0
    ) {
        precondition(g.isContiguous && g.count == m.count && g.count == v.count)
        Compute.ranges(of: g.count, grain: Matrix<S>.grain, alignment: StoredTensor<S>.piece) { _, range in
            if let m = m.matrix, let v = v.matrix {
                let start = range.lowerBound
                S.adamDirection(g.base + start, m.base + start, v.base + start, range.count, c)
            } else {
                pieces(range, of: [m, v], key: key) { start, count, rows in
                    S.adamDirection(g.base + start, rows[0], rows[1], count, c)
                }
            }
        }
    }

    /// Runs `body` on pieces of `range` with every tensor's elements in full, and writes back what was expanded.
    private static func pieces<S: Scalar>(
        _ range: Range<Int>, of tensors: [StoredTensor<S>], key: UInt64, _ body: (_ start: Int, _ count: Int, _ rows: [S.Row]) -> Void
    ) {
        let size = StoredTensor<S>.piece
        // Rows a multiple of 4 KiB apart would have every load wait for the other rows' stores, which look alike to the
        // processor, and share the same lines of the cache.
        let distance = size + 144
        withUnsafeTemporaryAllocation(of: S.self, capacity: tensors.count * distance) { buffer in
            guard let base = buffer.baseAddress else { return }
            for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                let piece = start..<min(start + size, range.upperBound)
                let rows = tensors.enumerated().map { index, tensor -> S.Row in
                    if let matrix = tensor.matrix { return matrix.base + start }
                    tensor.read(piece, into: base + index * distance)
                    return base + index * distance
                }
                body(start, piece.count, rows)
                for (index, tensor) in tensors.enumerated() where tensor.matrix == nil {
                    tensor.write(piece, from: base + index * distance, key: key &+ UInt64(index))
                }
            }
        }
    }
}
