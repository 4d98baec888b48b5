import SLNumerics

/// A running average that is kept in whatever format.
extension StoredTensor {
    /// The average takes up `x`, and `x` becomes the average before it is rounded.
    ///
    /// - Parameters:
    ///   - x: contiguous, of as many elements.
    ///   - key: what stochastic rounding draws from.
    func takeUp(_ x: Matrix<Element>, decay: Double, key: UInt64) {
        precondition(x.isContiguous && x.count == count)
        StoredPass.run(over: [self], key: key) { start, count, held in
            let row = x.base + start
            GradientKernel.average(held[0], with: row, decay: decay, count)
            row.update(from: held[0], count: count)
        }
    }
}
