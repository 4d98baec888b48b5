import SLMethodKit
import SLNumerics
import SLOptimizers
import SLSpec

/// Sizes of everything the engine allocates besides weights, known before the first step: the planner adds them up, the
/// engine allocates them.
struct EngineLayout: Sendable {
    let shape: ModelShape
    let method: any PretrainingMethod
    let phase: Int
    /// Sequences of the largest micro-batch.
    let sequences: Int
    let sequenceLength: Int
    let threads: Int

    var tokens: Int { sequences * sequenceLength }

    /// Logits of one block of tokens take at most 32 MiB, and never fewer than 16 rows.
    var headBlock: Int { min(tokens, max(16, (32 << 20) / (4 * shape.vocabularySize))) }

    /// Elements kept from forward to backward: residual streams and block interiors of every layer, reciprocals and
    /// log-sum-exps, the final residual stream, and what the forms ask for.
    var activationCount: Int {
        let h = shape.hiddenSize
        let layer = tokens * (6 * h + 2 * shape.intermediateSize + 2 + shape.headCount)
        let kept = shape.sites.reduce(0) { $0 + tokens * method.kept(at: $1, phase: phase).columns }
        return shape.layerCount * layer + tokens * (h + 1) + kept
    }

    /// The largest temporary space of any form or update rule.
    func scratchCount(settings: AdamSettings) -> Int {
        let forms = shape.sites(layer: 0).map { method.scratchCount(at: $0, phase: phase, tokens: tokens) }
        let rules = trainable.map { rule($0, settings).scratchCount(rows: $0.declaration.rows, columns: $0.declaration.columns) }
        return max(1, (forms + rules).max() ?? 1)
    }

    /// Elements of temporary buffers without the scratch of forms and rules.
    var workspaceCount: Int {
        let h = shape.hiddenSize
        return tokens * (3 * h + 2 * shape.intermediateSize)
            + Attention<Float>.workspaceCount(sequenceLength: sequenceLength, headSize: shape.headSize, threads: threads)
            + sequenceLength * shape.headSize  // rotary cosines and sines
            + headBlock * shape.vocabularySize + threads * h
    }

    /// Elements that the largest refresh allocates on top.
    func refreshCount(settings: AdamSettings) -> Int {
        trainable.map { rule($0, settings).refreshCount(rows: $0.declaration.rows, columns: $0.declaration.columns) }.max() ?? 0
    }

    private var trainable: [TensorEntry] {
        TensorEntry.all(shape: shape, method: method, phase: phase).filter { $0.declaration.isTrainable }
    }

    private func rule(_ entry: TensorEntry, _ settings: AdamSettings) -> any UpdateRule {
        method.updateRule(for: entry.declaration, at: entry.site, settings: settings)
    }
}
