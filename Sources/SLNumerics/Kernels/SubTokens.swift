/// Rows seen as groups of equally many neighbouring columns, each a sub-token, and what is left of these along one direction v.
///
/// Legend: x [N, G·s], G groups of s columns; v [1, s] of length 1; z [N, G] with z[n, g] = x[n, g·s ..< (g+1)·s]·v.
/// Source: Miles et al. 2024, VeLoRA, arXiv:2405.17991, §3.1.
public enum SubTokens {
    /// v ← the mean of all sub-tokens, at length 1; 0 where the mean is.
    public static func fixDirection<S: Scalar>(_ v: Matrix<S>, from x: Operand<S>) {
        let (size, groups) = sizes(v, x)
        var sum = [Double](repeating: 0, count: size)
        withUnsafeTemporaryAllocation(of: S.self, capacity: x.columns + size) { buffer in
            guard let space = buffer.baseAddress else { return }
            let partial = space + x.columns
            for row in 0..<x.rows {
                let source = x.inFull(row, space)
                S.fill(partial, 0, size)
                for group in 0..<groups { S.addScaled(partial, 1, source + group * size, size) }
                for index in 0..<size { sum[index] += Double(partial[index]) }
            }
        }
        let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in 0..<size { v[0, index] = norm > 0 ? S(sum[index] / norm) : 0 }
    }

    /// z ← the sub-tokens' parts along v.
    public static func compress<S: Scalar>(_ x: Operand<S>, along v: Matrix<S>, into z: Operand<S>) {
        let (size, groups) = sizes(v, x)
        precondition(z.rows == x.rows && z.columns == groups, "\(groups) groups into \(z.columns)")
        z.fillRows { row, target in
            withUnsafeTemporaryAllocation(of: S.self, capacity: x.precision == .full ? 1 : x.columns) { buffer in
                guard let space = buffer.baseAddress else { return }
                let source = x.inFull(row, space)
                for group in 0..<groups { target[group] = S.dot(source + group * size, v.base, size) }
            }
        }
    }

    /// x ← scale · z·v, sub-token by sub-token.
    public static func restore<S: Scalar>(_ z: Operand<S>, along v: Matrix<S>, scale: S, into x: Operand<S>) {
        let (size, groups) = sizes(v, x)
        precondition(z.rows == x.rows && z.columns == groups, "\(z.columns) of \(groups) groups")
        x.fillRows { row, target in
            withUnsafeTemporaryAllocation(of: S.self, capacity: z.precision == .full ? 1 : groups) { buffer in
                guard let space = buffer.baseAddress else { return }
                let parts = z.inFull(row, space)
                for group in 0..<groups { spread(scale * parts[group], v, target + group * size, size) }
            }
        }
    }

    /// x ← scale · (x·v)·v, sub-token by sub-token: both of the above where x stands.
    public static func project<S: Scalar>(_ x: Operand<S>, along v: Matrix<S>, scale: S) {
        let (size, groups) = sizes(v, x)
        x.fillRows { row, target in
            // In place for a matrix in full; expanded to where the result goes else.
            _ = x.inFull(row, target)
            for group in 0..<groups {
                let start = target + group * size
                spread(scale * S.dot(start, v.base, size), v, start, size)
            }
        }
    }

    @inline(__always)
    private static func spread<S: Scalar>(_ part: S, _ v: Matrix<S>, _ target: S.Row, _ size: Int) {
        S.fill(target, 0, size)
        S.addScaled(target, part, v.base, size)
    }

    private static func sizes<S: Scalar>(_ v: Matrix<S>, _ x: Operand<S>) -> (size: Int, groups: Int) {
        precondition(v.rows == 1 && v.columns > 0 && x.columns % v.columns == 0, "sub-tokens of \(v.columns) in \(x.columns) columns")
        return (v.columns, x.columns / v.columns)
    }
}
