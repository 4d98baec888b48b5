import SLMethodKit
import SLNumerics
import SLSpec

/// What one block saves for its backward pass. N tokens, h hidden, f intermediate, H heads.
struct BlockActivations<Element: Scalar> {
    let input: Matrix<Element>  // [N, h] residual stream into the block
    let interior: Interior<Element>
}

typealias Interior<Element: Scalar> = BlockInterior<Matrix<Element>, Operand<Element>>

/// What stands between a block's input and its output; in the same space for all blocks where it is computed again, but for what each
/// keeps of its own.
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

    /// - Parameters:
    ///   - piece, operand: make a piece. One that is the block's own is so where the others' space serves all blocks, too.
    init(
        _ layout: EngineLayout, layer: Int, _ piece: (_ isOwn: Bool, _ rows: Int, _ columns: Int) throws -> Piece,
        operand: (_ isOwn: Bool, _ rows: Int, _ columns: Int) throws -> Rounded
    ) rethrows {
        let (n, h, f) = (layout.tokens, layout.shape.hiddenSize, layout.shape.intermediateSize)
        let wanted = layout.savedActivations(layer: layer)
        let keeps = layout.options.keepsBottlenecks
        middle = try piece(keeps, n, h)
        inputReciprocal = try piece(keeps, 1, n)
        middleReciprocal = try piece(keeps, 1, n)
        query = try operand(false, n, h)
        key = try operand(false, n, h)
        value = try operand(false, n, h)
        attention = try BlockInput.attended.isRead { wanted[$0] ?? SavedActivations() } ? operand(false, n, h) : nil
        logSumExp = try piece(false, layout.shape.headCount, n)
        gate = try operand(false, n, f)
        up = try operand(false, n, f)
        saved = try LinearRole.allCases.map { role in
            let columns = wanted[role].map(BlockInput.of(role).keptColumns) ?? 0
            return try columns > 0 ? operand(keeps && wanted[role]?.givesOutput == true, n, columns) : nil
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
        func kept(_ rows: Int, _ columns: Int) throws -> Operand<Element> {
            try Operand(rows: rows, columns: columns, precision: layout.precision, category: .activations, ledger: ledger)
        }
        let (n, h, f) = (layout.tokens, shape.hiddenSize, shape.intermediateSize)
        let shared = try matrix(1, layout.sharedCount, .workspace)
        self.shared = shared

        var space = Scratch(shared)
        // Where blocks are computed again, what is no block's own of their interiors begins at the same place.
        let again = layout.options.recomputesBlocks ? try (0..<shape.layerCount).map { layer in
            var common = Scratch(shared)
            return try Interior<Element>(layout, layer: layer) { isOwn, rows, columns in
                try isOwn ? matrix(rows, columns, .activations) : common.take(rows: rows, columns: columns)
            } operand: { isOwn, rows, columns in
                try isOwn ? kept(rows, columns) : common.take(rows: rows, columns: columns, precision: layout.precision)
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
            return BlockActivations(input: input, interior: try again?[layer] ?? BlockInterior(layout, layer: layer) { try matrix($1, $2, .activations) } operand: { try kept($1, $2) })
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
