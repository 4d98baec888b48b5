/// Diagonals around the rows of one matrix: row k·n + j is λ[k, j] · A[k] ⊙ γ[j], for A [r, c], λ [r, n] and γ [n, c].
extension Matrix where Element: Scalar {
    /// self [r·n, c] ← those rows.
    public func setScaledRows(_ a: Matrix, _ lambda: Matrix, _ gamma: Matrix) {
        let products = gamma.rows
        precondition(rows == a.rows * products && columns == a.columns && gamma.columns == columns)
        precondition(lambda.rows == a.rows && lambda.columns == products)
        forEachRow { row in
            let (k, j) = (row / products, row % products)
            Element.normalize(a.row(k), lambda.row(k)[j], gamma.row(j), self.row(row), columns)
        }
    }

    /// Gradients of both diagonals where self [r·n, c] is that of the rows: ∂λ[k, j] = Σ self·A[k]·γ[j], ∂γ[j] = Σ over k of λ[k, j]·self ⊙ A[k].
    ///
    /// - Parameters:
    ///   - accumulate: whether they are added to what is there, or overwritten.
    ///   - space: a row of c on every thread.
    public func contractScaledRows(
        _ a: Matrix, _ lambda: Matrix, _ gamma: Matrix, lambdaGradient: Matrix, gammaGradient: Matrix, accumulate: Bool, space: Matrix
    ) {
        let (ranks, products) = (a.rows, gamma.rows)
        precondition(rows == ranks * products && columns == a.columns && space.columns == columns)
        if !accumulate {
            lambdaGradient.fill(0)
            gammaGradient.fill(0)
        }
        Compute.ranges(of: products) { worker, range in
            let product = space.row(worker)
            for j in range {
                for k in 0..<ranks {
                    Element.normalize(row(k * products + j), 1, a.row(k), product, columns)
                    lambdaGradient.row(k)[j] += Element.dot(product, gamma.row(j), columns)
                    Element.addScaled(gammaGradient.row(j), lambda.row(k)[j], product, columns)
                }
            }
        }
    }
}
