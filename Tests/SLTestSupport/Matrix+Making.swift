public import SLNumerics
public import SLRandom

extension Matrix where Element: Scalar {
    /// A matrix of a ledger of its own.
    public static func zeros(_ rows: Int, _ columns: Int) throws -> Matrix {
        try Matrix(rows: rows, columns: columns, category: .workspace, ledger: MemoryLedger())
    }

    public static func of(_ rows: Int, _ columns: Int, _ values: [Element]) throws -> Matrix {
        let matrix = try zeros(rows, columns)
        matrix.assign(values)
        return matrix
    }

    /// Normal values. The same name gives the same values in `Float`, rounded, as in `Double`.
    public static func normal(_ rows: Int, _ columns: Int, _ name: String, deviation: Double = 1) throws -> Matrix {
        let matrix = try zeros(rows, columns)
        var stream = RandomStream(seed: 20, name: name)
        matrix.fillNormal(deviation: deviation, from: &stream)
        return matrix
    }

    /// The columns `padding ..<` of a wider matrix of sentinels: a window whose stride is larger than its columns.
    public func asWindow(padding: Int = 3) throws -> Matrix {
        let wide = try Matrix.zeros(rows, columns + 2 * padding)
        wide.fill(Element(-77))
        let window = wide.window(rows: 0..<rows, columns: padding..<padding + columns)
        window.copy(from: self)
        return window
    }

    public func duplicate() throws -> Matrix {
        let copy = try Matrix.zeros(rows, columns)
        copy.copy(from: self)
        return copy
    }

    /// x · Wᵀ by the plainest loops.
    public func naiveProduct(transposing other: Matrix) -> [Element] {
        var result: [Element] = []
        for i in 0..<rows {
            for j in 0..<other.rows {
                var sum: Element = 0
                for k in 0..<columns { sum += self[i, k] * other[j, k] }
                result.append(sum)
            }
        }
        return result
    }
}

extension StoredTensor {
    /// Normal values, rounded to nearest where the tensor is kept shorter.
    public func fillNormal(deviation: Double, from stream: inout RandomStream) {
        if let matrix { return matrix.fillNormal(deviation: deviation, from: &stream) }
        guard let values = try? Matrix<Element>.zeros(rows, columns) else { return }
        values.fillNormal(deviation: deviation, from: &stream)
        assign(values.elements)
    }
}

extension IndexVector {
    public static func of(_ values: [Int]) throws -> IndexVector {
        let vector = try IndexVector(count: values.count, ledger: MemoryLedger())
        for (index, value) in values.enumerated() { vector[index] = value }
        return vector
    }
}
