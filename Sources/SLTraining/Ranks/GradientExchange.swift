import SLNumerics
import SLRanks

/// The sum of gradients over all processes, in the tree's order or by the library's own sum.
///
/// Where the optimizer's state is shared out, a gradient's sum in the tree's order is made on its owner alone: in a round each process sends the
/// next piece of every owner's tensors to that owner, which adds what it gets. That is half the bytes; the weights go the way back when they are
/// updated. The library's own sum is everybody's.
struct GradientExchange {
    let tree: TreeSum
    let ranks: any RankGroup

    /// Replaces this process's sums by everybody's.
    ///
    /// - Parameters:
    ///   - matrices: in the same order on every process.
    ///   - owner: of a matrix, by its place; `nil`: the sum is wanted everywhere.
    /// - Throws: `RankError`, `OutOfMemoryError`.
    func sum<Element: Scalar>(_ matrices: [Matrix<Element>], owner: (Int) -> Int?) throws {
        guard !ranks.isLone else { return }
        var owned = Array(repeating: [Matrix<Element>](), count: ranks.count)
        var small: [Matrix<Element>] = []
        for (index, matrix) in matrices.enumerated() {
            if tree.reduction == .tree, let owner = owner(index) {
                owned[owner].append(matrix)
            } else if matrix.count >= pieceCount(of: Element.self) / 4 {
                try sum(matrix, to: nil)
            } else {
                small.append(matrix)
            }
        }
        try sumPacked(FlatElements(small))
        try sumToOwners(owned.map { FlatElements($0) })
    }

    /// Replaces this process's addend by everybody's sum, of one gradient as soon as it is there.
    ///
    /// Each process adds a slice, as there is but one owner at a time.
    ///
    /// - Parameter owner: who alone wants the sum; what the others hold is of no use then. `nil`: it is wanted everywhere.
    func sum<Element: Scalar>(_ matrix: Matrix<Element>, to owner: Int?) throws(RankError) {
        if Element.self == Double.self {
            unsafe try tree.sum(bytes(of: matrix).bindMemory(to: Double.self), to: owner)
        } else {
            unsafe try tree.sum(bytes(of: matrix).bindMemory(to: Float.self), to: owner)
        }
    }

    private func pieceCount<Element>(of type: Element.Type) -> Int { max(1, tree.pieceBytes / MemoryLayout<Element>.stride) }

    /// A call costs the same for few bytes.
    private func sumPacked<Element: Scalar>(_ elements: FlatElements<Element>) throws {
        guard elements.count > 0 else { return }
        let part = min(elements.count, pieceCount(of: Element.self))
        let space = try Matrix<Element>(rows: 1, columns: part, category: .workspace, ledger: MemoryLedger())
        for start in stride(from: 0, to: elements.count, by: part) {
            let piece = space.window(rows: 0..<1, columns: 0..<min(part, elements.count - start))
            elements.read(from: start, into: piece)
            try sum(piece, to: nil)
            elements.write(from: start, piece)
        }
    }

    private func sumToOwners<Element: Scalar>(_ owned: [FlatElements<Element>]) throws {
        let longest = owned.map(\.count).max() ?? 0
        guard longest > 0 else { return }
        let part = min(longest, max(1, pieceCount(of: Element.self) / ranks.count))
        // Of the exchange, not of the run: as a library's own buffers are.
        let ledger = MemoryLedger()
        let sent = try Matrix<Element>(rows: ranks.count, columns: part, category: .workspace, ledger: ledger)
        let received = try Matrix<Element>(rows: ranks.count, columns: part, category: .workspace, ledger: ledger)
        for start in stride(from: 0, to: longest, by: part) {
            // Behind the end of the shorter ones stands what was there before: nobody reads it.
            for (rank, elements) in owned.enumerated() { elements.read(from: start, into: sent.window(rows: rank..<rank + 1)) }
            unsafe try ranks.scatter(UnsafeRawBufferPointer(bytes(of: sent)), into: bytes(of: received))
            var stride = 1
            while stride < ranks.count {
                for left in Swift.stride(from: 0, to: ranks.count - stride, by: 2 * stride) {
                    received.window(rows: left..<left + 1).add(received.window(rows: left + stride..<left + stride + 1))
                }
                stride *= 2
            }
            owned[ranks.rank].write(from: start, received.window(rows: 0..<1))
        }
    }

    private func bytes<Element: Scalar>(of matrix: Matrix<Element>) -> UnsafeMutableRawBufferPointer {
        precondition(matrix.isContiguous)
        return unsafe UnsafeMutableRawBufferPointer(start: matrix.base, count: matrix.count * MemoryLayout<Element>.stride)
    }
}

/// Matrices one behind the other, element by element.
private struct FlatElements<Element: Scalar> {
    private let matrices: [Matrix<Element>]
    /// Where each begins.
    private let starts: [Int]
    let count: Int

    init(_ matrices: [Matrix<Element>]) {
        precondition(matrices.allSatisfy(\.isContiguous))
        self.matrices = matrices
        var starts: [Int] = []
        var count = 0
        for matrix in matrices {
            starts.append(count)
            count += matrix.count
        }
        self.starts = starts
        self.count = count
    }

    /// Calls `body` with each piece of the `length` elements from `start` on, as far as there are so many, as a row, and with its place among them.
    private func forEachPiece(from start: Int, _ length: Int, _ body: (_ piece: Matrix<Element>, _ place: Int) -> Void) {
        for (matrix, first) in zip(matrices, starts) where first < start + length && first + matrix.count > start {
            let (lower, upper) = (max(first, start), min(first + matrix.count, start + length))
            body(matrix.reshaped(from: lower - first, rows: 1, columns: upper - lower), lower - start)
        }
    }

    /// - Parameter target: [1, as many as are read].
    func read(from start: Int, into target: Matrix<Element>) {
        forEachPiece(from: start, target.columns) { piece, place in
            target.window(rows: 0..<1, columns: place..<place + piece.columns).copy(from: piece)
        }
    }

    func write(from start: Int, _ source: Matrix<Element>) {
        forEachPiece(from: start, source.columns) { piece, place in
            piece.copy(from: source.window(rows: 0..<1, columns: place..<place + piece.columns))
        }
    }
}
