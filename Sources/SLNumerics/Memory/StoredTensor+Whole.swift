extension StoredTensor {
    /// Elements that a thread takes at once: a whole number of blocks of either size.
    static var piece: Int { 2048 }

    /// All elements into a contiguous matrix of the same shape.
    public func read(into target: Matrix<Element>) {
        precondition(target.count == count && target.isContiguous)
        Compute.ranges(of: count, grain: Matrix<Element>.grain, alignment: Self.piece) { _, range in
            read(range, into: target.base + range.lowerBound)
        }
    }

    /// Rows `rows` into a contiguous matrix of as many.
    public func read(rows: Range<Int>, into target: Matrix<Element>) {
        precondition(target.rows == rows.count && target.columns == columns && target.isContiguous)
        let first = rows.lowerBound * columns
        Compute.ranges(of: target.count, grain: Matrix<Element>.grain, alignment: 16) { _, range in
            read(first + range.lowerBound..<first + range.upperBound, into: target.base + range.lowerBound)
        }
    }

    /// All elements from a contiguous matrix of the same shape.
    public func write(from source: Matrix<Element>, key: UInt64?) {
        precondition(source.count == count && source.isContiguous)
        Compute.ranges(of: count, grain: Matrix<Element>.grain, alignment: Self.piece) { _, range in
            write(range, from: source.base + range.lowerBound, key: key)
        }
    }

    public func clear() {
        if let matrix { return matrix.fill(0) }
        assign(repeatElement(0, count: count))
    }

    /// A copy of all elements, row by row.
    public var elements: [Element] {
        if let matrix { return matrix.elements }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { read(0..<count, into: base) }
            initialized = count
        }
    }

    /// Overwrites all elements, row by row, rounding to nearest.
    ///
    /// - Precondition: `values.count == count`.
    public func assign(_ values: some Collection<Element>) {
        if let matrix { return matrix.assign(values) }
        precondition(values.count == count, "\(values.count) values for \(rows)x\(columns)")
        var copy = Array(values)
        copy.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { write(0..<count, from: base, key: nil) }
        }
    }
}
