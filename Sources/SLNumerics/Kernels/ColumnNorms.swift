extension Matrix where Element: Scalar {
    /// sums[j] adds self[0, j]², for a matrix of one row.
    public func addSquares(to sums: inout [Double]) {
        precondition(rows == 1 && sums.count == columns)
        sums.withUnsafeMutableBufferPointer { buffer in
            if let sums = buffer.baseAddress { squares(base, sums, columns) }
        }
    }

    /// self[0, j] adds factors[j] · other[0, j], for matrices of one row.
    public func add(_ other: Matrix, scaledBy factors: [Double]) {
        precondition(rows == 1 && other.rows == 1 && other.columns == columns && factors.count == columns)
        factors.withUnsafeBufferPointer { buffer in
            if let factors = buffer.baseAddress { addProducts(base, other.base, factors, columns) }
        }
    }
}

@specialized(where Element == Float)
private func squares<Element: Scalar>(_ x: UnsafePointer<Element>, _ sums: UnsafeMutablePointer<Double>, _ n: Int) {
    for i in 0..<n { sums[i] += Double(x[i]) * Double(x[i]) }
}

@specialized(where Element == Float)
private func addProducts<Element: Scalar>(
    _ y: UnsafeMutablePointer<Element>, _ x: UnsafePointer<Element>, _ factors: UnsafePointer<Double>, _ n: Int
) {
    for i in 0..<n { y[i] += Element(factors[i]) * x[i] }
}
