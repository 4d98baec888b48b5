/// Root-mean-square normalisation with a weight: y = x / √(mean(x²) + ε) · g, a row each token.
///
/// Source: Zhang and Sennrich 2019, arXiv:1910.07467, Eq. 4; ε inside the root as in LLaMA.
public enum RMSNorm {
    /// - Parameters: `x`, `y` [N, h]; `weight` [1, h]; `reciprocal` [1, N] receives 1/√(mean(x²) + ε) for the way back.
    public static func forward<S: Scalar>(_ x: Matrix<S>, weight: Matrix<S>, into y: some ProductOperand<S>, reciprocal: Matrix<S>, epsilon: S) {
        let y = y.operand
        precondition(x.columns == weight.columns && y.rows == x.rows && y.columns == x.columns && reciprocal.columns >= x.rows)
        y.fillRows { row, target in
            let r = S.reciprocalRMS(x.row(row), x.columns, epsilon: epsilon)
            reciprocal.base[row] = r
            S.normalize(x.row(row), r, weight.base, target, x.columns)
        }
    }

    /// The same `y` again from the kept reciprocals.
    public static func recompute<S: Scalar>(_ x: Matrix<S>, weight: Matrix<S>, into y: some ProductOperand<S>, reciprocal: Matrix<S>) {
        let y = y.operand
        precondition(y.rows == x.rows && y.columns == x.columns)
        y.fillRows { row, target in S.normalize(x.row(row), reciprocal.base[row], weight.base, target, x.columns) }
    }

    /// dx adds, dWeight adds.
    ///
    /// - Parameters:
    ///   - weightGradient: `nil` where the weight is not trained.
    ///   - partial: [threads, h], overwritten: one sum of the weight's derivative a thread.
    public static func backward<S: Scalar>(
        _ x: Matrix<S>, weight: Matrix<S>, reciprocal: Matrix<S>, outputGradient dy: Matrix<S>, inputGradient dx: Matrix<S>,
        weightGradient: Matrix<S>?, partial: Matrix<S>
    ) {
        let grain = max(1, Matrix<S>.grain / max(1, x.columns))
        let pieces = Compute.pieceCount(of: x.rows, grain: grain)
        precondition(partial.rows >= pieces && partial.columns == x.columns)
        Compute.ranges(of: x.rows, grain: grain) { piece, range in
            let sum = partial.row(piece)
            sum.update(repeating: 0, count: x.columns)
            for row in range {
                S.normalizeBackward(x.row(row), reciprocal.base[row], weight.base, dy.row(row), dx.row(row), sum, x.columns)
            }
        }
        guard let weightGradient else { return }
        for piece in 0..<pieces { S.addScaled(weightGradient.base, 1, partial.row(piece), x.columns) }
    }
}
