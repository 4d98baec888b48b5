/// Adam's elementwise loops over whole tensors, whatever format weights and moments are kept in.
///
/// Shorter formats go through ``StoredAdam``, and what it leaves through ``StoredPass``.
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
                var rest = range
                if let stored = StoredAdam(m, v, c, key: key), let w = w as? StoredTensor<Float>, let g = g as? Matrix<Float> {
                    rest = stored.update(w, g.base, range, trailingDecay: Float(trailingDecay))..<range.upperBound
                }
                StoredPass.pieces(rest, of: [w, m, v], key: key) { start, count, rows in
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
                var rest = range
                if let stored = StoredAdam(m, v, c, key: key), let g = g as? Matrix<Float> {
                    rest = stored.direction(g.base, range)..<range.upperBound
                }
                StoredPass.pieces(rest, of: [m, v], key: key) { start, count, rows in
                    S.adamDirection(g.base + start, rows[0], rows[1], count, c)
                }
            }
        }
    }
}
