/// Causal multi-head attention, a block of queries at a time.
///
/// Scores of one block against the keys it may see are the only quadratic buffer: `blockSize · T` a thread, whatever the
/// batch. The forward pass keeps one log-sum-exp a row, from which the backward pass makes the probabilities again
/// (Dao et al. 2022, arXiv:2205.14135, §3.1; here with whole rows of keys, so no running maximum is needed).
///
/// Queries, keys, values, probabilities and their derivatives are operands of products and are rounded as such; scores, softmax and sums
/// are in full.
///
/// Legend: B sequences, T positions, H heads of d elements; query, key, value, output [B·T, H·d]; scale 1/√d.
public struct Attention<Element: Scalar>: Sendable {
    public let sequenceLength: Int
    public let heads: Int
    public let headSize: Int
    let scale: Element
    static var blockSize: Int { 64 }
    let space: [WorkerSpace]

    /// What one thread needs: two score blocks and the key's and value's gradients of one head.
    struct WorkerSpace: Sendable {
        let scores: Matrix<Element>  // [blockSize, T] scores, then probabilities
        let gradients: Matrix<Element>  // [blockSize, T]
        let keyGradient: Matrix<Element>  // [T, d]
        let valueGradient: Matrix<Element>  // [T, d]
        let queryGradient: Matrix<Element>  // [blockSize, d]
        let outputGradient: Operand<Element>?  // [blockSize, d] where it is rounded
    }

    /// Elements that ``init(sequenceLength:heads:headSize:threads:precision:ledger:)`` allocates.
    public static func workspaceCount(sequenceLength: Int, headSize: Int, threads: Int, precision: OperandPrecision = .full) -> Int {
        let block = min(blockSize, sequenceLength)
        let rounded = precision == .full ? 0 : precision.spaceCount(block * headSize)
        return threads * (2 * block * sequenceLength + 2 * sequenceLength * headSize + block * headSize + rounded)
    }

    /// With space of its own.
    public init(
        sequenceLength: Int, heads: Int, headSize: Int, threads: Int, precision: OperandPrecision = .full, ledger: MemoryLedger
    ) throws {
        let count = Self.workspaceCount(sequenceLength: sequenceLength, headSize: headSize, threads: threads, precision: precision)
        var scratch = Scratch(try Matrix<Element>(rows: 1, columns: count, category: .workspace, ledger: ledger))
        self.init(sequenceLength: sequenceLength, heads: heads, headSize: headSize, threads: threads, precision: precision, in: &scratch)
    }

    /// - Parameter scratch: gives ``workspaceCount(sequenceLength:headSize:threads:precision:)`` elements.
    public init(
        sequenceLength: Int, heads: Int, headSize: Int, threads: Int, precision: OperandPrecision = .full, in scratch: inout Scratch<Element>
    ) {
        self.sequenceLength = sequenceLength
        self.heads = heads
        self.headSize = headSize
        scale = 1 / Element(headSize).squareRoot()
        let block = min(Self.blockSize, sequenceLength)
        space = (0..<threads).map { _ in
            WorkerSpace(
                scores: scratch.take(rows: block, columns: sequenceLength),
                gradients: scratch.take(rows: block, columns: sequenceLength),
                keyGradient: scratch.take(rows: sequenceLength, columns: headSize),
                valueGradient: scratch.take(rows: sequenceLength, columns: headSize),
                queryGradient: scratch.take(rows: block, columns: headSize),
                outputGradient: precision == .full ? nil : scratch.take(rows: block, columns: headSize, precision: precision))
        }
    }

    var blocks: [Range<Int>] {
        stride(from: 0, to: sequenceLength, by: Self.blockSize).map { $0..<min($0 + Self.blockSize, sequenceLength) }
    }

    /// Runs `body` for every head of every sequence, shared out over as many threads as there is space for.
    func forEachHead(_ rows: Int, _ body: @Sendable (_ worker: WorkerSpace, _ workers: Int, _ head: Int, _ tokens: Range<Int>, _ columns: Range<Int>) -> Void) {
        let tasks = rows / sequenceLength * heads
        let workers = min(Compute.threads, tasks, space.count)
        Compute.tasks(tasks, workers: workers) { worker, task in
            let (first, head) = (task / heads * sequenceLength, task % heads)
            body(space[worker], workers, head, first..<first + sequenceLength, head * headSize..<(head + 1) * headSize)
        }
    }

    /// - Parameter logSumExp: [H, B·T], written for the way back.
    public func forward(
        query: some ProductOperand<Element>, key: some ProductOperand<Element>, value: some ProductOperand<Element>,
        into output: some ProductOperand<Element>, logSumExp: Matrix<Element>
    ) {
        let (query, key, value, output) = (query.operand, key.operand, value.operand, output.operand)
        let blocks = blocks
        forEachHead(query.rows) { mine, workers, head, tokens, columns in
            let q = query.window(rows: tokens, columns: columns)
            let k = key.window(rows: tokens, columns: columns)
            let v = value.window(rows: tokens, columns: columns)
            let o = output.window(rows: tokens, columns: columns)
            for block in blocks {
                let seen = block.upperBound
                let scores = mine.scores.reshaped(rows: block.count, columns: seen)
                scores.setProduct(q.window(rows: block), transposing: k.window(rows: 0..<seen), sharedBy: workers)
                let p = scores.roundedInPlace(to: query.precision)
                for row in 0..<block.count {
                    logSumExp[head, tokens.lowerBound + block.lowerBound + row] = Element.causalSoftmax(
                        scores.row(row), valid: block.lowerBound + row + 1, seen, scale: scale)
                    p.roundRowInPlace(row, from: scores)
                }
                o.window(rows: block).setProduct(p, v.window(rows: 0..<seen), sharedBy: workers)
            }
        }
    }
}
