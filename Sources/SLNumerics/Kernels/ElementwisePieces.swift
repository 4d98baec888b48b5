/// Several operands of one shape that a kernel goes through element by element, pieces of them shared out over the threads.
///
/// A kernel sees rows in full: of brain floats it gets an expanded piece, small enough to stay in the first cache, and what it leaves there
/// is rounded.
struct ElementwisePieces<Element: Scalar>: Sendable {
    private let operands: [Operand<Element>]
    private let count: Int
    /// Elements of a piece.
    private static var size: Int { 1024 }

    /// - Precondition: contiguous.
    init?(_ operands: [Operand<Element>]) {
        guard let first = operands.first, first.rows > 0, first.columns > 0 else { return nil }
        for operand in operands {
            switch operand.content {
            case .full(let matrix): precondition(matrix.isContiguous)
            case .bf16(let matrix): precondition(matrix.isContiguous)
            }
        }
        self.operands = operands
        count = first.rows * first.columns
    }

    /// - Parameters:
    ///   - reads: which operands the kernel reads.
    ///   - writes: which it writes.
    func run(reads: Range<Int>, writes: Range<Int>, _ kernel: @Sendable (_ pieces: UnsafeMutablePointer<Element.Row>, _ count: Int) -> Void) {
        let isShort = operands.contains { $0.precision != .full }
        Compute.ranges(of: count, grain: Matrix<Element>.grain / 4, alignment: 16) { _, range in
            withUnsafeTemporaryAllocation(of: Element.self, capacity: isShort ? operands.count * Self.size : 1) { buffer in
                withUnsafeTemporaryAllocation(of: Element.Row.self, capacity: operands.count) { rows in
                    guard let space = buffer.baseAddress, let pieces = rows.baseAddress else { return }
                    for start in stride(from: range.lowerBound, to: range.upperBound, by: isShort ? Self.size : range.count) {
                        let piece = min(isShort ? Self.size : range.count, range.upperBound - start)
                        for (index, operand) in operands.enumerated() {
                            switch operand.content {
                            case .full(let matrix): pieces[index] = matrix.base + start
                            case .bf16(let matrix):
                                pieces[index] = space + index * Self.size
                                if reads.contains(index) { Element.expand(matrix.base + start, into: pieces[index], piece) }
                            }
                        }
                        kernel(pieces, piece)
                        for index in writes {
                            if case .bf16(let matrix) = operands[index].content { Element.compress(pieces[index], into: matrix.base + start, piece) }
                        }
                    }
                }
            }
        }
    }
}
