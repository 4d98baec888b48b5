import SLNumerics

/// Loops over gradients and short lists of numbers that several rules share. The innermost are specialised: in unspecialised
/// generic code an element costs a hundred times as much.
enum GradientKernel {
    /// Elements below which a loop stays on one thread.
    static let grain = 16_384

    /// Runs `body` on ranges of rows side by side.
    static func rows<Element: Scalar>(of matrix: Matrix<Element>, _ body: @Sendable (Range<Int>) -> Void) {
        Compute.ranges(of: matrix.rows, grain: max(1, grain / max(1, matrix.columns))) { _, range in body(range) }
    }

    /// average ← decay · average + (1 − decay) · x
    static func average<Element: Scalar>(_ average: Element.Row, with x: Element.Row, decay: Double, _ n: Int) {
        Element.scale(average, Element(decay), n)
        Element.addScaled(average, Element(1 - decay), x, n)
    }

    /// The means of x² over every row and over every column, each plus `epsilon`.
    ///
    /// - Parameters: matrix: [m, n]. - rows: m elements. - columns: n elements.
    static func meanSquares<Element: Scalar>(
        of matrix: Matrix<Element>, plus epsilon: Double, rows: Matrix<Element>, columns: Matrix<Element>
    ) {
        precondition(rows.count == matrix.rows && columns.count == matrix.columns)
        self.rows(of: matrix) { range in
            for row in range {
                let sum = Element.sumOfSquares(matrix.base + row * matrix.stride, matrix.columns)
                rows.base[row] = Element(sum / Double(matrix.columns)) + Element(epsilon)
            }
        }
        // Columns are cut, not rows: so every sum is one thread's, in the order of the rows.
        Compute.ranges(of: matrix.columns, grain: max(16, grain / max(1, matrix.rows)), alignment: 16) { _, range in
            let sums = columns.base + range.lowerBound
            Element.fill(sums, 0, range.count)
            for row in 0..<matrix.rows { Element.addSquares(sums, matrix.base + row * matrix.stride + range.lowerBound, range.count) }
            Element.scale(sums, Element(1 / Double(matrix.rows)), range.count)
            add(Element(epsilon), to: sums, range.count)
        }
    }

    @specialized(where Element == Float)
    static func add<Element: Scalar>(_ value: Element, to x: Element.Row, _ n: Int) {
        for i in 0..<n { x[i] += value }
    }

    /// x ← √(numerator / x)
    @specialized(where Element == Float)
    static func inverseRoots<Element: Scalar>(_ x: Element.Row, over numerator: Element, _ n: Int) {
        for i in 0..<n { x[i] = (numerator / x[i]).squareRoot() }
    }

    @specialized(where Element == Float)
    static func sum<Element: Scalar>(_ x: Element.Row, _ n: Int) -> Double {
        var sum = 0.0
        for i in 0..<n { sum += Double(x[i]) }
        return sum
    }

    /// matrix[i, j] ← matrix[i, j] · rows[i] · columns[j]
    static func scale<Element: Scalar>(_ matrix: Matrix<Element>, rows: Matrix<Element>, columns: Matrix<Element>) {
        self.rows(of: matrix) { range in
            for row in range { Element.multiply(matrix.base + row * matrix.stride, by: columns.base, rows.base[row], matrix.columns) }
        }
    }
}
