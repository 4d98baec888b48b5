import SLNumerics

/// The nearest orthogonal matrix, roughly: all singular values of X are brought near 1 by an odd polynomial, applied again and again.
///
/// X ← X/‖X‖, then X ← aX + (b·XXᵀ + c·(XXᵀ)²)X. The values end between 0.7 and 1.2, which does as well as 1 and is sooner reached.
///
/// Source: Jordan et al. 2024, Muon, kellerjordan.github.io/posts/muon; coefficients and ε as in `torch.optim.Muon`. The products
/// are in the engine's type, where PyTorch's are in bf16.
enum NewtonSchulz {
    static let coefficients = (a: 3.4445, b: -4.7750, c: 2.0315)
    static let epsilon = 1e-7

    /// Temporary elements for a matrix of this shape.
    static func scratchCount(rows: Int, columns: Int) -> Int {
        let short = min(rows, columns)
        return rows * columns + 2 * short * short
    }

    /// Overwrites the matrix. The Gram matrix is that of the shorter side, so that nothing is transposed.
    static func orthogonalize<Element: Scalar>(_ matrix: Matrix<Element>, iterations: Int, scratch: inout Scratch<Element>) {
        let isTall = matrix.rows > matrix.columns
        let short = min(matrix.rows, matrix.columns)
        let other = scratch.take(rows: matrix.rows, columns: matrix.columns)
        let gram = scratch.take(rows: short, columns: short)
        let polynomial = scratch.take(rows: short, columns: short)
        matrix.scale(by: Element(1 / max(matrix.sumOfSquares().squareRoot(), epsilon)))
        var (x, next) = (matrix, other)
        for _ in 0..<iterations {
            if isTall { gram.setProduct(transposing: x, x) } else { gram.setProduct(x, transposing: x) }
            // aI + bG + cG²
            polynomial.copy(from: gram)
            polynomial.setProduct(gram, gram, scale: Element(coefficients.c), keep: Element(coefficients.b))
            for i in 0..<short { polynomial[i, i] += Element(coefficients.a) }
            if isTall { next.setProduct(x, polynomial) } else { next.setProduct(polynomial, x) }
            swap(&x, &next)
        }
        if iterations % 2 == 1 { matrix.copy(from: x) }
    }
}
