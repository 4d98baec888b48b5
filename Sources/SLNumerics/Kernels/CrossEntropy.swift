/// Next-token cross-entropy on rows of logits. Targets below 0 are masked: no loss, no gradient.
public enum CrossEntropy {
    /// Σ −log softmax(logits)[target], and the derivative of `scale` · Σ as an operand that lies where the logits lay.
    public static func gradient<S: Scalar>(
        _ logits: Matrix<S>, targets: UnsafeBufferPointer<Int32>, scale: S, precision: OperandPrecision
    ) -> (sum: Double, gradient: Operand<S>) {
        let gradient = logits.roundedInPlace(to: precision)
        return (apply(logits, targets: targets, gradientScale: scale, roundedTo: precision == .full ? nil : gradient), gradient)
    }

    /// Σ −log softmax(logits)[target] over the rows with a target.
    ///
    /// - Parameters: `logits` [n, V], overwritten by the derivative of `scale` · Σ nll when `gradientScale` is given.
    /// - Parameter gradient: what the derivative is rounded to row by row, where it is not `logits` itself; it may lie where they lie.
    public static func apply<S: Scalar>(
        _ logits: Matrix<S>, targets: UnsafeBufferPointer<Int32>, gradientScale: S?, roundedTo gradient: Operand<S>? = nil
    ) -> Double {
        precondition(targets.count == logits.rows)
        let ids = TokenIDs(targets)
        let pieces = Compute.pieceCount(of: logits.rows, grain: 1)
        let sums = PartialSums(pieces)
        Compute.ranges(of: logits.rows) { piece, range in
            var sum = 0.0
            for index in range {
                let row = logits.row(index)
                let target = ids[index]
                guard target >= 0 else {
                    if gradientScale != nil {
                        row.update(repeating: 0, count: logits.columns)
                        gradient?.roundRowInPlace(index, from: logits)
                    }
                    continue
                }
                precondition(target < logits.columns, "target \(target) outside the vocabulary of \(logits.columns)")
                let score = row[target]
                if let gradientScale {
                    let total = S.scaledSoftmax(row, logits.columns, scale: gradientScale)
                    row[target] -= gradientScale
                    gradient?.roundRowInPlace(index, from: logits)
                    sum += Double(total - score)
                } else {
                    sum += Double(S.logSumExp(row, logits.columns) - score)
                }
            }
            sums[piece] = sum
        }
        return sums.total
    }
}
