import SLNumerics

/// An average of squares kept as the averages of its rows and of its columns: m + n numbers for a matrix of m·n.
///
/// V̂[i, j] = R[i] · C[j] / mean(R), R and C running averages of the rows' and the columns' mean squares.
///
/// Source: Shazeer and Stern 2018, Adafactor, arXiv:1804.04235, §3, Algorithm 1, with means for sums as in the authors' code.
struct FactoredMoment<Element: Scalar> {
    /// [m, 1]
    let rows: StoredTensor<Element>
    /// [1, n]
    let columns: StoredTensor<Element>

    /// - Parameter name: of the whole: `exp_avg_sq` gives `exp_avg_sq_row` and `exp_avg_sq_col`.
    static func declarations(_ name: String, rows: Int, columns: Int, storage: StorageChoice) -> [StateDeclaration] {
        [
            StateDeclaration(name: "\(name)_row", rows: rows, columns: 1, format: storage.moment(count: rows, signed: false)),
            StateDeclaration(name: "\(name)_col", rows: 1, columns: columns, format: storage.moment(count: columns, signed: false)),
        ]
    }

    /// Temporary elements that ``divide(_:decay:epsilon:scratch:key:replacing:)`` takes.
    static func scratchCount(rows: Int, columns: Int) -> Int { rows + columns }

    /// The averages take up x² + ε; then x ← x / √V̂.
    ///
    /// - Parameter fill: puts something else into x's place before the division, when its squares have been taken.
    func divide(
        _ x: Matrix<Element>, decay: Double, epsilon: Double, scratch: inout Scratch<Element>, key: UInt64,
        replacing fill: () -> Void = {}
    ) {
        let rowFactors = scratch.take(rows: x.rows, columns: 1)
        let columnFactors = scratch.take(rows: 1, columns: x.columns)
        GradientKernel.meanSquares(of: x, plus: epsilon, rows: rowFactors, columns: columnFactors)
        rows.takeUp(rowFactors, decay: decay, key: key)
        columns.takeUp(columnFactors, decay: decay, key: key &+ 1)
        let mean = GradientKernel.sum(rowFactors.base, x.rows) / Double(x.rows)
        GradientKernel.inverseRoots(rowFactors.base, over: Element(mean), x.rows)
        GradientKernel.inverseRoots(columnFactors.base, over: 1, x.columns)
        fill()
        GradientKernel.scale(x, rows: rowFactors, columns: columnFactors)
    }
}

/// The same of a vector, entry by entry.
struct PlainMoment<Element: Scalar> {
    let squares: StoredTensor<Element>

    static func declarations(_ name: String, rows: Int, columns: Int, storage: StorageChoice) -> [StateDeclaration] {
        [StateDeclaration.secondMoment(name, rows: rows, columns: columns, storage: storage)]
    }

    /// The average takes up x² + ε; then x ← x / √average.
    func divide(_ x: Matrix<Element>, decay: Double, epsilon: Double, key: UInt64) {
        precondition(x.isContiguous)
        StoredPass.run(over: [squares], key: key) { start, count, held in
            VectorKernel.divide(x.base + start, held[0], Element(decay), Element(1 - decay), Element(epsilon), count)
        }
    }
}

enum VectorKernel {
    /// v ← decay · v + rest · (x² + ε), x ← x / √v
    @specialized(where Element == Float)
    static func divide<Element: Scalar>(
        _ x: Element.Row, _ v: Element.Row, _ decay: Element, _ rest: Element, _ epsilon: Element, _ n: Int
    ) {
        for i in 0..<n {
            v[i] = decay * v[i] + rest * (x[i] * x[i] + epsilon)
            x[i] /= v[i].squareRoot()
        }
    }
}
