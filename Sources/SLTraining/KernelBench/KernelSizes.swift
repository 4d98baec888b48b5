public import SLSpec

/// The sizes that kernels are measured at.
public struct KernelSizes: Sendable {
    public var model: ModelShape
    /// Rows of activations: batch × sequence.
    public var tokens: Int
    public var sequenceLength: Int
    /// Elements of the tensors that optimizer, storage and elementwise kernels are measured on; a multiple of 2048.
    public var elements: Int
    /// Bytes that a pass over all buffers of a kernel moves at least: several times the last-level cache.
    public var footprint: Int
    /// How often the loops that measure a core's own rates go over their data.
    public var rounds: Int

    public init(model: ModelShape, tokens: Int = 2048, elements: Int = 1 << 24, footprint: Int = 256 << 20, rounds: Int = 100) {
        self.model = model
        sequenceLength = min(256, max(1, tokens))
        self.tokens = max(1, tokens / sequenceLength) * sequenceLength
        self.elements = max(1, elements / 2048) * 2048
        self.footprint = footprint
        self.rounds = rounds
    }

    var hidden: Int { model.hiddenSize }
    var inner: Int { model.intermediateSize }
    /// Rows of logits that the engine computes at a time: 32 MiB.
    var logitRows: Int { min(tokens, max(16, (32 << 20) / (4 * model.vocabularySize))) }
    /// Entries a row at the density of 3 % that the published sparse runs use.
    var sparsePerRow: Int { max(1, hidden * 3 / 100) }

    package func activations(_ columns: Int) -> String { "\(tokens) × \(columns)" }
    package var tensor: String { "\(elements)" }
}
