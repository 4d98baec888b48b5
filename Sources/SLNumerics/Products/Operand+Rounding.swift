extension Operand {
    /// self ← the values in this operand's precision; nothing happens to what is this operand's own memory.
    public func round(from values: Matrix<Element>) {
        precondition(rows == values.rows && columns == values.columns, "\(values.rows)x\(values.columns) into \(rows)x\(columns)")
        switch content {
        case .full(let matrix):
            if matrix.base != values.base || matrix.stride != values.stride { matrix.copy(from: values) }
        case .bf16(let matrix):
            values.forEachRow { Element.compress(values.row($0), into: matrix.row($0), values.columns) }
        }
    }

    /// target ← the values, in full.
    public func expand(into target: Matrix<Element>) {
        precondition(rows == target.rows && columns == target.columns, "\(rows)x\(columns) into \(target.rows)x\(target.columns)")
        switch content {
        case .full(let matrix):
            if matrix.base != target.base || matrix.stride != target.stride { target.copy(from: matrix) }
        case .bf16(let matrix):
            target.forEachRow { Element.expand(matrix.row($0), into: target.row($0), target.columns) }
        }
    }

    /// self ← the tensor's elements, however they are kept.
    public func round(from tensor: StoredTensor<Element>) {
        if let matrix = tensor.matrix { return round(from: matrix) }
        precondition(rows == tensor.rows && columns == tensor.columns, "\(tensor.rows)x\(tensor.columns) into \(rows)x\(columns)")
        switch content {
        case .full(let matrix): tensor.read(into: matrix)
        case .bf16(let matrix):
            precondition(matrix.isContiguous)
            let piece = StoredTensor<Element>.piece
            Compute.ranges(of: tensor.count, grain: Matrix<Element>.grain, alignment: piece) { _, range in
                withUnsafeTemporaryAllocation(of: Element.self, capacity: piece) { buffer in
                    guard let space = buffer.baseAddress else { return }
                    for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
                        let end = min(start + piece, range.upperBound)
                        tensor.read(start..<end, into: space)
                        Element.compress(space, into: matrix.base + start, end - start)
                    }
                }
            }
        }
    }

    /// self ← other, rounded or expanded where their precisions differ.
    public func copy(from other: Operand) {
        precondition(rows == other.rows && columns == other.columns, "\(other.rows)x\(other.columns) into \(rows)x\(columns)")
        switch (content, other.content) {
        case (.full(let matrix), .full(let source)): matrix.copy(from: source)
        case (.bf16(let matrix), .bf16(let source)):
            for row in 0..<source.rows { matrix.row(row).update(from: source.row(row), count: source.columns) }
        case (.bf16, .full(let source)): round(from: source)
        case (.full(let matrix), .bf16): other.expand(into: matrix)
        }
    }

    /// Fills every row, rows shared out over the threads: `body` writes a row in full, which is rounded then.
    @inline(__always)
    func fillRows(_ body: @Sendable (_ row: Int, _ target: Element.Row) -> Void) {
        switch content {
        case .full(let matrix): matrix.forEachRow { body($0, matrix.row($0)) }
        case .bf16(let matrix):
            let columns = matrix.columns
            Compute.ranges(of: matrix.rows, grain: max(1, Matrix<Element>.grain / max(1, columns))) { _, range in
                withUnsafeTemporaryAllocation(of: Element.self, capacity: max(1, columns)) { buffer in
                    guard let space = buffer.baseAddress else { return }
                    for row in range {
                        body(row, space)
                        Element.compress(space, into: matrix.row(row), columns)
                    }
                }
            }
        }
    }

    /// Reads every row in full, rows shared out over the threads.
    @inline(__always)
    func readRows(_ body: @Sendable (_ row: Int, _ source: Element.Row) -> Void) {
        switch content {
        case .full(let matrix): matrix.forEachRow { body($0, matrix.row($0)) }
        case .bf16(let matrix):
            let columns = matrix.columns
            Compute.ranges(of: matrix.rows, grain: max(1, Matrix<Element>.grain / max(1, columns))) { _, range in
                withUnsafeTemporaryAllocation(of: Element.self, capacity: max(1, columns)) { buffer in
                    guard let space = buffer.baseAddress else { return }
                    for row in range { body(row, inFull(row, space)) }
                }
            }
        }
    }

    /// A row in full: where it stands, or expanded into `space`.
    @inline(__always)
    func inFull(_ row: Int, _ space: Element.Row) -> Element.Row {
        switch content {
        case .full(let matrix): return matrix.row(row)
        case .bf16(let matrix):
            Element.expand(matrix.row(row), into: space, matrix.columns)
            return space
        }
    }
}
