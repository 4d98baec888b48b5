import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// Sizes of everything the engine allocates besides weights, known before the first step: the planner adds them up, the
/// engine allocates them. Counts are elements of 4 bytes.
struct EngineLayout: Sendable {
    let shape: ModelShape
    let method: any PretrainingMethod
    let phase: Int
    /// Sequences of the largest micro-batch.
    let sequences: Int
    let sequenceLength: Int
    let threads: Int
    let optimizer: RunOptimizer
    let options: EngineOptions

    var tokens: Int { sequences * sequenceLength }
    var precision: OperandPrecision { options.precision }
    var pass: PassSize { PassSize(tokens: tokens, threads: threads, precision: precision) }

    // MARK: Activations

    /// Elements saved from forward to backward: residual streams, interiors of blocks with what their parameterizations ask for, and
    /// the final residual stream. With recomputation the largest interior serves all blocks, in the shared space, but for what is each
    /// block's own.
    var activationCount: Int {
        let streams = (shape.layerCount + 1) * tokens * shape.hiddenSize + tokens
        return (0..<shape.layerCount).reduce(streams) { sum, layer in
            let interior = interiorCount(layer: layer)
            return sum + interior.own + (options.recomputesBlocks ? 0 : interior.common)
        }
    }

    /// Elements of one block's interior, and those of it that are the block's own in any case.
    private func interiorCount(layer: Int) -> (own: Int, common: Int) {
        var (own, common) = (0, 0)
        func add(_ isOwn: Bool, _ count: Int) { if isOwn { own += count } else { common += count } }
        _ = BlockInterior<Void, Void>(self, layer: layer) { add($0, $1 * $2) } operand: { add($0, precision.spaceCount($1 * $2)) }
        return (own, common)
    }

    var largestInteriorCount: Int { (0..<shape.layerCount).map { interiorCount(layer: $0).common }.max() ?? 0 }

    /// What each linear of a block saves.
    func savedActivations(layer: Int) -> [LinearRole: SavedActivations] {
        Dictionary(uniqueKeysWithValues: shape.modules(layer: layer).map { ($0.role, method.savedActivations(at: $0, phase: phase, pass: pass)) })
    }

    // MARK: Temporary space

    /// Elements of temporary buffers: two of the residual stream's shape and its operands', rotary tables, norm weights, the shared space,
    /// and what products read in place of weights that are kept in full.
    var workspaceCount: Int {
        let stream = tokens * shape.hiddenSize
        return 2 * stream + precision.spaceCount(stream) + (precision == .full ? 0 : precision.spaceCount(stream))
            + sequenceLength * shape.headSize + threads * shape.hiddenSize + sharedCount + weightCopyCount
    }

    /// Elements of the weights' copies in the precision of products.
    private var weightCopyCount: Int {
        TensorEntry.all(shape: shape, method: method, phase: phase).reduce(0) {
            $0 + $1.declaration.copyCount(precision, format: $1.format(optimizer.storage))
        }
    }

    /// Blocks, head, embedding, update and rewrites follow each other and use the same space in turn.
    var sharedCount: Int { max(1, blockStageCount, headStageCount, embeddingStageCount, updateStageCount, rewriteStageCount) }

    private var blockStageCount: Int {
        let interior = options.recomputesBlocks ? largestInteriorCount : 0
        let inner = tokens * shape.intermediateSize
        let fixed =
            interior + precision.spaceCount(inner) + inner
            + Attention<Float>.workspaceCount(
                sequenceLength: sequenceLength, headSize: shape.headSize, threads: threads, precision: precision)
        return fixed + (shape.modules.map(moduleCount).max() ?? 0)
    }

    /// Expanded weights, lent gradients, and then the parameterization's temporaries or, later, the update rule's.
    private func moduleCount(_ module: LinearModule) -> Int {
        let tensors = TensorEntry.linear(module, shape, method: method, phase: phase).filter(\.declaration.isWeight)
        let expanded = expandedOperandCount(module)
        let temporaries = method.scratchCount(at: module, phase: phase, pass: pass)
        guard options.updatesPerLayer else { return expanded + temporaries }
        let trained = tensors.filter(\.declaration.isTrainable)
        return expanded + trained.reduce(0) { $0 + $1.declaration.count } + max(temporaries, trained.map { ruleScratch($0.place) }.max() ?? 0, stepScratch(module))
    }

    private func expandedCount(_ module: LinearModule) -> Int {
        method.tensors(at: module, phase: phase).filter(\.isWeight).reduce(0) {
            $0 + (($1.format ?? optimizer.storage.weight(count: $1.count)) == .full ? 0 : $1.count)
        }
    }

    /// The same during a pass.
    private func expandedOperandCount(_ module: LinearModule) -> Int {
        method.tensors(at: module, phase: phase).reduce(0) {
            $0 + $1.expandedCount(precision, format: $1.format ?? optimizer.storage.weight(count: $1.count))
        }
    }

    /// Logits of one block of tokens take at most 32 MiB, and never fewer than 16 rows.
    var headBlock: Int { min(tokens, max(16, (32 << 20) / (4 * shape.vocabularySize))) }

    /// Rows of the head in full at once, where it is kept shorter than products read it: 8 MiB.
    var headRows: Int {
        let format = optimizer.storage.weight(count: tableCount)
        return TensorEntry.head(shape).declaration.expandedCount(precision, format: format) == 0 ? 0 : min(shape.vocabularySize, max(16, (8 << 20) / (4 * shape.hiddenSize)))
    }

    private var tableCount: Int { shape.vocabularySize * shape.hiddenSize }

    private var headStageCount: Int {
        headBlock * shape.vocabularySize + headRows * shape.hiddenSize + embeddingStageCount
    }

    private var embeddingStageCount: Int { options.updatesPerLayer ? tableCount + tableScratch : 0 }

    private var tableScratch: Int {
        [TensorEntry.embedding(shape), .head(shape)].map { ruleScratch($0.place) }.max() ?? 0
    }

    private var updateStageCount: Int { max(trainable.map { ruleScratch($0.place) }.max() ?? 0, shape.modules.map(stepScratch).max() ?? 0) }

    /// Where a linear makes the step of its tensors itself.
    private func stepScratch(_ module: LinearModule) -> Int { method.linearStep(at: module, phase: phase)?.scratch ?? 0 }

    /// A linear's weights in full where they are kept shorter, and what its rewrite takes.
    private var rewriteStageCount: Int {
        // What products read of short weights as they are is in full for a rewrite, a merge without temporaries of its own too.
        shape.modules.map { method.rewriteCounts(at: $0, phase: phase).scratch + expandedCount($0) }.max() ?? 0
    }

    /// Elements that linears take while a run begins and they get their first values: every thread has one at a time.
    var startCount: Int {
        let counts = shape.modules.map { max(1, expandedCount($0)) + method.initialCount(at: $0) }
        let workers = max(1, min(threads, counts.count))
        return (0..<workers).reduce(0) { sum, worker in sum + (stride(from: worker, to: counts.count, by: workers).map { counts[$0] }.max() ?? 0) }
    }

    private func ruleScratch(_ tensor: TensorPlace) -> Int {
        method.updateRule(for: tensor, optimizer: optimizer).scratchCount(rows: tensor.rows, columns: tensor.columns)
    }

    private var trainable: [TensorEntry] { TensorEntry.trainable(shape, method, phase: phase) }
}
