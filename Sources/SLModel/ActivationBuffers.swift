import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// What one block keeps for its backward pass. N tokens, h hidden, f intermediate, H heads.
struct BlockActivations<Element: Scalar> {
    let input: Matrix<Element>  // [N, h] residual stream into the block
    let middle: Matrix<Element>  // [N, h] residual stream between attention and feed-forward
    let inputReciprocal: Matrix<Element>  // [1, N]
    let middleReciprocal: Matrix<Element>  // [1, N]
    let query: Matrix<Element>  // [N, h]
    let key: Matrix<Element>  // [N, h]
    let value: Matrix<Element>  // [N, h]
    let attention: Matrix<Element>  // [N, h]
    let logSumExp: Matrix<Element>  // [H, N]
    let gate: Matrix<Element>  // [N, f]
    let up: Matrix<Element>  // [N, f]

    init(_ layout: EngineLayout, ledger: MemoryLedger) throws {
        func matrix(_ rows: Int, _ columns: Int) throws -> Matrix<Element> {
            try Matrix(rows: rows, columns: columns, category: .activations, ledger: ledger)
        }
        let (n, h, f) = (layout.tokens, layout.shape.hiddenSize, layout.shape.intermediateSize)
        input = try matrix(n, h)
        middle = try matrix(n, h)
        inputReciprocal = try matrix(1, n)
        middleReciprocal = try matrix(1, n)
        query = try matrix(n, h)
        key = try matrix(n, h)
        value = try matrix(n, h)
        attention = try matrix(n, h)
        logSumExp = try matrix(layout.shape.headCount, n)
        gate = try matrix(n, f)
        up = try matrix(n, f)
    }
}

/// Everything allocated once for a run's passes: kept activations, and temporary buffers that all layers share.
struct EngineBuffers<Element: Scalar> {
    let blocks: [BlockActivations<Element>]
    let output: Matrix<Element>  // [N, h] residual stream out of the last block
    let outputReciprocal: Matrix<Element>  // [1, N]
    let hidden: Matrix<Element>  // [N, h] normalised input of the linears; gradient of attention's output
    let hiddenGradient: Matrix<Element>  // [N, h]
    let residualGradient: Matrix<Element>  // [N, h]
    let activated: Matrix<Element>  // [N, f] SiLU(gate) · up
    let activatedGradient: Matrix<Element>  // [N, f]
    let logits: Matrix<Element>  // [head block, V]
    let gainPartial: Matrix<Element>  // [threads, h]
    let attention: Attention<Element>
    let rotary: RotaryTable<Element>
    let scratch: Matrix<Element>  // [1, largest]

    init(_ layout: EngineLayout, settings: AdamSettings, ledger: MemoryLedger) throws {
        let shape = layout.shape
        func matrix(_ rows: Int, _ columns: Int, _ category: MemoryCategory) throws -> Matrix<Element> {
            try Matrix(rows: rows, columns: columns, category: category, ledger: ledger)
        }
        let (n, h, f) = (layout.tokens, shape.hiddenSize, shape.intermediateSize)
        blocks = try (0..<shape.layerCount).map { _ in try BlockActivations(layout, ledger: ledger) }
        output = try matrix(n, h, .activations)
        outputReciprocal = try matrix(1, n, .activations)
        hidden = try matrix(n, h, .workspace)
        hiddenGradient = try matrix(n, h, .workspace)
        residualGradient = try matrix(n, h, .workspace)
        activated = try matrix(n, f, .workspace)
        activatedGradient = try matrix(n, f, .workspace)
        logits = try matrix(layout.headBlock, shape.vocabularySize, .workspace)
        gainPartial = try matrix(layout.threads, h, .workspace)
        attention = try Attention(
            sequenceLength: layout.sequenceLength, heads: shape.headCount, headSize: shape.headSize, threads: layout.threads,
            ledger: ledger)
        rotary = try RotaryTable(length: layout.sequenceLength, headSize: shape.headSize, theta: shape.ropeTheta, ledger: ledger)
        scratch = try matrix(1, layout.scratchCount(settings: settings), .workspace)
    }
}
