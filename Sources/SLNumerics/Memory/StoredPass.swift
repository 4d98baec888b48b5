/// Piecewise passes over several tensors of one shape in whatever format each is kept: what gives every update rule short weights
/// and states from one place.
public enum StoredPass {
    /// Runs `body` on pieces of all tensors side by side, with every tensor's elements in full, and writes back what was expanded.
    ///
    /// Shorter formats are expanded a piece at a time into a thread's own buffer, so that the arithmetic is the same and no whole
    /// tensor exists twice. Pieces come in any order; they are cut by count and threads only.
    ///
    /// - Parameters:
    ///   - key: what stochastic rounding draws from, another for every tensor of the list.
    ///   - body: index of the first element, how many there are, and where they are in each tensor.
    public static func run<S: Scalar>(
        over tensors: [StoredTensor<S>], key: UInt64, _ body: @Sendable (_ start: Int, _ count: Int, _ rows: [S.Row]) -> Void
    ) {
        guard let count = tensors.first?.count else { return }
        precondition(tensors.allSatisfy { $0.count == count }, "tensors of one pass have one shape")
        Compute.ranges(of: count, grain: Matrix<S>.grain, alignment: StoredTensor<S>.piece) { _, range in
            pieces(range, of: tensors, key: key, body)
        }
    }

    /// The same on the calling thread for a part of the elements that begins at a whole piece.
    static func pieces<S: Scalar>(
        _ range: Range<Int>, of tensors: [StoredTensor<S>], key: UInt64, _ body: (_ start: Int, _ count: Int, _ rows: [S.Row]) -> Void
    ) {
        guard !range.isEmpty else { return }
        let size = StoredTensor<S>.piece
        // Rows a multiple of 4 KiB apart would have every load wait for the other rows' stores, which look alike to the
        // processor, and share the same lines of the cache.
        let distance = size + 144
        withUnsafeTemporaryAllocation(of: S.self, capacity: tensors.count * distance) { buffer in
            guard let base = buffer.baseAddress else { return }
            for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
                let piece = start..<min(start + size, range.upperBound)
                let rows = tensors.enumerated().map { index, tensor -> S.Row in
                    if let matrix = tensor.matrix { return matrix.base + start }
                    tensor.read(piece, into: base + index * distance)
                    return base + index * distance
                }
                body(start, piece.count, rows)
                for (index, tensor) in tensors.enumerated() where tensor.matrix == nil {
                    tensor.write(piece, from: base + index * distance, key: key &+ UInt64(index))
                }
            }
        }
    }
}

extension StoredTensor {
    /// Elements ← (elements · decay − size · direction) · trailingDecay, in one pass.
    ///
    /// - Parameter key: what stochastic rounding draws from.
    public func step(along direction: Matrix<Element>, by size: Element, decay: Element, trailingDecay: Element, key: UInt64) {
        precondition(direction.isContiguous && direction.count == count)
        StoredPass.run(over: [self], key: key) { start, count, rows in
            if decay != 1 { Element.scale(rows[0], decay, count) }
            Element.addScaled(rows[0], -size, direction.base + start, count)
            if trailingDecay != 1 { Element.scale(rows[0], trailingDecay, count) }
        }
    }
}
