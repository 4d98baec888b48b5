/// Next-token cross-entropy on rows of logits. Targets below 0 are masked: no loss, no gradient.
public enum CrossEntropy {
    /// Σ −log softmax(logits)[target] over the rows with a target.
    ///
    /// - Parameters: `logits` [n, V], overwritten by the derivative of `scale` · Σ nll when `gradientScale` is given.
    /// - Parameter perRow: receives each row's loss (0 where masked), if wanted; [1, n].
    public static func apply<S: Scalar>(_ logits: Matrix<S>, targets: UnsafeBufferPointer<Int32>, gradientScale: S?) -> Double {
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
                    if gradientScale != nil { row.update(repeating: 0, count: logits.columns) }
                    continue
                }
                precondition(target < logits.columns, "target \(target) outside the vocabulary of \(logits.columns)")
                let score = row[target]
                if let gradientScale {
                    let total = S.scaledSoftmax(row, logits.columns, scale: gradientScale)
                    row[target] -= gradientScale
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
