/// Causal multi-head attention, a block of queries at a time.
///
/// Scores of one block against the keys it may see are the only quadratic buffer: `blockSize · T` a thread, whatever the
/// batch. The forward pass keeps one log-sum-exp a row, from which the backward pass makes the probabilities again
/// (Dao et al. 2022, arXiv:2205.14135, §3.1; here with whole rows of keys, so no running maximum is needed).
///
/// Legend: B sequences, T positions, H heads of d elements; query, key, value, output [B·T, H·d]; scale 1/√d.
public struct Attention<Element: Scalar>: Sendable {
    public let sequenceLength: Int
    public let heads: Int
    public let headSize: Int
    private let scale: Element
    private static var blockSize: Int { 64 }
    private let space: [WorkerSpace]

    /// What one thread needs: two score blocks and the key's and value's gradients of one head.
    private struct WorkerSpace: Sendable {
        let probabilities: Matrix<Element>  // [blockSize, T]
        let gradients: Matrix<Element>  // [blockSize, T]
        let keyGradient: Matrix<Element>  // [T, d]
        let valueGradient: Matrix<Element>  // [T, d]
        let queryGradient: Matrix<Element>  // [blockSize, d]
    }

    /// Elements that ``init(sequenceLength:heads:headSize:threads:ledger:)`` allocates.
    public static func workspaceCount(sequenceLength: Int, headSize: Int, threads: Int) -> Int {
        let block = min(blockSize, sequenceLength)
        return threads * (2 * block * sequenceLength + 2 * sequenceLength * headSize + block * headSize)
    }

    /// With space of its own.
    public init(sequenceLength: Int, heads: Int, headSize: Int, threads: Int, ledger: MemoryLedger) throws {
        let count = Self.workspaceCount(sequenceLength: sequenceLength, headSize: headSize, threads: threads)
        var scratch = Scratch(try Matrix<Element>(rows: 1, columns: count, category: .workspace, ledger: ledger))
        self.init(sequenceLength: sequenceLength, heads: heads, headSize: headSize, threads: threads, in: &scratch)
    }

    /// - Parameter scratch: gives ``workspaceCount(sequenceLength:headSize:threads:)`` elements.
    public init(sequenceLength: Int, heads: Int, headSize: Int, threads: Int, in scratch: inout Scratch<Element>) {
        self.sequenceLength = sequenceLength
        self.heads = heads
        self.headSize = headSize
        scale = 1 / Element(headSize).squareRoot()
        let block = min(Self.blockSize, sequenceLength)
        space = (0..<threads).map { _ in
            WorkerSpace(
                probabilities: scratch.take(rows: block, columns: sequenceLength),
                gradients: scratch.take(rows: block, columns: sequenceLength),
                keyGradient: scratch.take(rows: sequenceLength, columns: headSize),
                valueGradient: scratch.take(rows: sequenceLength, columns: headSize),
                queryGradient: scratch.take(rows: block, columns: headSize))
        }
    }

    private func blocks() -> [Range<Int>] {
        stride(from: 0, to: sequenceLength, by: Self.blockSize).map { $0..<min($0 + Self.blockSize, sequenceLength) }
    }

    /// - Parameter logSumExp: [H, B·T], written for the way back.
    public func forward(query: Matrix<Element>, key: Matrix<Element>, value: Matrix<Element>, into output: Matrix<Element>, logSumExp: Matrix<Element>) {
        let sequences = query.rows / sequenceLength
        let workers = min(Compute.threads, sequences * heads, space.count)
        let blocks = blocks()
        Compute.tasks(sequences * heads, workers: workers) { worker, task in
            let tokens = Range(start: task / heads * sequenceLength, count: sequenceLength)
            let head = task % heads
            let columns = Range(start: head * headSize, count: headSize)
            let q = query.window(rows: tokens, columns: columns)
            let k = key.window(rows: tokens, columns: columns)
            let v = value.window(rows: tokens, columns: columns)
            let o = output.window(rows: tokens, columns: columns)
            for block in blocks {
                let seen = block.upperBound
                let p = space[worker].probabilities.reshaped(rows: block.count, columns: seen)
                p.setProduct(q.window(rows: block), transposing: k.window(rows: 0..<seen), sharedBy: workers)
                for row in 0..<block.count {
                    logSumExp[head, tokens.lowerBound + block.lowerBound + row] = Element.causalSoftmax(
                        p.row(row), valid: block.lowerBound + row + 1, seen, scale: scale)
                }
                o.window(rows: block).setProduct(p, v.window(rows: 0..<seen), sharedBy: workers)
            }
        }
    }

    /// query, key and value are overwritten by their own derivatives.
    ///
    /// - Parameter output: the forward pass's, if it is there; without it each row's Σ p·dp stands in for the equal output · dOutput.
    public func backward(
        query: Matrix<Element>, key: Matrix<Element>, value: Matrix<Element>, output: Matrix<Element>?,
        outputGradient: Matrix<Element>, logSumExp: Matrix<Element>
    ) {
        let sequences = query.rows / sequenceLength
        let workers = min(Compute.threads, sequences * heads, space.count)
        let blocks = blocks()
        Compute.tasks(sequences * heads, workers: workers) { worker, task in
            let tokens = Range(start: task / heads * sequenceLength, count: sequenceLength)
            let head = task % heads
            let columns = Range(start: head * headSize, count: headSize)
            let q = query.window(rows: tokens, columns: columns)
            let k = key.window(rows: tokens, columns: columns)
            let v = value.window(rows: tokens, columns: columns)
            let o = output?.window(rows: tokens, columns: columns)
            let dO = outputGradient.window(rows: tokens, columns: columns)
            let mine = space[worker]
            // The last block sees every key: it overwrites the sums that the others add to.
            for block in blocks.reversed() {
                let seen = block.upperBound
                let keep: Element = seen == sequenceLength ? 0 : 1
                let p = mine.probabilities.reshaped(rows: block.count, columns: seen)
                let dp = mine.gradients.reshaped(rows: block.count, columns: seen)
                let dq = mine.queryGradient.window(rows: 0..<block.count)
                let (qBlock, dOBlock) = (q.window(rows: block), dO.window(rows: block))
                let keys = k.window(rows: 0..<seen)
                p.setProduct(qBlock, transposing: keys, sharedBy: workers)
                dp.setProduct(dOBlock, transposing: v.window(rows: 0..<seen), sharedBy: workers)
                for row in 0..<block.count {
                    let position = block.lowerBound + row
                    Element.causalProbabilities(
                        p.row(row), valid: position + 1, seen, scale: scale, logSumExp: logSumExp[head, tokens.lowerBound + position])
                    let delta = o.map { Element.dot($0.row(position), dO.row(position), headSize) } ?? Element.dot(p.row(row), dp.row(row), position + 1)
                    Element.causalSoftmaxBackward(p.row(row), dp.row(row), valid: position + 1, seen, delta: delta, scale: scale)
                }
                mine.valueGradient.window(rows: 0..<seen).setProduct(transposing: p, dOBlock, keep: keep, sharedBy: workers)
                mine.keyGradient.window(rows: 0..<seen).setProduct(transposing: dp, qBlock, keep: keep, sharedBy: workers)
                dq.setProduct(dp, keys, sharedBy: workers)
                for row in 0..<block.count { qBlock.row(row).update(from: dq.row(row), count: headSize) }
            }
            for row in 0..<sequenceLength {
                k.row(row).update(from: mine.keyGradient.row(row), count: headSize)
                v.row(row).update(from: mine.valueGradient.row(row), count: headSize)
            }
        }
    }
}

extension Range<Int> {
    fileprivate init(start: Int, count: Int) { self = start..<(start + count) }
}
