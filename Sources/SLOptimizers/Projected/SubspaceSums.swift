import SLNumerics

/// Sums over rows and columns that subspaces are chosen and scaled by.
extension Matrix where Element: Scalar {
    /// sums[0, i] ← Σⱼ |self[i, j]|, or of the squares.
    func setRowSums(squared: Bool, into sums: Matrix<Element>) {
        precondition(sums.count >= rows)
        for row in 0..<rows {
            let start = base + row * stride
            sums.base[row] = squared ? Element(Element.sumOfSquares(start, columns)) : sumOfMagnitudes(start, columns)
        }
    }

    /// sums[0, j] ← Σᵢ |self[i, j]|, or of the squares.
    func setColumnSums(squared: Bool, into sums: Matrix<Element>) {
        precondition(sums.count >= columns)
        Element.fill(sums.base, 0, columns)
        for row in 0..<rows {
            let start = base + row * stride
            if squared { Element.addSquares(sums.base, start, columns) } else { addMagnitudes(sums.base, start, columns) }
        }
    }

    /// Row i times factors[i].
    func scaleRows(by factors: Matrix<Element>) {
        precondition(factors.count >= rows)
        for row in 0..<rows { Element.scale(base + row * stride, factors.base[row], columns) }
    }

    /// Column j times factors[j].
    func scaleColumns(by factors: Matrix<Element>) {
        precondition(factors.count >= columns)
        for row in 0..<rows { Element.normalize(base + row * stride, 1, factors.base, base + row * stride, columns) }
    }

    /// self ← otherᵀ
    func setTransposed(_ other: Matrix<Element>) {
        precondition(rows == other.columns && columns == other.rows)
        for row in 0..<rows { copyStrided(base + row * stride, other.base + row, other.stride, columns) }
    }
}

@specialized(where Element == Float)
private func sumOfMagnitudes<Element: Scalar>(_ x: UnsafeMutablePointer<Element>, _ n: Int) -> Element {
    var sum: Element = 0
    for i in 0..<n { sum += x[i].magnitude }
    return sum
}

@specialized(where Element == Float)
private func addMagnitudes<Element: Scalar>(_ sums: UnsafeMutablePointer<Element>, _ x: UnsafeMutablePointer<Element>, _ n: Int) {
    for i in 0..<n { sums[i] += x[i].magnitude }
}

@specialized(where Element == Float)
private func copyStrided<Element: Scalar>(_ y: UnsafeMutablePointer<Element>, _ x: UnsafeMutablePointer<Element>, _ stride: Int, _ n: Int) {
    for i in 0..<n { y[i] = x[i * stride] }
}
