import SLMethodKit
import SLNumerics
import SLSpec

/// What one block saves for its backward pass. N tokens, h hidden, f intermediate, H heads.
struct BlockActivations<Element: Scalar> {
    let input: Matrix<Element>  // [N, h] residual stream into the block
    let interior: Interior<Element>
}

typealias Interior<Element: Scalar> = BlockInterior<Matrix<Element>, Operand<Element>>

/// What stands between a block's input and its output; in the same space for all blocks where it is computed again.
///
/// One list for the planner, whose pieces are counts, and for the engine, whose pieces are matrices. What products read, and what the backward
/// pass needs besides the residual streams, is kept in the precision of operands.
struct BlockInterior<Piece, Rounded> {
    let middle: Piece  // [N, h] residual stream between attention and feed-forward
    let inputReciprocal: Piece  // [1, N]
    let middleReciprocal: Piece  // [1, N]
    let query: Rounded  // [N, h]
    let key: Rounded  // [N, h]
    let value: Rounded  // [N, h]
    let attention: Rounded?  // [N, h] where a linear's backward pass reads it
    let logSumExp: Piece  // [H, N]
    let gate: Rounded  // [N, f]
    let up: Rounded  // [N, f]
    let saved: [Rounded?]  // [N, columns] by role, where a parameterization asks for it

    init(
        _ layout: EngineLayout, layer: Int, _ piece: (_ rows: Int, _ columns: Int) throws -> Piece,
        operand: (_ rows: Int, _ columns: Int) throws -> Rounded
    ) rethrows {
        let (n, h, f) = (layout.tokens, layout.shape.hiddenSize, layout.shape.intermediateSize)
        let wanted = layout.savedActivations(layer: layer)
        middle = try piece(n, h)
        inputReciprocal = try piece(1, n)
        middleReciprocal = try piece(1, n)
        query = try operand(n, h)
        key = try operand(n, h)
        value = try operand(n, h)
        attention = try BlockInput.attended.isRead { wanted[$0] ?? SavedActivations() } ? operand(n, h) : nil
        logSumExp = try piece(layout.shape.headCount, n)
        gate = try operand(n, f)
        up = try operand(n, f)
        saved = try LinearRole.allCases.map { role in
            let columns = wanted[role].map(BlockInput.of(role).keptColumns) ?? 0
            return try columns > 0 ? operand(n, columns) : nil
        }
    }
}

/// Everything allocated once for a run's passes: saved activations, and temporary buffers that all layers share.
struct EngineBuffers<Element: Scalar> {
    let blocks: [BlockActivations<Element>]
    let output: Matrix<Element>  // [N, h] residual stream out of the last block
    let outputReciprocal: Matrix<Element>  // [1, N]
    let hidden: Operand<Element>  // [N, h] normalised input of the linears; attention's output where it isn't stored
    let hiddenGradient: Matrix<Element>  // [N, h] gradient of what linears read; forward, queries, keys and values before they are rounded
    let residualGradient: Matrix<Element>  // [N, h]
    let residualOperand: Operand<Element>  // [N, h] the residual gradient as products read it
    let normPartial: Matrix<Element>  // [threads, h]
    let rotary: RotaryTable<Element>

    // Space that blocks, head, embedding and update use in turn.
    private let shared: Matrix<Element>  // [1, largest]
    // While a block is computed:
    let activated: Operand<Element>  // [N, f] SiLU(gate) · up
    let activatedGradient: Matrix<Element>  // [N, f]; forward, gate and then up before they are rounded
    let attention: Attention<Element>
    let moduleScratch: Scratch<Element>
    // While the head is:
    let logits: Matrix<Element>  // [head block, V]
    let headRows: Matrix<Element>  // [rows, h] a part of the head in full; no rows where it is kept so
    let headScratch: Scratch<Element>

    init(_ layout: EngineLayout, ledger: MemoryLedger) throws {
        let shape = layout.shape
        func matrix(_ rows: Int, _ columns: Int, _ category: MemoryCategory) throws -> Matrix<Element> {
            try Matrix(rows: rows, columns: columns, category: category, ledger: ledger)
        }
        let (n, h, f) = (layout.tokens, shape.hiddenSize, shape.intermediateSize)
        let shared = try matrix(1, layout.sharedCount, .workspace)
        self.shared = shared

        var space = Scratch(shared)
        // Where blocks are computed again, their interiors begin at the same place.
        let again = layout.options.recomputesBlocks ? (0..<shape.layerCount).map { layer in
            var own = Scratch(shared)
            return Interior<Element>(layout, layer: layer) { own.take(rows: $0, columns: $1) } operand: {
                own.take(rows: $0, columns: $1, precision: layout.precision)
            }
        } : nil
        if again != nil { _ = space.take(rows: 1, columns: layout.largestInteriorCount) }
        activated = space.take(rows: n, columns: f, precision: layout.precision)
        activatedGradient = space.take(rows: n, columns: f)
        attention = Attention(
            sequenceLength: layout.sequenceLength, heads: shape.headCount, headSize: shape.headSize, threads: layout.threads, precision: layout.precision, in: &space)
        moduleScratch = space

        space = Scratch(shared)
        logits = space.take(rows: layout.headBlock, columns: shape.vocabularySize)
        headRows = space.take(rows: layout.headRows, columns: h)
        headScratch = space

        blocks = try (0..<shape.layerCount).map { layer in
            let input = try matrix(n, h, .activations)
            return BlockActivations(input: input, interior: try again?[layer] ?? BlockInterior(layout, layer: layer) { try matrix($0, $1, .activations) } operand: {
                try Operand(rows: $0, columns: $1, precision: layout.precision, category: .activations, ledger: ledger)
            })
        }
        output = try matrix(n, h, .activations)
        outputReciprocal = try matrix(1, n, .activations)
        hidden = try Operand(rows: n, columns: h, precision: layout.precision, category: .workspace, ledger: ledger)
        hiddenGradient = try matrix(n, h, .workspace)
        residualGradient = try matrix(n, h, .workspace)
        residualOperand = layout.precision == .full
            ? Operand(residualGradient) : try Operand(rows: n, columns: h, precision: layout.precision, category: .workspace, ledger: ledger)
        normPartial = try matrix(layout.threads, h, .workspace)
        rotary = try RotaryTable(length: layout.sequenceLength, headSize: shape.headSize, theta: shape.ropeTheta, ledger: ledger)
    }

    /// All of the shared space: between passes.
    var idle: Scratch<Element> { Scratch(shared) }
}
