import Glibc

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
    ///   What `logits` hold besides is undefined then.
    public static func apply<S: Scalar>(
        _ logits: Matrix<S>, targets: UnsafeBufferPointer<Int32>, gradientScale: S?, roundedTo gradient: Operand<S>? = nil
    ) -> Double {
        precondition(targets.count == logits.rows)
        let ids = TokenIDs(targets)
        let sums = PartialSums(Compute.pieceCount(of: logits.rows, grain: 1))
        var rounded: Matrix<BFloat16>?
        if case .bf16(let matrix)? = gradient?.content { rounded = matrix }
        Compute.ranges(of: logits.rows) { [rounded] piece, range in
            var sum = 0.0
            for index in range {
                let row = logits.row(index)
                let target = ids[index]
                precondition(target < logits.columns, "target \(target) outside the vocabulary of \(logits.columns)")
                guard let gradientScale else {
                    if target >= 0 { sum += Double(S.logSumExp(row, logits.columns) - row[target]) }
                    continue
                }
                if let rounded {
                    sum += replace(row, rounded.row(index), logits.columns, target: target, scale: gradientScale)
                } else {
                    sum += replace(row, logits.columns, target: target, scale: gradientScale)
                }
            }
            sums[piece] = sum
        }
        return sums.total
    }

    /// A row becomes its derivative. Returns the loss.
    @inline(__always)
    private static func replace<S: Scalar>(_ row: S.Row, _ n: Int, target: Int, scale: S) -> Double {
        guard target >= 0 else {
            row.update(repeating: 0, count: n)
            return 0
        }
        let score = row[target]
        let total = S.scaledSoftmax(row, n, scale: scale)
        row[target] -= scale
        return Double(total - score)
    }

    /// `gradient` becomes the row's derivative, each element rounded once. Returns the loss.
    @inline(__always)
    private static func replace<S: Scalar>(
        _ row: S.Row, _ gradient: UnsafeMutablePointer<BFloat16>, _ n: Int, target: Int, scale: S
    ) -> Double {
        guard target >= 0 else {
            gradient.update(repeating: BFloat16(bits: 0), count: n)
            return 0
        }
        let score = row[target]
        let total = S.scaledSoftmax(row, rounding: gradient, n, scale: scale)
        // p − 1, which the rounded p has lost, from the logarithm of p.
        gradient[target] = BFloat16(nearest: Float(Double(scale) * expm1(Double(score - total))))
        return Double(total - score)
    }
}
