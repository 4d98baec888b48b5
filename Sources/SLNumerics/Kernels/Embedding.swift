/// Token embedding: rows of a table by token id.
public enum Embedding {
    /// y[i] = table[token i]; ids are checked where batches are made.
    public static func forward<S: Scalar>(_ table: Matrix<S>, tokens: UnsafeBufferPointer<Int32>, into y: Matrix<S>) {
        precondition(tokens.count == y.rows && table.columns == y.columns)
        let ids = TokenIDs(tokens)
        y.forEachRow { row in
            let id = ids[row]
            precondition(id >= 0 && id < table.rows, "token id \(id) outside the vocabulary of \(table.rows)")
            y.row(row).update(from: table.row(id), count: y.columns)
        }
    }

    /// The same from a table in any format.
    public static func forward<S: Scalar>(_ table: StoredTensor<S>, tokens: UnsafeBufferPointer<Int32>, into y: Matrix<S>) {
        if let matrix = table.matrix { return forward(matrix, tokens: tokens, into: y) }
        precondition(tokens.count == y.rows && table.columns == y.columns)
        let ids = TokenIDs(tokens)
        y.forEachRow { row in
            let id = ids[row]
            precondition(id >= 0 && id < table.rows, "token id \(id) outside the vocabulary of \(table.rows)")
            table.read(id * y.columns..<(id + 1) * y.columns, into: y.row(row))
        }
    }

    /// gradient[token i] adds dy[i]. Threads share out columns, not tokens: repeated tokens add in order.
    public static func backward<S: Scalar>(_ dy: Matrix<S>, tokens: UnsafeBufferPointer<Int32>, into gradient: Matrix<S>) {
        precondition(tokens.count == dy.rows && gradient.columns == dy.columns)
        let ids = TokenIDs(tokens)
        Compute.ranges(of: dy.columns, grain: max(1, Matrix<S>.grain / max(1, dy.rows)), alignment: 16) { _, columns in
            for row in 0..<dy.rows {
                S.addScaled(gradient.row(ids[row]) + columns.lowerBound, 1, dy.row(row) + columns.lowerBound, columns.count)
            }
        }
    }
}

/// Token ids that other threads may read.
struct TokenIDs: @unchecked Sendable {
    private let base: UnsafeBufferPointer<Int32>
    init(_ base: UnsafeBufferPointer<Int32>) { self.base = base }
    subscript(index: Int) -> Int { Int(base[index]) }
}
