extension Attention {
    /// query, key and value are overwritten by their own derivatives.
    ///
    /// - Parameters:
    ///   - output: the forward pass's, if it is there; without it each row's Σ p·dp stands in for the equal output · dOutput.
    ///   - rotary: the positions that query and key were turned by: their derivatives are turned back before they are rounded.
    public func backward(
        query: some ProductOperand<Element>, key: some ProductOperand<Element>, value: some ProductOperand<Element>, output: (any ProductOperand<Element>)?,
        outputGradient: Matrix<Element>, logSumExp: Matrix<Element>, rotary: RotaryTable<Element>? = nil
    ) {
        let (query, key, value, output) = (query.operand, key.operand, value.operand, output?.operand)
        let blocks = blocks
        forEachHead(query.rows) { mine, workers, head, tokens, columns in
            let q = query.window(rows: tokens, columns: columns)
            let k = key.window(rows: tokens, columns: columns)
            let v = value.window(rows: tokens, columns: columns)
            let o = output?.window(rows: tokens, columns: columns)
            let dO = outputGradient.window(rows: tokens, columns: columns)
            // The last block sees every key: it overwrites the sums that the others add to.
            for block in blocks.reversed() {
                let seen = block.upperBound
                let keep: Element = seen == sequenceLength ? 0 : 1
                let scores = mine.scores.reshaped(rows: block.count, columns: seen)
                let dScores = mine.gradients.reshaped(rows: block.count, columns: seen)
                let dq = mine.queryGradient.window(rows: 0..<block.count)
                let qBlock = q.window(rows: block)
                let dOBlock = rounded(dO.window(rows: block), in: mine)
                let keys = k.window(rows: 0..<seen)
                scores.setProduct(qBlock, transposing: keys, sharedBy: workers)
                dScores.setProduct(dOBlock, transposing: v.window(rows: 0..<seen), sharedBy: workers)
                let (p, dp) = (scores.roundedInPlace(to: query.precision), dScores.roundedInPlace(to: query.precision))
                withUnsafeTemporaryAllocation(of: Element.self, capacity: headSize) { buffer in
                    guard let space = buffer.baseAddress else { return }
                    for row in 0..<block.count {
                        let position = block.lowerBound + row
                        Element.causalProbabilities(
                            scores.row(row), valid: position + 1, seen, scale: scale, logSumExp: logSumExp[head, tokens.lowerBound + position])
                        let delta = o.map { Element.dot($0.inFull(position, space), dO.row(position), headSize) }
                            ?? Element.dot(scores.row(row), dScores.row(row), position + 1)
                        Element.causalSoftmaxBackward(scores.row(row), dScores.row(row), valid: position + 1, seen, delta: delta, scale: scale)
                        p.roundRowInPlace(row, from: scores)
                        dp.roundRowInPlace(row, from: dScores)
                    }
                }
                mine.valueGradient.window(rows: 0..<seen).setProduct(transposing: p, dOBlock, keep: keep, sharedBy: workers)
                mine.keyGradient.window(rows: 0..<seen).setProduct(transposing: dp, qBlock, keep: keep, sharedBy: workers)
                dq.setProduct(dp, keys, sharedBy: workers)
                for row in 0..<block.count {
                    rotary?.rotate(dq.row(row), position: block.lowerBound + row, inverse: true)
                    qBlock.setRow(row, from: dq.row(row))
                }
            }
            for row in 0..<sequenceLength {
                rotary?.rotate(mine.keyGradient.row(row), position: row, inverse: true)
                k.setRow(row, from: mine.keyGradient.row(row))
                v.setRow(row, from: mine.valueGradient.row(row))
            }
        }
    }

    /// A block of the output's gradient as an operand.
    private func rounded(_ block: Matrix<Element>, in mine: WorkerSpace) -> Operand<Element> {
        guard let space = mine.outputGradient?.window(rows: 0..<block.rows) else { return Operand(block) }
        for row in 0..<block.rows { space.setRow(row, from: block.row(row)) }
        return space
    }
}

extension Operand {
    /// One row from values in full.
    @inline(__always)
    func setRow(_ row: Int, from values: Element.Row) {
        switch content {
        case .full(let matrix): matrix.row(row).update(from: values, count: matrix.columns)
        case .bf16(let matrix): Element.compress(values, into: matrix.row(row), matrix.columns)
        }
    }
}
