/// Whole numbers that say where: columns of a matrix, starts of rows.
public struct IndexVector: @unchecked Sendable {
    public let storage: Allocation<Int32>
    public var count: Int { storage.count }

    public init(count: Int, ledger: MemoryLedger) throws {
        storage = try Allocation(count: count, category: .indices, ledger: ledger)
    }

    public subscript(index: Int) -> Int {
        get {
            precondition(index >= 0 && index < count)
            return Int(storage.base[index])
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            storage.base[index] = Int32(newValue)
        }
    }

    var base: UnsafeMutablePointer<Int32> { storage.base }
    public var elements: [Int] { (0..<count).map { self[$0] } }
}

extension Matrix where Element: Scalar {
    /// self[i, j] = source[i, columns[j]]
    public func gatherColumns(_ indices: IndexVector, of source: Matrix) {
        precondition(rows == source.rows && columns == indices.count)
        forEachRow { index in
            Element.gather(row(index), source.row(index), indices.base, columns)
        }
    }

    /// self[i, columns[j]] adds source[i, j]
    public func scatterAddColumns(_ indices: IndexVector, from source: Matrix) {
        precondition(rows == source.rows && source.columns == indices.count)
        forEachRow { index in
            Element.scatterAdd(row(index), source.row(index), indices.base, source.columns)
        }
    }
}

extension Operand {
    /// self[i, j] = source[i, columns[j]]: the same brain floats where both are of them.
    public func gatherColumns(_ indices: IndexVector, of source: Operand) {
        precondition(rows == source.rows && columns == indices.count)
        switch (content, source.content) {
        case (.full(let matrix), .full(let source)): matrix.gatherColumns(indices, of: source)
        case (.bf16(let matrix), .bf16(let source)):
            let count = indices.count
            Compute.ranges(of: rows, grain: max(1, Matrix<Element>.grain / max(1, count))) { _, range in
                for index in range {
                    let (target, row) = (matrix.row(index), source.row(index))
                    for j in 0..<count { target[j] = row[Int(indices.base[j])] }
                }
            }
        default: preconditionFailure("columns of \(source.precision) into \(precision)")
        }
    }
}
