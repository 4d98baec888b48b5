import SLNumerics

/// A running average that is kept in whatever format.
extension StoredTensor {
    /// The average takes up `x`, and `x` becomes the average before it is rounded, or what lies ahead of it.
    ///
    /// - Parameters:
    ///   - x: contiguous, of as many elements.
    ///   - isNesterov: whether x becomes (1 − decay)·x + decay·average.
    ///   - key: what stochastic rounding draws from.
    func takeUp(_ x: Matrix<Element>, decay: Double, isNesterov: Bool = false, key: UInt64) {
        precondition(x.isContiguous && x.count == count)
        StoredPass.run(over: [self], key: key) { start, count, held in
            let row = x.base + start
            GradientKernel.average(held[0], with: row, decay: decay, count)
            if isNesterov {
                GradientKernel.average(row, with: held[0], decay: 1 - decay, count)
            } else {
                row.update(from: held[0], count: count)
            }
        }
    }
}
